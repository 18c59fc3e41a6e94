import { expect, test } from "vitest";
import { cssFont, facesFor, familyOf, keptByLetters, letters } from "../../../src/board/text/face.ts";

test("a face is named by its font and what it is besides", () => {
  expect(facesFor(undefined, "a")).toEqual(["sans-regular"]);
  expect(facesFor({ font: "hand", bold: true, italic: true }, "їжак")).toEqual(["hand-bold-italic"]);
  expect(facesFor({ italic: true }, "a ≤ √2")).toEqual(["sans-italic", "symbols"]);
  expect(cssFont({ bold: true, italic: true, font: "mono" }, 20)).toMatch(/^italic 700 20px "Lesson Mono", "Lesson Symbols", .*monospace$/);
  expect(familyOf()).toContain("Lesson Sans");
});

test("what was worked out is worked out anew when letters have come", () => {
  let made = 0;
  const kept = keptByLetters((_: object) => (made += 1));
  const key = {};
  expect([kept(key), kept(key), kept({})]).toEqual([1, 1, 2]);
  letters.value += 1;
  expect(kept(key)).toBe(3);
});
