import { expect, test } from "vitest";
import { restacked } from "../../../src/board/arranging/ordering.ts";
import { stacked, zAbove } from "../../../src/board/drawing/stacking.ts";
import { applyOperations, EMPTY_BOARD, type Board } from "../../../src/client/replica/board.ts";
import type { Element, Operation } from "../../../src/client/wire.ts";

function boardOf(...zs: readonly (string | undefined)[]): Board {
  const ops = zs.map((z, n): Operation => {
    return { op: "put", element: { id: "abcdef"[n]!, layer: "base", type: "rect", x: 0, y: 0, w: 1, h: 1, ...(z && { z }) } };
  });
  return applyOperations(EMPTY_BOARD, ops, 1);
}

function order(board: Board): string {
  return (stacked(board).get("base") ?? []).map(({ id }) => id).join("");
}

function moved(board: Board, chosen: string, to: "front" | "back"): string {
  const ops = [...restacked(board, new Set(chosen), to)].map(([id, z]): Operation => ({ op: "patch", id, set: { z } }));
  return order(applyOperations(board, ops, 1));
}

test.each([
  ["b0", "b1", "b2", "b3"],
  ["d0", "c0", "b0", "a1"],
  [undefined, undefined, undefined, undefined],
  ["zzzzzy", "zzzzzz", "a1", "zzzzzzzzz"],
  ["zzzzzzzzzzzz", "zzzzzz0", "a1", "zzzzzza"],
])("several that are brought to the front or the back keep their order: %s %s %s %s", (...zs) => {
  const board = boardOf(...zs);
  const before = order(board);
  for (const chosen of ["a", "ac", "bd", "abd", "abcd"]) {
    const own = [...before].filter((id) => chosen.includes(id)).join("");
    const others = [...before].filter((id) => !chosen.includes(id)).join("");
    expect(moved(board, chosen, "front")).toBe(others + own);
    expect(moved(board, chosen, "back")).toBe(own + others);
  }
});

test("what is drawn next lies above all else, whatever z somebody chose", () => {
  for (const z of [undefined, "a0", "zzzzzz", "zzzzzzzzzzzzzzzz", `${"z".repeat(60)}a`, "Z9"]) {
    const [element] = boardOf(z).elements.values();
    const next = zAbove([element as Element]);
    expect(next > (z ?? "a0"), next).toBe(true);
    expect(next).toMatch(/^[A-Za-z0-9]{1,64}$/);
  }
  expect(zAbove([{ z: "z".repeat(64) } as Element])).toHaveLength(64);
});
