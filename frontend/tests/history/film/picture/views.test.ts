import { expect, test } from "vitest";
import { placed, Views } from "../../../../src/history/film/picture/views.ts";

test("a sheet is seen whole, with a margin", () => {
  expect(new Views().of("p", [800, 600], { x: -500, y: 0, w: 5_000, h: 10 })).toEqual({ x: -40, y: -40, w: 880, h: 680 });
});

test("a frame grows in steps with what is on a page, and does not shrink; each page has its own", () => {
  const views = new Views();
  expect(views.of("p", null, null)).toEqual({ x: -40, y: -40, w: 1_040, h: 620 });
  const grown = views.of("p", null, { x: -10, y: 5, w: 980, h: 100 });
  expect(grown).toEqual({ x: -200, y: -40, w: 1_360, h: 620 });
  expect(views.of("p", null, { x: -100, y: 5, w: 1_120, h: 100 })).toEqual(grown);
  expect(views.of("p", null, null)).toEqual(grown);
  expect(views.of("q", null, null).w).toBe(1_040);
});

test("all that is seen lies in the middle of its area", () => {
  const { zoom, x, y } = placed({ x: 100, y: 100, w: 200, h: 100 }, { x: 10, y: 20, w: 400, h: 400 });
  expect([zoom, 100 * zoom + x, 300 * zoom + x, 150 * zoom + y]).toEqual([2, 10, 410, 220]);
});
