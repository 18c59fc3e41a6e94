/** What the pointer does from down to up, for each tool. */

import type { Desk } from "../desk.ts";
import type { Tool } from "./tools.ts";
import type { Note, TextElement } from "../../client/wire.ts";
import { fresh } from "./drafting.ts";
import { round, type Point } from "../geometry/geometry.ts";
import { deferred } from "./deferred.ts";
import { byHand } from "./hand.ts";
import type { Gesture, Modifiers, Sample } from "./gesture.ts";
import { NOTE_INK } from "../drawing/palette.ts";
import { fontSizeOf, paperOf } from "../editing/styling.ts";
import { stroking } from "./stroking.ts";

/** Each side, in board units. */
export const NOTE_SIZE = 180;

/** Nothing comes of it: what is seen is where the pointer is. */
const STILL: Gesture = { move: () => undefined, end: () => undefined, cancel: () => undefined };

/** Begins a tool's gesture, or does at once what a click does; null where nothing can begin. */
export function begin(
  desk: Desk,
  tool: Tool,
  start: Sample,
  modifiers: Modifiers,
): Gesture | null {
  switch (tool) {
    case "hand":
      return null;
    case "select":
      return (
        desk.aids.arranging?.selecting(desk, start, modifiers) ??
        deferred(desk.aids.fetched().then(({ selecting }) => selecting(desk, start, modifiers)))
      );
    case "lasso":
      return byHand(({ lassoing }) => lassoing(desk, start, modifiers));
    case "laser":
      return STILL;
    case "eraser":
      return byHand(({ erasing }) => erasing(desk, start));
    case "pen":
    case "highlighter":
      return desk.mayDrawHere() ? stroking(desk, tool, start) : null;
    case "line":
    case "arrow":
    case "rect":
    case "ellipse":
    case "triangle":
    case "parallelogram":
    case "trapezium":
      return desk.mayDrawHere() ? byHand(({ shaping }) => shaping(desk, tool, start)) : null;
    case "polygon":
    case "polyline":
      return desk.mayDrawHere() ? byHand(({ cornering }) => cornering(desk, tool, start, modifiers)) : null;
    case "text":
    case "note":
      if (desk.mayDrawHere()) write(desk, tool, start);
      return null;
    default:
      return tool satisfies never;
  }
}

function write(desk: Desk, tool: "text" | "note", at: Point): void {
  const fontSize = fontSizeOf(desk.width.value);
  const element: TextElement | Note =
    tool === "text"
      ? {
          ...fresh(desk),
          type: "text",
          x: round(at.x),
          y: round(at.y - fontSize * 0.65),
          text: "",
          style: { color: desk.color.value, font_size: fontSize, ...desk.lettering.value },
        }
      : {
          ...fresh(desk),
          type: "note",
          x: round(at.x - NOTE_SIZE / 2),
          y: round(at.y - NOTE_SIZE / 2),
          w: NOTE_SIZE,
          h: NOTE_SIZE,
          text: "",
          style: {
            color: NOTE_INK,
            fill: paperOf(desk.color.value),
            font_size: 18,
            ...desk.lettering.value,
          },
        };
  desk.writing.open(element, true);
}
