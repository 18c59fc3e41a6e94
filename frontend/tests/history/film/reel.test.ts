import { expect, test } from "vitest";
import { lengthOf, partsOf, WINDOW_MS, windowsOf } from "../../../src/history/film/reel.ts";

test("a film has all of a span in which something sounds or is drawn", () => {
  expect(partsOf([1_000, 61_000], [[1_000, 61_000]])).toEqual([[1_000, 61_000]]);
  // In any order, within each other, side by side.
  expect(partsOf([0, 9_000], [[6_000, 8_500], [500, 4_000], [2_000, 3_000]])).toEqual([[0, 9_000]]);
});

test("a pause of three seconds is waited out; of a longer one a second is left on either side", () => {
  expect(partsOf([0, 20_000], [[0, 5_000], [8_000, 20_000]])).toEqual([[0, 20_000]]);
  expect(partsOf([0, 20_000], [[0, 5_000], [8_001, 20_000]])).toEqual([[0, 6_000], [7_001, 20_000]]);
  expect(partsOf([0, 60_000], [[20_000, 21_000]])).toEqual([[19_000, 22_000]]);
  expect(partsOf([18_000, 23_000], [[20_000, 21_000]])).toEqual([[18_000, 23_000]]);
});

test("what lies outside of what was asked for is left out, and nothing at all is a second", () => {
  expect(partsOf([10_000, 20_000], [[0, 12_000], [19_000, 30_000], [40_000, 50_000]])).toEqual([[10_000, 13_000], [18_000, 20_000]]);
  expect(partsOf([0, 60_000], [])).toEqual([[0, 1_000]]);
  expect(lengthOf([[10, 20], [50, 51]])).toBe(11);
});

test("windows follow one another in the film without a gap, whatever was passed over", () => {
  const windows = windowsOf([[0, 25_000], [90_000, 90_001]]);
  expect(windows.map(({ begin, end, filmMs }) => [begin, end, filmMs])).toEqual([
    [0, 10_000, 0],
    [10_000, 20_000, 10_000],
    [20_000, 25_000, 20_000],
    [90_000, 90_001, 25_000],
  ]);
  expect(windows.map(({ part }) => part[1])).toEqual([25_000, 25_000, 25_000, 90_001]);
  expect(Math.max(...windows.map(({ begin, end }) => end - begin))).toBe(WINDOW_MS);
});
