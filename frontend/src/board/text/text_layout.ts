/**
 * Breaking text into lines, the same on every screen that has the same font, and as exports do it
 * (`lessonroom/board/text_layout.py`).
 *
 * Whoever puts a text has all others lay it out, so the work is linear in its length, and what is
 * drawn has an end: a log may hold what no limit would let in today.
 */

import type { Element, TextElement } from "../../client/wire.ts";

export const LINE_HEIGHT = 1.3;
export const FONT_FAMILY =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
export const NOTE_PADDING = 12;

/** Of one element; each takes 20 µs, and more the more there are. */
export const LINES_DRAWN = 2_000;
/** The last line of a text that has more of them than are drawn. */
export const CUT_MARK = "\u2026";
/** Units that a line is wide at least. */
const LEAST_WIDTH = 10;
/** Marks that are drawn on one letter: time grows with the square of their number. */
const PILES = /(\p{M}{32})\p{M}+/gu;
/** What is read as one character, about as UAX #29 has it: marks, joined emoji and flags stay whole. */
const CHARACTER =
  /(?:\p{RI}\p{RI}|[^])(?:[\p{M}\u{1F3FB}-\u{1F3FF}\u{E0020}-\u{E007F}]|\u200D(?:\p{RI}\p{RI}|[^])?)*/gu;
const WORD = /\S+\s*|\s+/g;

type TextHolder = Extract<Element, { type: "text" | "note" }>;
type Measure = (text: string, fontSize: number) => number;

let context: CanvasRenderingContext2D | null | undefined;

/** Width of a text in units; without a canvas, an estimate that is good enough to hit it. */
const measure: Measure = (text, fontSize) => {
  if (context === undefined) {
    context = typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");
  }
  if (context === null) return text.length * fontSize * 0.55;
  const font = `${fontSize}px ${FONT_FAMILY}`;
  // Said anew, a font is looked for anew.
  if (lastFont !== font) context.font = lastFont = font;
  return context.measureText(text).width;
};
let lastFont = "";

/** Breaks at line ends and, where there is a width, between words; a long word is cut. */
export function linesOf(
  text: string,
  width: number | null,
  fontSize: number,
  measured: Measure = measure,
): string[] {
  const lines: string[] = [];
  const widthOf = (part: string): number => (part === "" ? 0 : measured(part, fontSize));
  for (const line of text.replace(PILES, "$1").split("\n")) {
    if (lines.length > LINES_DRAWN) break;
    if (width === null) lines.push(line);
    else wrap(line, Math.max(width, LEAST_WIDTH, fontSize), widthOf, lines);
  }
  if (lines.length > LINES_DRAWN) lines.splice(LINES_DRAWN, Infinity, CUT_MARK);
  return lines;
}

type WidthOf = (part: string) => number;

/** Adds a line's parts to `lines`; each word is measured once. */
function wrap(line: string, width: number, widthOf: WidthOf, lines: string[]): void {
  let [current, currentWidth] = ["", 0];
  for (const word of line.match(WORD) ?? []) {
    let body = word.trimEnd();
    const spaces = word.slice(body.length);
    let bodyWidth = widthOf(body);
    // Spaces that reach over the end are not seen.
    if (body !== "" && currentWidth + bodyWidth > width) {
      if (current !== "") lines.push(current.trimEnd());
      [current, currentWidth] = ["", 0];
      if (bodyWidth > width) {
        body = cut(body, width, widthOf, lines);
        bodyWidth = widthOf(body);
      }
    }
    if (lines.length > LINES_DRAWN) return;
    current += body + spaces;
    currentWidth += bodyWidth + widthOf(spaces);
  }
  lines.push(current.trimEnd());
}

/** Adds the pieces of a word that fit, each of one character at least; returns the last one. */
function cut(word: string, width: number, widthOf: WidthOf, lines: string[]): string {
  const ends: number[] = [];
  for (const { index, 0: character } of word.matchAll(CHARACTER)) ends.push(index + character.length);
  let [begin, done, fitting] = [0, 0, 1];
  for (;;) {
    const from = begin;
    const first = done;
    const fits = (count: number): boolean => widthOf(word.slice(from, ends[first + count - 1])) <= width;
    fitting = mostThatFit(ends.length - done, fitting, fits);
    done += fitting;
    if (done >= ends.length || lines.length > LINES_DRAWN) return word.slice(begin);
    lines.push(word.slice(begin, ends[done - 1]));
    begin = ends[done - 1]!;
  }
}

/** What is measured on the way is a few times as long as what fits, not as what is left. */
function mostThatFit(left: number, guess: number, fits: (count: number) => boolean): number {
  let [low, high] = [1, Math.max(2, guess)];
  while (high <= left && fits(high)) [low, high] = [high, 2 * high];
  high = Math.min(high, left + 1);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Lives as long as the elements do. */
const known = new WeakMap<TextHolder, string[]>();

/** The lines of an element that holds text. */
export function textLines(element: TextHolder): string[] {
  let lines = known.get(element);
  if (lines === undefined) {
    const width = element.type === "note" ? Math.max(0, element.w - 2 * NOTE_PADDING) : element.w || null;
    lines = linesOf(element.text ?? "", width, element.style?.font_size ?? 20);
    known.set(element, lines);
  }
  return lines;
}

export function textBox(element: TextElement): { w: number; h: number } {
  const fontSize = element.style?.font_size ?? 20;
  const lines = textLines(element);
  const w = element.w || Math.max(fontSize / 2, ...lines.map((line) => measure(line, fontSize)));
  return { w, h: lines.length * fontSize * LINE_HEIGHT };
}
