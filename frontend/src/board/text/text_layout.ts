/**
 * Breaking text into lines, the same on every screen that has the same font, and as exports do it
 * (`lessonroom/board/drawing/text_layout.py`).
 *
 * Whoever puts a text has all others lay it out, so the work is linear in its length, and what is
 * drawn has an end: a log may hold what no limit would let in today.
 */

import type { Element, Note, Style, TextElement } from "../../client/wire.ts";
import { ask, askSymbols, cssFont, keptByLetters, letters } from "./face.ts";

export const LINE_HEIGHT = 1.3;
export const NOTE_PADDING = 12;

/** Of one element; each takes 20 µs, and more the more there are. */
export const LINES_DRAWN = 2_000;
/** The last line of a text that has more of them than are drawn. */
export const CUT_MARK = "\u2026";
/** Units that a line is wide at least. */
const LEAST_WIDTH = 10;
/** Marks that are drawn on one letter: time grows with the square of their number. */
const PILES = /(\p{M}{32})\p{M}+/gu;
/** A tab is so many spaces: as typed, and the same in every font. */
const TAB = "    ";
/**
 * What is read as one character, the grapheme clusters of UAX #29: marks, joined emoji, flags and the
 * syllables of Korea and India stay whole. `Intl.Segmenter` takes time with the square of the length.
 */
const CHARACTER =
  /(?:\p{RI}\p{RI}|[\u1100-\u115f\ua960-\ua97c]+[\uac00-\ud7a3]?|[^])(?:[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d][\u0900-\u0d7f]?|[\p{M}\u200c\u0e33\u0eb3\u1160-\u11ff\ud7b0-\ud7fb\uff9e\uff9f\u{1F3FB}-\u{1F3FF}\u{E0020}-\u{E007F}]|\u200D(?:\p{RI}\p{RI}|[^])?)*/gu;
const WORD = /\S+\s*|\s+/g;
/** Letters of scripts that are written from right to left, and the mark that counts as one. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** Brackets for a line that is set by itself, with its own direction (UAX #9). */
const [SET_FROM_LEFT, SET_FROM_RIGHT, SET_END] = ["\u2066", "\u2067", "\u2069"] as const;

/** A line as it is drawn; `isRtl` goes for all lines of a paragraph. */
export interface Row {
  readonly text: string;
  readonly isRtl: boolean;
}

type TextHolder = Extract<Element, { type: "text" | "note" }>;
type Measure = (text: string, fontSize: number) => number;

let context: CanvasRenderingContext2D | null | undefined;
let lastFont = "";

/** Widths of texts in units; without a canvas, an estimate that is good enough to hit them. */
function measureIn(style: Style | undefined): Measure {
  let isAsked = false;
  return (text, fontSize) => {
    if (context === undefined) {
      context = typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");
      if (context !== null) context.fontKerning = "none";
    }
    if (context === null) return text.length * fontSize * 0.55;
    if (isAsked) askSymbols(text);
    else ask(style, text);
    isAsked = true;
    const font = `${letters.peek()} ${cssFont(style, fontSize)}`;
    // Said anew, a font is looked for anew.
    if (lastFont !== font) {
      lastFont = font;
      context.font = cssFont(style, fontSize);
    }
    return context.measureText(text).width;
  };
}

/** Breaks at line ends and, where there is a width, between words; a long word is cut. */
export function linesOf(
  text: string,
  width: number | null,
  fontSize: number,
  measured: Measure = measureIn(undefined),
): string[] {
  return rowsOf(text, width, fontSize, measured).map((row) => row.text);
}

/** Likewise, with the direction of each line. */
export function rowsOf(text: string, width: number | null, fontSize: number, measured: Measure = measureIn(undefined)): Row[] {
  const rows: Row[] = [];
  const widthOf = (part: string): number => (part === "" ? 0 : measured(part, fontSize));
  for (const paragraph of text.replace(PILES, "$1").replaceAll("\t", TAB).split("\n")) {
    if (rows.length > LINES_DRAWN) break;
    const lines: string[] = [];
    if (width === null) lines.push(paragraph);
    else wrap(paragraph, Math.max(width, LEAST_WIDTH, fontSize), widthOf, lines, LINES_DRAWN - rows.length);
    const isRtl = startsFromRight(paragraph);
    for (const line of lines) rows.push({ text: line, isRtl });
  }
  if (rows.length > LINES_DRAWN) rows.splice(LINES_DRAWN, Infinity, { text: CUT_MARK, isRtl: false });
  return rows;
}

