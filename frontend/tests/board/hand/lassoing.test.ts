import { expect, test } from "vitest";
import { isInside } from "../../../src/board/geometry/geometry.ts";
import { shareInside } from "../../../src/board/hand/lassoing.ts";
import type { Element } from "../../../src/client/wire.ts";

const box = (x: number, y: number, w: number, h: number) => [
  { x, y },
  { x: x + w, y },
  { x: x + w, y: y + h },
  { x, y: y + h },
];
const common = { id: "e", layer: "base" };

test("a loop has an inside, whichever way it was drawn, and where it crosses itself", () => {
  const loop = box(0, 0, 10, 10);
  for (const each of [loop, [...loop].reverse(), [...loop, ...loop]]) {
    expect(isInside(each, { x: 5, y: 5 })).toBe(true);
    expect(isInside(each, { x: 15, y: 5 })).toBe(false);
    expect(isInside(each, { x: 5, y: -1 })).toBe(false);
  }
  // A loop that is not closed is closed by a straight line.
  expect(isInside(loop.slice(0, 3), { x: 8, y: 5 })).toBe(true);
  expect(isInside(loop.slice(0, 3), { x: 2, y: 8 })).toBe(false);
});

test.each<[string, Element, number]>([
  ["half of a rectangle", { ...common, type: "rect", x: 50, y: 0, w: 100, h: 50 }, 0.5],
  ["a quarter of a line", { ...common, type: "line", x1: 70, y1: 10, x2: 190, y2: 10 }, 1 / 6],
  ["all of a stroke", { ...common, type: "stroke", x: 10, y: 10, points: [0, 0, 0.5, 0, 40, 40, 0.5, 8, 80, 0, 0.5, 8] }, 1],
  ["a third of a stroke", { ...common, type: "stroke", points: [90, 9, 0.5, 0, 120, 9, 0.5, 8, 150, 9, 0.5, 8] }, 1 / 3],
  ["half of an ellipse", { ...common, type: "ellipse", x: 60, y: 10, w: 80, h: 80 }, 0.5],
  ["most of a triangle", { ...common, type: "polygon", x: 10, y: 10, points: [0, 0, 80, 0, 0, 120] }, 0.85],
  ["nothing of what is beside it", { ...common, type: "rect", x: 200, y: 0, w: 10, h: 10 }, 0],
  ["what is turned into it", { ...common, type: "rect", x: 20, y: 110, w: 100, h: 2, rotation: 90 }, 1 / 3],
])("%s lies inside", (_, element, share) => {
  expect(shareInside(box(0, 0, 100, 100), element)).toBeCloseTo(share, 1);
});
