/** Where what comes in is put. */

import type { Desk } from "../desk.ts";
import type { Element } from "../../client/wire.ts";
import { plural } from "../../language/language.ts";
import { put } from "../arranging/arranging.ts";
import { toBoard, union, type Point } from "../geometry/geometry.ts";
import { outerBounds } from "../geometry/turning.ts";

/** What is pasted again at the same place lies a little further on, in pixels. */
const CASCADE = 16;

/** Puts elements with their middle at the place where things are pasted. @param what tells the same from another. */
export function putAround(desk: Desk, elements: readonly Element[], what: string, place = placeOf(desk)): void {
  const box = union(elements.map(outerBounds));
  if (box === null) return;
  const at = cascaded(desk, place, what);
  const copies = put(desk, elements, { x: at.x - box.x - box.w / 2, y: at.y - box.y - box.h / 2 });
  if (copies.length > 0) desk.aids.tell(plural("paste.told", copies.length));
}

const pastes = new WeakMap<Desk, { readonly what: string; readonly at: Point; readonly count: number }>();

function cascaded(desk: Desk, at: Point, what: string): Point {
  const last = pastes.get(desk);
  const isAgain = last !== undefined && last.what === what && last.at.x === at.x && last.at.y === at.y;
  const count = isAgain ? last.count + 1 : 0;
  pastes.set(desk, { what, at, count });
  const step = (CASCADE * count) / desk.camera.value.zoom;
  return { x: at.x + step, y: at.y + step };
}

/** The pointer, where it is over what one sees; else the middle of that. */
export function placeOf(desk: Desk): Point {
  const { width, height } = desk.viewSize.peek();
  const middle = toBoard(desk.camera.value, { x: width / 2, y: height / 2 });
  const pointer = desk.pointer.peek();
  if (pointer === null) return middle;
  const { x, y } = pixelsOf(desk, pointer);
  return x >= 0 && y >= 0 && x <= width && y <= height ? pointer : middle;
}

export function pixelsOf(desk: Desk, at: Point): Point {
  const { x, y, zoom } = desk.camera.value;
  return { x: (at.x - x) * zoom, y: (at.y - y) * zoom };
}
