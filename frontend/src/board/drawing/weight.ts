/**
 * What an element takes to be shown, told from its fields alone and in no time: whoever puts one
 * has every page in the lesson make it and paint it. Exports judge alike (`lessonroom/board/drawing/weight.py`).
 *
 * The unit is a tenth of a microsecond, measured in Chromium on one core: `making` is script and
 * layout, once; `painting` is for each frame in which the board moves.
 */

import { boundsOf, pathLength, pathOf } from "../geometry/geometry.ts";
import type { Element, Polygon, Stroke, Style, Table } from "../../client/wire.ts";
import { CELL_PADDING } from "./table_layout.ts";

export interface Weight {
  readonly making: number;
  readonly painting: number;
}

/** More than fits a screen is not painted, whatever its size. */
const SCREEN = 2_000;
/** Square units that are filled in a unit of time. */
const FILLED = 250;
/** A line with more dashes than these is drawn without: nobody tells them apart where it is seen whole. */
export const DASHES_DRAWN = 5_000;
const PER_DASH = 50;
const PER_LETTER = 10;
const PER_LINE = 200;
/** Grid, axes and numbers of a graph: so many at most, however large it is. */
const PLANE = 5_000;
const PER_RUN = 100;
const PER_NUMBER = 10;
/** A character of TeX: its outline is no longer than `allowedBytes`. */
const PER_TEX = 100;
/** An outline has a cap of 26 points where the pen turns back. */
const PER_TURN = 50;
const LETTER_WIDTH = 0.5;

/** Lives as long as the elements do. */
const known = new WeakMap<Element, Weight>();

export function weightOf(element: Element): Weight {
  let weight = known.get(element);
  if (weight === undefined) {
    weight = weighed(element);
    known.set(element, weight);
  }
  return weight;
}

function weighed(element: Element): Weight {
  switch (element.type) {
    case "stroke":
      return ofStroke(element);
    case "line":
    case "arrow": {
      const length = Math.hypot(element.x2 - element.x1, element.y2 - element.y1);
      return { making: 100, painting: 50 + reach(length) + PER_DASH * dashesOf(length, element.style) };
    }
    case "rect":
    case "ellipse": {
      const round = 2 * (element.w + element.h);
      const painting = 50 + area(element.w, element.h) + reach(round) + PER_DASH * dashesOf(round, element.style);
      return { making: 100, painting };
    }
    case "polygon":
      return ofPolygon(element);
    case "text":
    case "note":
      return ofText(element);
    case "image":
      return { making: 1_000, painting: 50 + 2 * area(element.w, element.h) };
    case "formula": {
      const { length } = [...element.tex];
      return { making: 1_000 + 3 * PER_TEX * length, painting: 500 + PER_TEX * length + area(element.w, element.h) };
    }
    case "graph": {
      const runs = (element.curves ?? []).flatMap((curve) => curve.points ?? []);
      let numbers = 0;
      for (const run of runs) numbers += run.length;
      const painting = PLANE + PER_RUN * runs.length + PER_NUMBER * numbers + area(element.w, element.h);
      return { making: 10_000 + 2 * painting, painting };
    }
    case "table":
      return ofTable(element);
    case "custom":
      return { making: 300, painting: 100 + reach(2 * (element.w + element.h)) };
    default:
      return element satisfies never;
  }
}

function reach(length: number): number {
  return Math.min(length, SCREEN);
}

function area(w: number, h: number): number {
  return (reach(w) * reach(h)) / FILLED;
}

