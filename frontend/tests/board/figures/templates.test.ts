import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { nextPlace, offsetOf, SYMBOLS, TEMPLATES, written } from "../../../src/board/figures/templates.ts";

test("a button writes where the cursor stands, and its first place is selected", () => {
  expect(written("x+", 2, 2, "\\frac{□}{□}")).toEqual({ text: "x+\\frac{□}{□}", from: 8, to: 9 });
});

test("what was selected goes into the first place, and the next one is selected", () => {
  expect(written("a+b", 0, 3, "\\frac{□}{□}")).toEqual({ text: "\\frac{a+b}{□}", from: 11, to: 12 });
});

test("a place that is selected is filled by what is written there", () => {
  expect(written("\\sqrt{□}", 6, 7, "\\pi")).toEqual({ text: "\\sqrt{\\pi}", from: 9, to: 9 });
});

test("a command is kept apart from the letter behind it", () => {
  expect(written("x", 0, 0, "\\alpha").text).toBe("\\alpha x");
  expect(written("2", 0, 0, "\\alpha").text).toBe("\\alpha2");
});

test("Tab goes from place to place, and round", () => {
  expect(nextPlace("\\frac{□}{□}", 0)).toEqual([6, 7]);
  expect(nextPlace("\\frac{□}{□}", 7)).toEqual([9, 10]);
  expect(nextPlace("\\frac{□}{□}", 10)).toEqual([6, 7]);
  expect(nextPlace("x", 0)).toBeNull();
});

test("a fault's place is an offset of the text, whatever characters stand before it", () => {
  expect(offsetOf("tex[2]", "𝑥+\\foo")).toBe(3);
  expect(offsetOf("tex[0]", "")).toBe(0);
  expect(offsetOf("tex", "x")).toBeNull();
  expect(offsetOf(undefined, "x")).toBeNull();
});

test("what the buttons write is known to the server: its own list of school formulas has each of them", () => {
  const school = readFileSync(new URL("../../../../tests/gateway/formulas/school.txt", import.meta.url), "utf8");
  const commands = (tex: string): string[] => tex.match(/\\[A-Za-z]+/g) ?? [];
  const known = new Set(commands(school));
  const missing = [...TEMPLATES.map(({ tex }) => tex), ...SYMBOLS.map(([, tex]) => tex)].flatMap(commands).filter((one) => !known.has(one));
  expect(missing).toEqual([]);
});
