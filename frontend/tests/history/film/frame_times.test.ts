import { expect, test } from "vitest";
import type { LoggedOperation } from "../../../src/client/wire.ts";
import { nextFrame } from "../../../src/history/film/frame_times.ts";
import { Changes } from "../../../src/history/replay/changes.ts";

/** A stroke of so many points, one every 10 ms. */
function stroke(id: string, points: number): LoggedOperation {
  const flat = Array.from({ length: points }, (_, n) => [n, 0, 0.5, n === 0 ? 0 : 10]).flat();
  return { op: "put", element: { type: "stroke", id, layer: "base", points: flat } } as unknown as LoggedOperation;
}

const change = (seq: number, at: number, op: LoggedOperation) => ({ seq, at, author: 7, ops: [op] });

function framesOf(changes: Changes, from: number, to: number, other?: number): number[] {
  const times: number[] = [];
  for (let ms = from; ms < to; ms = nextFrame(changes, ms, changes.at(ms), other !== undefined && other > ms ? other : Infinity)) times.push(ms);
  return times;
}

test("a hand that begins is seen at its very moment, and then ten times a second until it is done", () => {
  // Drawn from 1,230 to 1,480.
  const times = framesOf(new Changes([change(1, 1_480, stroke("a", 26))]), 0, 3_000);
  expect(times).toEqual([0, 1_231, 1_331, 1_431, 1_531]);
});

test("while nothing changes a frame stands for two seconds", () => {
  expect(framesOf(new Changes([]), 0, 6_100)).toEqual([0, 2_000, 4_000, 6_000]);
});

test("however much happens at once, there are no more than ten frames a second", () => {
  const many = Array.from({ length: 100 }, (_, n) => change(n + 1, 1_000 + 7 * n, stroke(`s${n}`, 1)));
  const times = framesOf(new Changes(many), 900, 1_900);
  for (let n = 1; n < times.length; n += 1) expect(times[n]! - times[n - 1]!).toBeGreaterThanOrEqual(100);
});

test("what else changes has a frame, too", () => {
  expect(framesOf(new Changes([]), 0, 1_000, 450)).toEqual([0, 450]);
  expect(framesOf(new Changes([]), 0, 1_000, 50)).toEqual([0, 100]);
});