function ofStroke({ points, scale_x = 1, scale_y = 1, style, brush }: Stroke): Weight {
  let [length, ink, turns] = [0, 0, 0];
  let [beforeX, beforeY] = [0, 0];
  for (let at = 4; at + 1 < points.length; at += 4) {
    const dx = (points[at]! - points[at - 4]!) * scale_x;
    const dy = (points[at + 1]! - points[at - 3]!) * scale_y;
    const step = Math.sqrt(dx * dx + dy * dy);
    length += step;
    ink += reach(step);
    if (dx * beforeX + dy * beforeY < 0) turns += 1;
    [beforeX, beforeY] = [dx, dy];
  }
  const count = points.length / 4;
  const dashes = brush === "highlighter" ? PER_DASH * dashesOf(length, style) : 0;
  return { making: 50 + 20 * count + 2 * PER_TURN * turns, painting: 20 + 2 * count + ink + PER_TURN * turns + dashes };
}

function ofPolygon(element: Polygon): Weight {
  const length = pathLength(pathOf(element));
  const { w, h } = boundsOf(element);
  const count = element.points.length / 2;
  const filled = element.closed === false ? 0 : area(w, h);
  const painting = 50 + 2 * count + reach(length) + filled + PER_DASH * dashesOf(length, element.style);
  return { making: 100 + 5 * count, painting };
}

function ofText(element: Extract<Element, { type: "text" | "note" }>): Weight {
  const { text = "", w, style } = element;
  const size = style?.font_size ?? 20;
  let lineEnds = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lineEnds += 1;
  const length = text.length * size * LETTER_WIDTH;
  const width = w ? Math.max(w, size, 10) : length;
  const lines = 1 + lineEnds + (width > 0 ? Math.min(text.length, length / width) : 0);
  const making = PER_LETTER * text.length + PER_LINE * lines;
  const paper = element.type === "note" ? area(element.w, element.h) : 0;
  // Once it is laid out, a quarter of that is left for each frame.
  return { making, painting: making / 4 + area(width, lines * size) + paper };
}

function ofTable({ rows, cols, cells = {}, style }: Table): Weight {
  let letters = 0;
  for (const text of Object.values(cells)) letters += [...text].length;
  const sum = (all: number, { size }: { size: number }): number => all + size;
  const [w, h] = [cols.reduce(sum, 0), rows.reduce(sum, 0)];
  const [count, size] = [rows.length * cols.length, style?.font_size ?? 20];
  const width = Math.max(w / cols.length - 2 * CELL_PADDING, size, 10);
  const lines = count + Math.min(letters, (letters * size * LETTER_WIDTH) / width);
  const making = PER_LETTER * letters + PER_LINE * lines;
  return { making, painting: making / 4 + area(w, h) };
}

/** Lengths drawn and left out, for each unit of a line's width. */
const DASHES = { solid: null, dashed: [4, 3], dotted: [0.1, 2] } as const;

/** How many dashes a line has; none where it has too many. */
function dashesOf(length: number, style: Style | undefined): number {
  const [drawn, left] = DASHES[style?.dash ?? "solid"] ?? [0, 0];
  const period = (drawn + left) * (style?.width ?? 2);
  const count = period > 0 ? length / period : 0;
  return count > DASHES_DRAWN ? 0 : count;
}

/** The lengths of dashes that a line of this length is drawn with; undefined draws it whole. */
export function dashesFor(length: number, style: Required<Style>): number[] | undefined {
  const dashes = DASHES[style.dash];
  if (dashes === null || dashesOf(length, style) === 0) return undefined;
  return dashes.map((part) => part * style.width);
}

/** What all that is seen may take to be painted: two seconds of a frame, on the worst of boards. */
export const PAINTED = 20_000_000;

/**
 * The weight from which on elements are not painted, so that all others together stay within
 * `most`; what weighs little comes first, so that nobody's handwriting is missing for the sake of
 * what somebody put to stop the lesson.
 */
export function heaviest(elements: Iterable<Element>, most = PAINTED): number {
  let sum = 0;
  for (const element of elements) sum += weightOf(element).painting;
  if (sum <= most) return Infinity;
  const weights = Array.from(elements, (element) => weightOf(element).painting).sort((a, b) => a - b);
  let left = most;
  for (const weight of weights) {
    left -= weight;
    if (left < 0) return weight;
  }
  return Infinity;
}
