/** Putting things on the board, and sizing them, without a pointer. */

import type { Desk } from "../desk.ts";
import type { Tool } from "../tools/tools.ts";
import type { Operation } from "../../client/wire.ts";
import { boundsOf, resizing, toBoard, union, type Point } from "../geometry/geometry.ts";
import { reachable } from "../drawing/stacking.ts";
import { begin, shaping } from "../tools/gestures.ts";
import { selectedElements } from "../tools/selecting.ts";

/** On the screen, whatever the zoom: large enough to be seen, small enough to be moved about. */
const MADE_SIZE = { x: 160, y: 100 };
const PLAIN = { shift: false, alt: false } as const;
const DRAWN: ReadonlySet<Tool> = new Set([
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
const LEAST_SIDE = 4;

/** Puts what the tool makes in the middle of what one sees, selected: as a hand would have drawn it. */
export function make(desk: Desk): boolean {
  const tool = desk.tool.value;
  if (!DRAWN.has(tool) && !WRITTEN.has(tool)) return false;
  const { width, height } = desk.viewSize.peek();
  const corner = (side: number): Point =>
    toBoard(desk.camera.value, { x: (width + side * MADE_SIZE.x) / 2, y: (height + side * MADE_SIZE.y) / 2 });
  const before = new Set(reachable(desk.board.value).map((element) => element.id));
  const from = { ...corner(-1), at: 0, pressure: 0.5 };
  // By hand these are put corner by corner.
  const isByCorners = tool === "polygon" || tool === "polyline";
  const gesture = isByCorners ? desk.mayDrawHere() && shaping(desk, tool, from) : begin(desk, tool, from, PLAIN);
  if (gesture) gesture.move([{ ...corner(1), at: 0, pressure: 0.5 }], PLAIN);
  if (gesture) gesture.end();
  const made = reachable(desk.board.value).find((element) => !before.has(element.id));
  if (DRAWN.has(tool) && made !== undefined) {
    desk.chosenTool.value = "select";
    desk.selection.value = new Set([made.id]);
  }
  return true;
}

/** Makes what is selected wider or higher, or narrower or lower, from its top left corner. */
export function size(desk: Desk, [dx, dy]: readonly [number, number], isFar: boolean): boolean {
  const selected = selectedElements(desk);
  const from = union(selected.map(boundsOf));
  if (from === null || !desk.mayUse("select")) return false;
  const step = isFar ? 50 : 10;
  const to = {
    ...from,
    w: from.w === 0 ? 0 : Math.max(LEAST_SIDE, from.w + dx * step),
    h: from.h === 0 ? 0 : Math.max(LEAST_SIDE, from.h + dy * step),
  };
  desk.edit(
    selected.map((element): Operation => ({ op: "patch", id: element.id, set: resizing(element, from, to) })),
  );
  return true;
}
