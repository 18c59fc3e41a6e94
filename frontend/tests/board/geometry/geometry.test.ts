import { expect, test } from "vitest";
import { boundsOf, centre, cornersOf, rotated, moving, toBoard, touches, zoomedAt } from "../../../src/board/geometry/geometry.ts";
import { encloses, resizing, withCorner } from "../../../src/board/geometry/stretching.ts";
import { linesOf } from "../../../src/board/text/text_layout.ts";
import type { Element } from "../../../src/client/wire.ts";

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

test("a hollow shape encloses what is within it, turned or not; a filled one is touched there", () => {
  const rect: Element = { id: "r", layer: "base", type: "rect", x: 0, y: 0, w: 100, h: 20 };
  const oval: Element = { ...rect, type: "ellipse" };
  expect([rect, oval].map((element) => encloses(element, { x: 50, y: 10 }))).toEqual([true, true]);
  expect([rect, oval].map((element) => encloses(element, { x: 2, y: 2 }))).toEqual([true, false]);
  expect(encloses({ ...rect, rotation: 90 }, { x: 50, y: 50 })).toBe(true);
  expect(encloses({ ...rect, rotation: 90 }, { x: 5, y: 10 })).toBe(false);
  expect(encloses({ ...rect, style: { fill: "#ffffff" } }, { x: 50, y: 10 })).toBe(false);
  expect(encloses(STROKE, { x: 110, y: 110 })).toBe(false);
});

test("moving a line moves both of its ends", () => {
  const line: Element = { id: "l", layer: "base", type: "line", x1: 0, y1: 1, x2: 2, y2: 3 };
  expect(moving(line, 10, 20)).toEqual({ x1: 10, y1: 21, x2: 12, y2: 23 });
});

test("stretching a stroke scales it from the corner that stays", () => {
  const from = boundsOf(STROKE);
  expect(resizing(STROKE, from, { ...from, w: 40 })).toEqual({ x: 100, y: 100, scale_x: 4, scale_y: 1 });
});

test("text breaks between words, and inside a word that is too long", () => {
  const perLetter = (text: string): number => text.length * 10;
  expect(linesOf("one two three\nfour", 80, 20, perLetter)).toEqual(["one two", "three", "four"]);
  expect(linesOf("abcdefghij", 40, 20, perLetter)).toEqual(["abcd", "efgh", "ij"]);
});

test.each([0, 30, 200])("a corner of a polygon turned by %i degrees goes where it is put, the others stay", (rotation) => {
  const polygon = { id: "p", layer: "base", type: "polygon" as const, x: 10, y: 20, points: [0, 0, 100, 0, 50, 80], rotation };
  const seen = (one: typeof polygon) => cornersOf(one).map((at) => rotated(at, centre(boundsOf(one)), rotation));
  const before = seen(polygon);
  const after = seen({ ...polygon, ...withCorner(polygon, 2, { x: 170, y: 190 }) });
  const wanted = [before[0]!, before[1]!, { x: 170, y: 190 }];
  after.forEach(({ x, y }, n) => expect(Math.hypot(x - wanted[n]!.x, y - wanted[n]!.y)).toBeLessThan(0.3));
});
