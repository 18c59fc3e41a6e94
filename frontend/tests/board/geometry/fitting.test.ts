import { expect, test } from "vitest";
import { densest, extentOf, fitted, fitting, freePart, isShown, visibleOn } from "../../../src/board/geometry/fitting.ts";
import { toBoard, type Bounds } from "../../../src/board/geometry/geometry.ts";
import { applyOperations, EMPTY_BOARD, type Board } from "../../../src/client/replica/board.ts";
import type { Element, Operation } from "../../../src/client/wire.ts";

const STROKE: Element = {
  id: "s",
  layer: "base",
  type: "stroke",
  x: 100,
  y: 100,
  scale_x: 2,
  points: [0, 0, 0.5, 0, 10, 20, 0.5, 8],
};

test("fitting shows the whole of the board, clear of what covers the view", () => {
  const part = freePart(1_200, 800, { top: 100, right: 20, bottom: 60, left: 148 });
  const bounds = { x: -50, y: 30, w: 2_000, h: 100 };
  const camera = fitted(bounds, part);
  expect(camera.zoom).toBeCloseTo(0.5);
  expect(isShown(bounds, camera, part)).toBe(true);
  expect(isShown(bounds, { ...camera, x: camera.x + 40 }, part)).toBe(false);
  const middle = toBoard(camera, { x: 148 + (1_200 - 168) / 2, y: 100 + (800 - 160) / 2 });
  expect(middle).toEqual({ x: 950, y: 80 });
});

test("what is small is not enlarged, and an empty board is where it begins", () => {
  const part = freePart(1_200, 800, { top: 0, right: 0, bottom: 0, left: 0 });
  expect(fitted({ x: 0, y: 0, w: 10, h: 10 }, part)).toEqual({ x: -595, y: -395, zoom: 1 });
  expect(fitted(null, part)).toEqual({ x: 0, y: 0, zoom: 1 });
});

test("however small the view is, half of it is free", () => {
  const covered = { top: 76, right: 14, bottom: 76, left: 78 };
  expect(freePart(300, 152, covered)).toEqual({ x: 78, y: 38, w: 208, h: 76 });
});

test("[P16] one element at the end of the world does not make a dot of the others", () => {
  const far: Element = { ...STROKE, id: "f", scale_x: 1e7, scale_y: -1e7 };
  const near: Element = { id: "r", layer: "base", type: "rect", x: 10, y: 20, w: 30, h: 40 };
  expect(extentOf([near, far])).toEqual({ x: 10, y: 20, w: 30, h: 40 });
  const alone = extentOf([far])!;
  expect(Math.max(Math.abs(alone.x), Math.abs(alone.y), alone.w, alone.h)).toBeLessThanOrEqual(200_000);
  expect(extentOf([])).toBeNull();
});

function boardOf(...elements: readonly Element[]): Board {
  return applyOperations(EMPTY_BOARD, elements.map((element): Operation => ({ op: "put", element })), 1);
}

function rect(id: string, x: number, y: number, w = 100, h = 100): Element {
  return { id, layer: "base", type: "rect", x, y, w, h };
}

const VIEW: Bounds = { x: 0, y: 0, w: 1_032, h: 832 };

test.each([
  ["to the right", 14_000, 300],
  ["to the left", -14_000, 300],
  ["below", 100, 30_000],
  ["far off", 90_000, -90_000],
])("one stray dot does not empty the view: %s", (_, x, y) => {
  const work = [rect("a", 0, 0), rect("b", 500, 300), rect("c", 900, 700)];
  const camera = fitting(boardOf(rect("dot", x, y, 1, 1), ...work), VIEW, 0.25);
  expect(camera.zoom).toBeGreaterThan(0.5);
  expect(isShown({ x: 0, y: 0, w: 1_000, h: 800 }, camera, VIEW)).toBe(true);
});

test("what fits is shown whole, the dot as well", () => {
  const camera = fitting(boardOf(rect("a", 0, 0), rect("dot", 3_000, 0, 1, 1)), VIEW, 0.25);
  expect(isShown({ x: 0, y: 0, w: 3_001, h: 100 }, camera, VIEW)).toBe(true);
  expect(fitting(EMPTY_BOARD, VIEW, 0.25)).toEqual({ x: 0, y: 0, zoom: 1 });
});

test("of two parts that are as full the newer one is shown", () => {
  const old = [rect("a", 0, 0), rect("b", 200, 0)];
  const late = [rect("c", 20_000, 0), rect("d", 20_200, 0)];
  expect(densest([...old, ...late].map((element) => element as unknown as Bounds), 4_000, 3_000)).toMatchObject({ x: 20_000 });
  const camera = fitting(boardOf(...old, ...late), VIEW, 0.25);
  expect(isShown({ x: 20_000, y: 0, w: 300, h: 100 }, camera, VIEW)).toBe(true);
});

test("what is larger than all that one sees is shown from its beginning", () => {
  expect(densest([{ x: 50, y: 60, w: 90_000, h: 10 }], 4_000, 3_000)).toEqual({ x: 50, y: 60, w: 4_000, h: 10 });
});

test("what nobody sees counts for nothing", () => {
  const board = boardOf(rect("a", 0, 0), { ...rect("far", 50_000, 0), layer: "hidden" });
  const withLayer = { ...board, layers: [...board.layers, { id: "hidden", visible: false }] } as Board;
  expect(visibleOn(withLayer).map(({ id }) => id)).toEqual(["a"]);
});
