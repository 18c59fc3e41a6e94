/** The menu of what can be done at a place on the board. */

import type { Desk } from "../desk.ts";
import { seen } from "../drawing/stacking.ts";
import { overlaps, toBoard, touches, union, type Point } from "../geometry/geometry.ts";
import { encloses } from "../geometry/stretching.ts";
import { outerBounds } from "../geometry/turning.ts";
import { SLACK } from "../tools/gesture.ts";
import { selectedElements } from "./handles.ts";
import { withGroups } from "./selecting.ts";

/** Opens it for what lies there, locked or not: that is selected. Nothing happens for who only watches. */
export function openMenuAt(desk: Desk, at: Point): void {
  if (!desk.mayUse("select")) return;
  const point = toBoard(desk.camera.value, at);
  const elements = seen(desk.board.value);
  const hit =
    elements.find((element) => touches(element, point, SLACK / desk.camera.value.zoom)) ??
    elements.find((element) => encloses(element, point));
  if (hit === undefined && !isInFrame(desk, point)) desk.selection.value = new Set();
  else if (hit !== undefined && !desk.selection.value.has(hit.id)) {
    desk.selection.value = withGroups(elements.filter(desk.isMovable), [hit.id]);
  }
  if (hit !== undefined) desk.chosenTool.value = "select";
  openMenu(desk, at);
}

function isInFrame(desk: Desk, point: Point): boolean {
  const box = union(selectedElements(desk).map(outerBounds));
  return box !== null && overlaps(box, { ...point, w: 0, h: 0 });
}

/** Opens it for what is selected, beside a control. */
export function openMenuBeside(desk: Desk, control: Element | null): void {
  const board = document.querySelector(".board")?.getBoundingClientRect();
  const { left, bottom } = control?.getBoundingClientRect() ?? { left: 0, bottom: 0 };
  openMenu(desk, { x: left - (board?.left ?? 0), y: bottom - (board?.top ?? 0) });
}

/** Opens it for what is selected. @param at in pixels of the view. */
export function openMenu(desk: Desk, at: Point): void {
  if (desk.mayUse("select")) desk.aids.menu.value = { at };
}
