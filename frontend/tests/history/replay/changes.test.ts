import { expect, test } from "vitest";
import type { LoggedOperation, Stroke } from "../../../src/client/wire.ts";
import { Changes, type Change } from "../../../src/history/replay/changes.ts";

/** A point every 10 ms, to the right. */
function stroke(id: string, points: number): Stroke {
  const flat = Array.from({ length: points }, (_, n) => [n, 0, 0.5, n === 0 ? 0 : 10]).flat();
  return { type: "stroke", id, layer: "base", x: 0, y: 0, points: flat } as unknown as Stroke;
}

const put = (element: unknown): LoggedOperation => ({ op: "put", element }) as LoggedOperation;

function change(seq: number, at: number, ...ops: LoggedOperation[]): Change {
  return { seq, at, author: 7, ops };
}

function pointsAt(changes: Changes, ms: number, id = "a"): number {
  const element = changes.at(ms).elements.get(id);
  return element?.type === "stroke" ? element.points.length / 4 : 0;
}

test("a stroke is drawn over the time that its hand took, and is whole when it was written down", () => {
  const changes = new Changes([change(1, 1_000, put(stroke("a", 11)))]);
  expect([890, 901, 951, 999, 1_000, 5_000].map((ms) => pointsAt(changes, ms))).toEqual([0, 1, 6, 10, 11, 11]);
  expect(changes.span).toEqual([900, 1_000]);
  expect([changes.seqAt(999), changes.seqAt(1_000)]).toEqual([0, 1]);
  expect([changes.nextAfter(0), changes.nextAfter(950), changes.timeOf(1), changes.timeOf(9)]).toEqual([900, null, 1_000, null]);
});

test("a piece of a stroke goes on where it was; others draw at the same time", () => {
  const piece = { op: "append", id: "a", at: 11, points: stroke("a", 6).points } as unknown as LoggedOperation;
  const changes = new Changes([
    change(1, 1_000, put(stroke("a", 11))),
    change(2, 1_040, put(stroke("b", 5))),
    change(3, 1_050, piece),
  ]);
  expect(pointsAt(changes, 1_025)).toBe(14);
  expect(pointsAt(changes, 1_025, "b")).toBe(3);
  expect(pointsAt(changes, 1_050)).toBe(17);
});

test("what comes back by an undo is not drawn again, nor what was pasted", () => {
  const a = stroke("a", 11);
  const remove = { op: "remove", ids: ["a"] } as unknown as LoggedOperation;
  const pasted = ["p", "q", "r", "s", "t"].map((id) => put(stroke(id, 11)));
  const changes = new Changes([change(1, 1_000, put(a)), change(2, 2_000, remove), change(3, 3_000, put(a)), change(4, 4_000, ...pasted)]);
  expect([2_950, 3_000].map((ms) => pointsAt(changes, ms))).toEqual([0, 11]);
  expect([3_950, 4_000].map((ms) => pointsAt(changes, ms, "q"))).toEqual([0, 11]);
});

test("any moment is the same board from wherever one comes", () => {
  const rect = (n: number): LoggedOperation =>
    put({ type: "rect", id: `r${n}`, layer: "base", x: n, y: 0, w: 1, h: 1 });
  const all = Array.from({ length: 700 }, (_, n) => change(n + 1, n * 100, rect(n)));
  const changes = new Changes(all);
  for (const ms of [69_950, 10, 51_250, 51_300, 0, 25_600, 69_900, -1]) {
    const whole = all.filter(({ at }) => at <= ms).length;
    expect(changes.at(ms).elements.size).toBe(whole);
    expect(changes.seqAt(ms)).toBe(whole);
  }
});

test("where nothing was drawn there is nothing", () => {
  const changes = new Changes([]);
  expect([changes.span, changes.nextAfter(0), changes.seqAt(9), changes.at(9).elements.size]).toEqual([null, null, 0, 0]);
});
