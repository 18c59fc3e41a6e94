import { expect, test } from "vitest";
import { boundsOf, fitted, moving, resizing, toBoard, touches, zoomedAt } from "../../src/board/geometry.ts";
import { stacked, zAbove, zBelow } from "../../src/board/stacking.ts";
import { linesOf } from "../../src/board/text_layout.ts";
import { applyOperations, EMPTY_BOARD } from "../../src/client/board.ts";
import type { Element } from "../../src/client/wire.ts";

const STROKE: Element = {
  id: "s",
  layer: "base",
  type: "stroke",
  x: 100,
  y: 100,
  scale_x: 2,
  points: [0, 0, 0.5, 0, 10, 20, 0.5, 8],
};

test("zooming keeps the board still under the pointer", () => {
  const camera = { x: 10, y: 20, zoom: 1 };
  const at = { x: 300, y: 200 };
  const after = toBoard(zoomedAt(camera, at, 2.5), at);
  expect(after.x).toBeCloseTo(310);
  expect(after.y).toBeCloseTo(220);
});

test("fitting shows the whole of the board", () => {
  const camera = fitted({ x: 0, y: 0, w: 2_000, h: 100 }, 1_080, 700);
  expect(camera.zoom).toBeCloseTo(0.5);
});

test("a stroke's box takes its place and its scale into account", () => {
  expect(boundsOf(STROKE)).toEqual({ x: 100, y: 100, w: 20, h: 20 });
});

test("a stroke is touched on its line, not in its box", () => {
  expect(touches(STROKE, { x: 110, y: 110 }, 2)).toBe(true);
  expect(touches(STROKE, { x: 119, y: 101 }, 2)).toBe(false);
});

test("a hollow rectangle is touched on its edge, a filled one everywhere", () => {
  const rect: Element = { id: "r", layer: "base", type: "rect", x: 0, y: 0, w: 100, h: 100 };
  expect(touches(rect, { x: 50, y: 50 }, 4)).toBe(false);
  expect(touches(rect, { x: 1, y: 50 }, 4)).toBe(true);
  expect(touches({ ...rect, style: { fill: "#ffffff" } }, { x: 50, y: 50 }, 4)).toBe(true);
});

test("moving a line moves both of its ends", () => {
  const line: Element = { id: "l", layer: "base", type: "line", x1: 0, y1: 1, x2: 2, y2: 3 };
  expect(moving(line, 10, 20)).toEqual({ x1: 10, y1: 21, x2: 12, y2: 23 });
});

test("stretching a stroke scales it from the corner that stays", () => {
  const from = boundsOf(STROKE);
  expect(resizing(STROKE, from, { ...from, w: 40 })).toEqual({ x: 100, y: 100, scale_x: 4, scale_y: 1 });
});

test("an element is put above all others, or below them", () => {
  const rect: Element = { id: "r", layer: "base", type: "rect", x: 0, y: 0, w: 1, h: 1 };
  const above = { ...rect, id: "above", z: zAbove([rect]) };
  const below = { ...rect, id: "below", z: zBelow([rect, above]) };
  const higher = { ...rect, id: "a-higher", z: zAbove([rect, above, below]) };
  const board = applyOperations(
    EMPTY_BOARD,
    [higher, above, below, rect].map((element) => ({ op: "put" as const, element })),
    1,
  );
  expect(stacked(board).get("base")?.map((element) => element.id)).toEqual([
    "below",
    "r",
    "above",
    "a-higher",
  ]);
});

test("text breaks between words, and inside a word that is too long", () => {
  const perLetter = (text: string): number => text.length * 10;
  expect(linesOf("one two three\nfour", 80, 20, perLetter)).toEqual(["one two", "three", "four"]);
  expect(linesOf("abcdefghij", 40, 20, perLetter)).toEqual(["abcd", "efgh", "ij"]);
});
