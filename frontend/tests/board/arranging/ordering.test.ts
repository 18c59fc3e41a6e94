import { expect, test } from "vitest";
import { between, stepped } from "../../../src/board/arranging/ordering.ts";
import { EMPTY_BOARD, type Board } from "../../../src/client/replica/board.ts";
import { stacked } from "../../../src/board/drawing/stacking.ts";
import type { Element } from "../../../src/client/wire.ts";

const rect = (id: string, z: string, x = 0): Element => ({ id, layer: "base", type: "rect", x, y: 0, w: 10, h: 10, z });
const boardOf = (...elements: Element[]): Board => ({
  ...EMPTY_BOARD,
  layers: [{ id: "base", name: "Layer 1" }],
  elements: new Map(elements.map((element) => [element.id, element])),
});
const order = (board: Board): string => stacked(board).get("base")!.map(({ id }) => id).join("");
function moved(board: Board, ids: string, to: "forward" | "backward"): Board {
  const places = stepped(board, new Set(ids), to);
  return { ...board, elements: new Map([...board.elements].map(([id, one]) => [id, { ...one, z: places.get(id) ?? one.z! }])) };
}

test("a z lies between two others, however near they are", () => {
  for (const [low, high] of [["a0", "a1"], ["", "a0"], ["a0", null], ["a0", "a00001"], ["Zz", "a"], ["zzzzzz", null], ["a0V", "a0W"]] as const) {
    const z = between(low, high)!;
    expect(z > low && (high === null || z < high)).toBe(true);
  }
  expect(between("a", "a0")).toBeNull();
});

test("one step goes past the next that it lies over", () => {
  const board = boardOf(rect("a", "a0"), rect("b", "a1", 500), rect("c", "a2"), rect("d", "a3"));
  expect(order(moved(board, "a", "forward"))).toBe("bcad");
  expect(order(moved(board, "d", "backward"))).toBe("abdc");
  expect(order(moved(board, "b", "forward"))).toBe("acbd");
});

test("several keep their order among themselves, and what is on top stays", () => {
  const board = boardOf(rect("a", "a0"), rect("b", "a1"), rect("c", "a2"), rect("d", "a3"));
  expect(order(moved(board, "ab", "forward"))).toBe("cabd");
  expect(order(moved(board, "cd", "backward"))).toBe("acdb");
  expect(stepped(board, new Set("d"), "forward").size).toBe(0);
  expect(stepped(board, new Set("a"), "backward").size).toBe(0);
});

test("those that lie as high as the next are passed, too", () => {
  const board = boardOf(rect("a", "a0"), rect("b", "a0"), rect("c", "a0"), rect("d", "a1"));
  expect(order(moved(board, "a", "forward"))).toBe("bcad");
});

test("a thousand steps to and fro keep the order of the others", () => {
  let board = boardOf(rect("a", "a0"), rect("b", "a1"), rect("c", "a2"));
  for (let n = 0; n < 1_000; n += 1) board = moved(board, "b", n % 2 ? "backward" : "forward");
  expect(order(board).replace("b", "")).toBe("ac");
});