/** The direction of a paragraph: that of its first letter. */
export function startsFromRight(paragraph: string): boolean {
  if (!RIGHT_TO_LEFT.test(paragraph)) return false;
  const letter = /[\p{L}\u200e\u200f]/u.exec(paragraph)?.[0] ?? "";
  return RIGHT_TO_LEFT.test(letter);
}

/** A line as it is drawn beside others: in the direction of its paragraph, whatever it begins with. */
export function isolated({ text, isRtl }: Row): string {
  if (!isRtl && !RIGHT_TO_LEFT.test(text)) return text;
  return (isRtl ? SET_FROM_RIGHT : SET_FROM_LEFT) + text + SET_END;
}

type WidthOf = (part: string) => number;

/** Adds a line's parts to `lines`; each word is measured once. */
function wrap(line: string, width: number, widthOf: WidthOf, lines: string[], most: number): void {
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
        body = cut(body, width, widthOf, lines, most);
        bodyWidth = widthOf(body);
      }
    }
    if (lines.length > most) return;
    current += body + spaces;
    currentWidth += bodyWidth + widthOf(spaces);
  }
  lines.push(current.trimEnd());
}

/** Adds the pieces of a word that fit, each of one character at least; returns the last one. */
function cut(word: string, width: number, widthOf: WidthOf, lines: string[], most: number): string {
  const ends: number[] = [];
  for (const { index, 0: character } of word.matchAll(CHARACTER)) ends.push(index + character.length);
  let [begin, done, fitting] = [0, 0, 1];
  for (;;) {
    const from = begin;
    const first = done;
    const fits = (count: number): boolean => widthOf(word.slice(from, ends[first + count - 1])) <= width;
    fitting = mostThatFit(ends.length - done, fitting, fits);
    done += fitting;
    if (done >= ends.length || lines.length > most) return word.slice(begin);
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

/** The lines of an element that holds text. */
export const textRows = keptByLetters((element: TextHolder): Row[] => {
  const { text = "", style } = element;
  return rowsOf(text, widthOfLines(element), style?.font_size ?? 20, measureIn(style));
});

export function textLines(element: TextHolder): string[] {
  return textRows(element).map((row) => row.text);
}

function widthOfLines(element: TextHolder): number | null {
  return element.type === "note" ? Math.max(0, element.w - 2 * NOTE_PADDING) : element.w || null;
}

/**
 * Where the lines of an element stand, from its left: which point of them, and how far in.
 *
 * `start` is where a paragraph begins to be read. Without a width lines are as long as they are, and
 * stand beside the longest one.
 */
export function standing(element: TextHolder, { isRtl }: Row): { readonly anchor: "start" | "middle" | "end"; readonly x: number } {
  const rows = textRows(element);
  const own = widthOfLines(element);
  const fontSize = element.style?.font_size ?? 20;
  const width = own === null ? null : Math.max(own, LEAST_WIDTH, fontSize);
  const align = element.style?.align ?? "start";
  if (width === null && align === "start" && !rows.some((row) => row.isRtl)) return { anchor: "start", x: 0 };
  const measured = measureIn(element.style);
  const room = width ?? Math.max(...rows.map(({ text }) => measured(text, fontSize)));
  if (align === "center") return { anchor: "middle", x: room / 2 };
  return (align === "end") === isRtl ? { anchor: "start", x: 0 } : { anchor: "end", x: room };
}

/** How high a note is: its paper grows with what is written on it. */
export function noteHeight(element: Note): number {
  const fontSize = element.style?.font_size ?? 20;
  return Math.max(element.h, textRows(element).length * fontSize * LINE_HEIGHT + 2 * NOTE_PADDING);
}

export function textBox(element: TextElement): { w: number; h: number } {
  const fontSize = element.style?.font_size ?? 20;
  const lines = textLines(element);
  const measured = measureIn(element.style);
  const w = element.w || Math.max(fontSize / 2, ...lines.map((line) => measured(line, fontSize)));
  return { w, h: lines.length * fontSize * LINE_HEIGHT };
}
