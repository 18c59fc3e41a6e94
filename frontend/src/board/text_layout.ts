/** Breaking text into lines, the same on every screen that has the same font. */

import type { Element, TextElement } from "../client/wire.ts";

export const LINE_HEIGHT = 1.3;
export const FONT_FAMILY =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';

type Measure = (text: string, fontSize: number) => number;

let context: CanvasRenderingContext2D | null | undefined;

/** Width of a text in units; without a canvas, an estimate that is good enough to hit it. */
const measure: Measure = (text, fontSize) => {
  if (context === undefined) {
    context = typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");
  }
  if (context === null) return text.length * fontSize * 0.55;
  context.font = `${fontSize}px ${FONT_FAMILY}`;
  return context.measureText(text).width;
};

/** Breaks at line ends and, where there is a width, between words; a long word is cut. */
export function linesOf(
  text: string,
  width: number | null,
  fontSize: number,
  measured: Measure = measure,
): string[] {
  return text.split("\n").flatMap((line) => (width === null ? [line] : wrapped(line, width, fontSize, measured)));
}

function wrapped(line: string, width: number, fontSize: number, measured: Measure): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/(?<=\s)/)) {
    if (measured((current + word).trimEnd(), fontSize) <= width) {
      current += word;
      continue;
    }
    if (current !== "") lines.push(current.trimEnd());
    current = word;
    while (measured(current.trimEnd(), fontSize) > width && current.length > 1) {
      let fits = 1;
      while (fits < current.length && measured(current.slice(0, fits + 1), fontSize) <= width) {
        fits += 1;
      }
      lines.push(current.slice(0, fits));
      current = current.slice(fits);
    }
  }
  lines.push(current.trimEnd());
  return lines;
}

export const NOTE_PADDING = 12;

/** The lines of an element that holds text. */
export function textLines(element: Extract<Element, { type: "text" | "note" }>): string[] {
  const fontSize = element.style?.font_size ?? 20;
  const width = element.type === "note" ? Math.max(10, element.w - 2 * NOTE_PADDING) : (element.w ?? null);
  return linesOf(element.text ?? "", width, fontSize);
}

export function textBox(element: TextElement): { w: number; h: number } {
  const fontSize = element.style?.font_size ?? 20;
  const lines = textLines(element);
  const w = element.w ?? Math.max(fontSize / 2, ...lines.map((line) => measure(line, fontSize)));
  return { w, h: lines.length * fontSize * LINE_HEIGHT };
}
