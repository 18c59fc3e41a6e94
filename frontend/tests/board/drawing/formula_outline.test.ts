import { expect, test } from "vitest";
import { allowedBytes, outlineIn, outlineOf } from "../../../src/board/drawing/formula_outline.ts";

test("an outline is a path of straight pieces and curves", () => {
  expect(outlineOf({ w: 9, h: 9, contours: [[0, 0, 5, 5, 5, 5, 9, 0, 9, 9]] })).toEqual({
    w: 9,
    h: 9,
    path: "M0 0L5 5Q9 0 9 9Z",
  });
});

test.each([
  "",
  "\x89PNG",
  "[]",
  '{"w":1,"h":1}',
  '{"w":0,"h":1,"contours":[]}',
  '{"w":1.5,"h":1,"contours":[]}',
  '{"w":1,"h":1,"contours":[[0]]}',
  '{"w":1,"h":1,"contours":[[0,0,1,1]]}',
  '{"w":1,"h":1,"contours":[[0,"0"]]}',
  '{"w":1,"h":1,"contours":["M0 0"]}',
  '{"w":1,"h":1,"contours":[[0,10000000]]}',
  `{"w":1,"h":1,"contours":[]}${" ".repeat(65_536)}`,
])("what is none is told: %s", (content) => {
  expect(outlineIn(content)).toBeNull();
});

test("what weighs much is not passed off as light: a character of TeX allows so many bytes", () => {
  expect(allowedBytes("x")).toBe(7_000);
  expect(allowedBytes("𝑥")).toBe(7_000);
  expect(allowedBytes("x".repeat(2_000))).toBe(65_536);
});
