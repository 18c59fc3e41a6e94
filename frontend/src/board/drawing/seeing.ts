/** Which part of a board is drawn: what is in view, and something around it. */

import { useComputed, type ReadonlySignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Desk } from "../desk.ts";
import { boundsOf, centre, type Bounds } from "../geometry/geometry.ts";
import type { Element } from "../../client/wire.ts";

export interface Seen {
  readonly seen: Bounds;
  readonly zoom: number;
}

/**
 * The part of the board that is drawn: another one only when one looks past it, or much closer or
 * from much further away, so that moving the board draws nothing most of the time.
 *
 * @param around how many views of it lie on each side.
 */
export function useSeen(desk: Desk, around: number): ReadonlySignal<Seen> {
  const drawn = useRef<Seen | null>(null);
  return useComputed(() => {
    const { x, y, zoom } = desk.camera.value;
    const { width, height } = desk.viewSize.value;
    const [w, h] = [width / zoom, height / zoom];
    const before = drawn.current;
    const isEnough =
      before !== null && before.zoom / zoom < 1.5 && zoom / before.zoom < 1.5 && isWithin({ x, y, w, h }, before.seen);
    if (!isEnough) {
      const side = 1 + 2 * around;
      drawn.current = { seen: { x: x - around * w, y: y - around * h, w: side * w, h: side * h }, zoom };
    }
    return drawn.current!;
  });
}

function isWithin(inner: Bounds, outer: Bounds): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.w <= outer.x + outer.w &&
    inner.y + inner.h <= outer.y + outer.h
  );
}

/** Heads of arrows, shadows of notes, letters that are wider elsewhere. */
const MARGIN = 40;

/** Whether something of an element may be seen there, however it is turned. */
export function mayBeSeen(element: Element, seen: Bounds): boolean {
  const bounds = boundsOf(element);
  const reach = MARGIN + 2 * (element.style?.width ?? 2);
  if (element.rotation) {
    const { x, y } = centre(bounds);
    const radius = Math.hypot(bounds.w, bounds.h) / 2 + reach;
    return x + radius >= seen.x && x - radius <= seen.x + seen.w && y + radius >= seen.y && y - radius <= seen.y + seen.h;
  }
  return (
    bounds.x + bounds.w + reach >= seen.x &&
    bounds.x - reach <= seen.x + seen.w &&
    bounds.y + bounds.h + reach >= seen.y &&
    bounds.y - reach <= seen.y + seen.h
  );
}
