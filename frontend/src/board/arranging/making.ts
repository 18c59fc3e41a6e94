/** Putting things on the board, and opening them, without a pointer. */

import type { Element } from "../../client/wire.ts";
import type { Desk } from "../desk.ts";
import type { Tool } from "../tools/tools.ts";
import { freePlaceOn } from "../geometry/free_place.ts";
import type { Point } from "../geometry/geometry.ts";
import { reachable } from "../drawing/stacking.ts";
import { isFigure, openFigure } from "../figures/figure.ts";
import { selectedElements } from "./handles.ts";
import { shaping, type Shaped } from "../hand/shaping.ts";
import { begin, NOTE_SIZE } from "../tools/gestures.ts";

/** On the screen, whatever the zoom: large enough to be seen, small enough to be moved about. */
const MADE_SIZE = { x: 160, y: 100 };
const PLAIN = { shift: false, alt: false, ctrl: false } as const;
const DRAWN: ReadonlySet<Tool> = new Set<Shaped>([
  "line",
  "arrow",
  "rect",
  "ellipse",
  "triangle",
  "parallelogram",
  "trapezium",
  "polygon",
  "polyline",
]);
const WRITTEN: ReadonlySet<Tool> = new Set(["text", "note"]);

function isDrawn(tool: Tool): tool is Shaped {
  return DRAWN.has(tool);
}

/** Puts what the tool makes as near to the middle of what one sees as nothing lies, selected: as a hand would have drawn it. */
export function make(desk: Desk): boolean {
  const tool = desk.tool.value;
  if (!isDrawn(tool) && !WRITTEN.has(tool)) return false;
  const { zoom } = desk.camera.value;
  const size = tool === "note" ? { x: NOTE_SIZE, y: NOTE_SIZE } : { x: MADE_SIZE.x / zoom, y: MADE_SIZE.y / zoom };
  const place = freePlaceOn(desk, size.x, size.y);
  const corner = (share: number): Point => ({ x: place.x + share * size.x, y: place.y + share * size.y });
  const before = new Set(reachable(desk.board.value).map((element) => element.id));
  // A note is put by its middle, a text by the middle of its first line.
  const from = { ...corner(tool === "note" ? 0.5 : 0), at: 0, pressure: 0.5 };
  // Polygons, too, which a hand puts corner by corner.
  const gesture = isDrawn(tool) ? desk.mayDrawHere() && shaping(desk, tool, from) : begin(desk, tool, from, PLAIN);
  if (gesture) gesture.move([{ ...corner(1), at: 0, pressure: 0.5 }], PLAIN);
  if (gesture) gesture.end();
  const made = reachable(desk.board.value).find((element) => !before.has(element.id));
  if (DRAWN.has(tool) && made !== undefined) {
    desk.chosenTool.value = "select";
    desk.selection.value = new Set([made.id]);
  }
  return true;
}

/** What is selected, where it is one thing that has an editor and may be changed. */
export function openable(desk: Desk): Element | null {
  const selected = selectedElements(desk);
  const [only] = selected;
  if (only === undefined || selected.length > 1 || !desk.isFree(only) || !desk.mayUse("text")) return null;
  return isFigure(only) || only.type === "text" || only.type === "note" ? only : null;
}

/** Opens the editor of what is selected; whether there is one. */
export function openSelected(desk: Desk): boolean {
  const element = openable(desk);
  if (element === null) return false;
  if (element.type === "text" || element.type === "note") {
    desk.selection.value = new Set();
    desk.writing.open(element, false);
    return true;
  }
  return openFigure(desk, element);
}
