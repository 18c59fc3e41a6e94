import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CUT_MARK, LINES_DRAWN, linesOf, textRows } from "../../../src/board/text/text_layout.ts";
import type { TextElement } from "../../../src/client/wire.ts";

interface Vector {
  readonly text: string;
  readonly w: number | null;
  readonly size: number;
  readonly lines: readonly string[];
}
const VECTORS = JSON.parse(
  readFileSync(new URL("../../../../tests/lessonroom/board/drawing/text_layout_vectors.json", import.meta.url), "utf8"),
) as Vector[];

/** As wide as the font is high, each. */
const perLetter = (text: string, size: number): number => [...text].length * size;

/** What is measured in all, in letters. */
function measuredFor(text: string, width: number): { lines: string[]; letters: number } {
  let letters = 0;
  const lines = linesOf(text, width, 10, (part, size) => {
    letters += part.length;
    return part.length * size;
  });
  return { lines, letters };
}

test.each(VECTORS)("[WEB export] lines are broken as in exports: $text at $w", ({ text, w, size, lines }) => {
  expect(linesOf(text, w, size, perLetter)).toEqual(lines);
});

test.each([
  ["no room", "m".repeat(10_000), 0.001],
  ["no room for words", "ab ".repeat(3_333), 0.001],
  ["all room", "ab ".repeat(3_333), 1e7],
  ["a long word", "m".repeat(10_000), 300],
  ["a word as wide as can be", "m".repeat(10_000), 1e7],
  ["nothing but spaces", " ".repeat(10_000), 300],
  ["families", "\u{1F469}\u200D\u{1F469}\u200D\u{1F467}".repeat(1_200), 300],
])("[P16] what is measured is linear in the text: %s", (_, text, width) => {
  expect(measuredFor(text, width).letters).toBeLessThanOrEqual(14 * text.length);
});

test("[P16] measuring what is left for each letter is not linear: the control", () => {
  let letters = 0;
  for (let rest = "m".repeat(2_000); rest !== ""; rest = rest.slice(1)) letters += rest.length;
  expect(letters).toBeGreaterThan(50 * 14 * 2_000);
});

test("[P16] as many lines are drawn as anybody reads, and then a mark", () => {
  for (const text of ["\n".repeat(10_000), "m".repeat(100_000), "ab ".repeat(9_000)]) {
    const { lines, letters } = measuredFor(text, 0.001);
    expect(lines).toHaveLength(LINES_DRAWN + 1);
    expect(lines.at(-1)).toBe(CUT_MARK);
    expect(letters).toBeLessThan(300_000);
  }
});

test("[P16] marks on one letter have an end", () => {
  expect(linesOf(`a${"\u0301".repeat(9_999)}b`, null, 10, perLetter)).toEqual([`a${"\u0301".repeat(32)}b`]);
});

test("the lines of an element are looked for once", () => {
  const element: TextElement = { id: "t", layer: "base", type: "text", x: 0, y: 0, w: 300, text: "one two" };
  expect(textRows(element)).toBe(textRows(element));
});
