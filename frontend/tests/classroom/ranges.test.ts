import { expect, test } from "vitest";
import { numbersIn, rangesOf } from "../../src/classroom/pages/ranges.ts";

test("numbers of pages are read as people write them", () => {
  expect(numbersIn("1-3, 7", 9)).toEqual([1, 2, 3, 7]);
  expect(numbersIn(" 9 ,2 - 3", 9)).toEqual([9, 2, 3]);
  expect(numbersIn("", 9)).toEqual([]);
});

test("what is no such page is told apart", () => {
  for (const written of ["0", "3-1", "10", "1-10", "a", "1--2", "-1"]) expect(numbersIn(written, 9)).toBe(null);
});

test("numbers are written as short as can be, and read as the same", () => {
  expect(rangesOf([1, 2, 3, 7, 9, 10])).toBe("1-3,7,9-10");
  expect(rangesOf([])).toBe("");
  expect(numbersIn(rangesOf([2, 4, 5, 9]), 9)).toEqual([2, 4, 5, 9]);
});
