/** Where something new is put, so that it lies on nothing else. */

import type { Desk } from "../desk.ts";
import { visibleOn } from "./fitting.ts";
import { overlaps, round, type Bounds, type Point } from "./geometry.ts";
import { outerBounds } from "./turning.ts";

/** Between two things, in board units. */
const GAP = 16;
/** Places that are tried, across and down. */
const TRIED = 24;
/** What takes more than so much of what one sees is there to be written on. */
const GROUND = 0.5;
/** Past so many things there is no place that one could call free. */
const THINGS_MOST = 2_000;

/** That place on the page which is shown. */
export function freePlaceOn(desk: Pick<Desk, "board" | "seen">, w: number, h: number): Point {
  return freePlace(desk.seen(), visibleOn(desk.board.value).map(outerBounds), w, h);
}

/**
 * The corner of a box of a size that lies in what one sees and on nothing else, as near to the middle
 * as can be; in the middle where there is no such place.
 */
export function freePlace(seen: Bounds, things: readonly Bounds[], w: number, h: number): Point {
  const middle = { x: round(seen.x + (seen.w - w) / 2), y: round(seen.y + (seen.h - h) / 2) };
  const inTheWay = things.filter((thing) => overlaps(thing, seen) && thing.w * thing.h < GROUND * seen.w * seen.h);
  if (inTheWay.length > THINGS_MOST) return middle;
  const isFree = ({ x, y }: Point): boolean => {
    const box = { x: x - GAP, y: y - GAP, w: w + 2 * GAP, h: h + 2 * GAP };
    return !inTheWay.some((thing) => overlaps(thing, box));
  };
  if (isFree(middle)) return middle;
  const [across, down] = [seen.w - w - 2 * GAP, seen.h - h - 2 * GAP];
  if (across < 0 || down < 0) return middle;
  const places: Point[] = [];
  for (let row = 0; row <= TRIED; row += 1) {
    for (let col = 0; col <= TRIED; col += 1) {
      places.push({ x: round(seen.x + GAP + (across * col) / TRIED), y: round(seen.y + GAP + (down * row) / TRIED) });
    }
  }
  const away = ({ x, y }: Point): number => Math.hypot(x - middle.x, y - middle.y);
  return places.sort((a, b) => away(a) - away(b)).find(isFree) ?? middle;
}
