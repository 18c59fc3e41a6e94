import { expect, test } from "vitest";
import { boundsOf } from "../../../src/board/geometry/geometry.ts";
import { resizing } from "../../../src/board/geometry/stretching.ts";
import { isolated, linesOf, noteHeight, rowsOf, standing, startsFromRight, textRows } from "../../../src/board/text/text_layout.ts";
import type { Note, TextElement } from "../../../src/client/wire.ts";

const HEBREW = "\u05e9\u05dc\u05d5\u05dd.";
const ARABIC = "\u0645\u0631\u062d\u0628\u0627";

test.each([
  ["plain", false],
  [HEBREW, true],
  [ARABIC, true],
  [`12. ${HEBREW}`, true],
  [`${HEBREW} abc`, true],
  [`abc ${HEBREW}`, false],
  ["12 + 3", false],
  ["\u200f12", true],
  ["", false],
])("a paragraph is read from where its first letter is: %s", (text, isRtl) => {
  expect(startsFromRight(text)).toBe(isRtl);
});

test("every line of a paragraph has its direction, and is set by itself", () => {
  const perLetter = (text: string): number => text.length * 10;
  const rows = rowsOf(`${HEBREW} abc ${HEBREW}\nabc ${HEBREW}`, 50, 20, perLetter);
  expect(rows.map(({ isRtl }) => isRtl)).toEqual([true, true, true, false, false]);
  expect(rows.map(isolated).map((line) => line[0])).toEqual(["\u2067", "\u2067", "\u2067", "a", "\u2066"]);
});

const text = (words: string, more: Partial<TextElement> = {}): TextElement => {
  return { id: "t", layer: "base", type: "text", x: 0, y: 0, text: words, ...more };
};

test.each([
  ["abc", "start", "start", 0],
  ["abc", "center", "middle", 150],
  ["abc", "end", "end", 300],
  [HEBREW, "start", "end", 300],
  [HEBREW, "center", "middle", 150],
  [HEBREW, "end", "start", 0],
] as const)("%s aligned to its %s within a width", (words, align, anchor, x) => {
  const element = text(words, { w: 300, style: { align } });
  expect(standing(element, textRows(element)[0]!)).toEqual({ anchor, x });
});

test("without a width lines stand beside the longest one; those from the right begin where it does", () => {
  const ended = text("abc\nabcdef", { style: { align: "end" } });
  expect(standing(ended, textRows(ended)[0]!)).toEqual({ anchor: "end", x: boundsOf(ended).w });
  const plain = text("abc");
  expect(standing(plain, textRows(plain)[0]!)).toEqual({ anchor: "start", x: 0 });
  const both = text(`${HEBREW}\n${HEBREW} ${HEBREW}`);
  const [short, long] = textRows(both).map((row) => standing(both, row));
  expect(short).toEqual(long);
  expect(short!.anchor).toBe("end");
  expect(short!.x).toBeCloseTo(boundsOf(both).w);
});

test("spaces and tabs are as typed", () => {
  expect(linesOf("  a  b\tc", null, 20)).toEqual(["  a  b    c"]);
});

test("a note grows with what is written on it, and is stretched from how it is seen", () => {
  const note: Note = { id: "n", layer: "base", type: "note", x: 0, y: 0, w: 180, h: 180, text: "a\n".repeat(20) };
  expect(noteHeight({ ...note, text: "a" })).toBe(180);
  expect(noteHeight(note)).toBeCloseTo(21 * 20 * 1.3 + 24);
  const from = boundsOf(note);
  expect(from.h).toBeCloseTo(570);
  expect(resizing(note, from, { ...from, h: 1_140 })).toMatchObject({ h: 1_140 });
});
