/** Which part of a board is drawn: what is in view, and something around it. */

import { useComputed, useSignal, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Desk } from "../desk.ts";
import { boundsOf, centre, overlaps, type Bounds } from "../geometry/geometry.ts";
import type { Element } from "../../client/wire.ts";
import { keptByLetters } from "../text/face.ts";

/** A zoom that has not gone on for so long has come to rest; */
const REST_MS = 250;
/** then no more is kept than so many times what would be drawn anew. */
const KEPT = 1.5;

export interface Seen {
  readonly seen: Bounds;
  readonly zoom: number;
}

/**
 * The part of the board that is drawn: another one only when one looks past it, or much closer or
 * from much further away, so that moving the board draws nothing most of the time. Once a zoom has come
 * to rest, what lies far around is drawn no longer: at every change the browser goes through all there is.
 *
 * @param around how many views of it lie on each side.
 * @param closest so many times closer, something else is drawn.
 */
export function useSeen(desk: Desk, around: number, closest: number): ReadonlySignal<Seen> {
  const drawn = useRef<Seen | null>(null);
  const rested = useSignal(0);
  useSignalEffect(() => {
    const { zoom } = desk.camera.value;
    if (zoom === rested.peek()) return undefined;
    const timer = setTimeout(() => {
      rested.value = zoom;
    }, REST_MS);
    return () => clearTimeout(timer);
  });
  return useComputed(() => {
    const { x, y, zoom } = desk.camera.value;
    const { width, height } = desk.viewSize.value;
    const [w, h] = [width / zoom, height / zoom];
    const before = drawn.current;
    const side = 1 + 2 * around;
    const isTooMuch = zoom === rested.value && before !== null && before.seen.w > KEPT * side * w;
    const isEnough =
      !isTooMuch && before !== null && before.zoom / zoom < closest && zoom / before.zoom < closest && isWithin({ x, y, w, h }, before.seen);
    if (!isEnough) {
      drawn.current = { seen: { x: x - around * w, y: y - around * h, w: side * w, h: side * h }, zoom };
    }
    return drawn.current!;
  });
}

export function isWithin(inner: Bounds, outer: Bounds): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.w <= outer.x + outer.w &&
    inner.y + inner.h <= outer.y + outer.h
  );
}

/** Heads of arrows, shadows of notes, letters that are wider elsewhere. */
const MARGIN = 40;

/** Where something of an element may be seen, however it is turned. */
export const reachOf = keptByLetters((element: Element): Bounds => {
  const bounds = boundsOf(element);
  const reach = MARGIN + 2 * (element.style?.width ?? 2);
  if (element.rotation) {
    const { x, y } = centre(bounds);
    const radius = Math.hypot(bounds.w, bounds.h) / 2 + reach;
    return { x: x - radius, y: y - radius, w: 2 * radius, h: 2 * radius };
  }
  return { x: bounds.x - reach, y: bounds.y - reach, w: bounds.w + 2 * reach, h: bounds.h + 2 * reach };
});

export function mayBeSeen(element: Element, seen: Bounds): boolean {
  return overlaps(reachOf(element), seen);
}
