/**
 * The plane that a graph shows: where its numbers and names stand, and what of its curves is seen. Exports draw
 * the same (`lessonroom/board/drawing/graph_plane.py`).
 */

import type { Graph } from "../../client/wire.ts";
import type { Point } from "../geometry/geometry.ts";

export type View = readonly [number, number, number, number];
export const WHOLE_VIEW: View = [-10, 10, -10, 10];
/** Font size of the numbers beside the axes. */
export const NUMBER_SIZE = 12;
/** Font size of the names of the axes. */
export const NAME_SIZE = 13;
/** A thousand corners that are wider take a browser seconds. */
export const WIDEST_CURVE = 32;
/** Board units from a line of the grid to the next, at least. */
const LEAST_STEP = 36;
const MOST_LINES = 60;
const GAP = 4;

export interface Plane {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly view: View;
  /** Of the axes; "" where one has none. */
  readonly names: { readonly x: string; readonly y: string };
}

export function planeOf({ x, y, w, h, view = WHOLE_VIEW, x_name = "", y_name = "" }: Graph): Plane {
  return { x, y, w, h, view: view as View, names: { x: x_name, y: y_name } };
}

/** Where a point of the plane lies on the board. */
export function placeOf({ x, y, w, h, view: [x0, x1, y0, y1] }: Plane, at: Point): Point {
  return { x: x + ((at.x - x0) / (x1 - x0)) * w, y: y + ((y1 - at.y) / (y1 - y0)) * h };
}

/** The lines at the numbers of both axes, as a path. */
export function gridOf(plane: Plane): string {
  const [x0, x1, y0, y1] = plane.view;
  return [
    ...ticks(x0, x1, plane.w).map((x) => lineOf(plane, { x, y: y0 }, { x, y: y1 })),
    ...ticks(y0, y1, plane.h).map((y) => lineOf(plane, { x: x0, y }, { x: x1, y })),
  ].join("");
}

/** The axes that are seen, as a path. */
export function axesOf(plane: Plane): string {
  const [x0, x1, y0, y1] = plane.view;
  const across = y0 <= 0 && 0 <= y1 ? lineOf(plane, { x: x0, y: 0 }, { x: x1, y: 0 }) : "";
  const up = x0 <= 0 && 0 <= x1 ? lineOf(plane, { x: 0, y: y0 }, { x: 0, y: y1 }) : "";
  return across + up;
}

export interface AxisText extends Point {
  readonly text: string;
  readonly anchor: "start" | "middle" | "end";
}

/**
 * The numbers beside the axes; where an axis is not seen they stand at the side that is nearest to it. None stands
 * below the name of the axis that goes up.
 */
export function numbersOf(plane: Plane): AxisText[] {
  const [x0, x1, y0, y1] = plane.view;
  const below = belowOf(plane);
  const top = plane.names.y === "" ? plane.y : plane.y + NAME_SIZE + GAP + NUMBER_SIZE;
  const { beside, isLeft } = besideOf(plane);
  const across = ticks(x0, x1, plane.w)
    .filter((x) => x !== 0 && x0 < x && x < x1)
    .map((x): AxisText => ({ x: placeOf(plane, { x, y: 0 }).x, y: below, text: numberOf(x), anchor: "middle" }));
  const up = ticks(y0, y1, plane.h)
    .filter((y) => y !== 0 && y0 < y && y < y1 && placeOf(plane, { x: 0, y }).y + GAP >= top)
    .map((y): AxisText => ({
      x: beside + (isLeft ? -GAP : GAP),
      y: placeOf(plane, { x: 0, y }).y + GAP,
      text: numberOf(y),
      anchor: isLeft ? "end" : "start",
    }));
  return [...across, ...up];
}

/**
 * The names of the axes: that of x at the right, above its axis, or below the numbers where there is no room; that of
 * y at the top, on the side of the numbers.
 */
export function namesOf(plane: Plane): AxisText[] {
  const { names } = plane;
  const found: AxisText[] = [];
  if (names.x !== "") {
    const below = belowOf(plane);
    const above = Math.min(axisOf(plane) - GAP, below - NUMBER_SIZE - GAP / 2);
    const y = above - NAME_SIZE >= plane.y ? above : below + NAME_SIZE + GAP / 2;
    found.push({ x: plane.x + plane.w - GAP, y, text: names.x, anchor: "end" });
  }
  if (names.y !== "") {
    const { beside, isLeft } = besideOf(plane);
    found.push({ x: beside + (isLeft ? -GAP : GAP), y: plane.y + NAME_SIZE, text: names.y, anchor: isLeft ? "end" : "start" });
  }
  return found;
}

/** How high the axis of x lies, or the side of the window that is nearest to it. */
function axisOf(plane: Plane): number {
  const [, , y0, y1] = plane.view;
  return placeOf(plane, { x: 0, y: Math.min(Math.max(0, y0), y1) }).y;
}

/** The base line of the numbers of x. */
function belowOf(plane: Plane): number {
  return Math.min(axisOf(plane) + NUMBER_SIZE + GAP / 2, plane.y + plane.h - GAP);
}

/** Where the numbers of y stand, and whether they end there. */
function besideOf(plane: Plane): { readonly beside: number; readonly isLeft: boolean } {
  const [x0, x1] = plane.view;
  const beside = placeOf(plane, { x: Math.min(Math.max(0, x0), x1), y: 0 }).x;
  return { beside, isLeft: beside > plane.x + plane.w / 2 };
}

/** What of a run of points, flat x, y, lies within the window: as pieces on the board. */
export function seenOf(plane: Plane, run: readonly number[]): Point[][] {
  const pieces: Point[][] = [];
  let piece: Point[] = [];
  const close = (): void => {
    if (piece.length > 0) pieces.push(piece);
    piece = [];
  };
  for (let n = 2; n + 1 < run.length; n += 2) {
    const [a, b] = [{ x: run[n - 2]!, y: run[n - 1]! }, { x: run[n]!, y: run[n + 1]! }];
    const part = within(plane.view, a, b);
    if (part === null) {
      close();
      continue;
    }
    const [start, end] = part;
    if (start > 0) close();
    const along = (share: number): Point => placeOf(plane, { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share });
    if (piece.length === 0) piece.push(along(start));
    piece.push(along(end));
    if (end < 1) close();
  }
  close();
  return pieces;
}

/** The part of a straight piece that lies in the window (Liang and Barsky). */
function within([x0, x1, y0, y1]: View, a: Point, b: Point): readonly [number, number] | null {
  let [start, end] = [0, 1];
  for (const [delta, room] of [
    [a.x - b.x, a.x - x0],
    [b.x - a.x, x1 - a.x],
    [a.y - b.y, a.y - y0],
    [b.y - a.y, y1 - a.y],
  ] as const) {
    if (delta === 0) {
      if (room < 0) return null;
    } else if (delta < 0) start = Math.max(start, room / delta);
    else end = Math.min(end, room / delta);
  }
  return start < end ? [start, end] : null;
}

/** The round numbers from `begin` to `end` that a side of `length` has room for. */
export function ticks(begin: number, end: number, length: number): number[] {
  const room = Math.min(Math.max(1, Math.floor(length / LEAST_STEP)), MOST_LINES);
  const least = (end - begin) / room;
  const unit = 10 ** Math.floor(Math.log10(least));
  const step = unit * [1, 2, 5, 10].find((each) => each * unit >= least * (1 - 1e-9))!;
  const first = Math.ceil(begin / step - 1e-9);
  const last = Math.min(Math.floor(end / step + 1e-9), first + 2 * MOST_LINES);
  const found: number[] = [];
  for (let n = first; n <= last; n += 1) found.push(n * step || 0);
  return found;
}

/** A number as it stands beside an axis: six digits at most. */
export function numberOf(value: number): string {
  const short = Number(value.toPrecision(6));
  const size = Math.abs(short);
  const text = size !== 0 && (size < 1e-4 || size >= 1e6) ? short.toExponential().replace(/e([+-])(\d)$/, "e$10$2") : String(short);
  return text.replaceAll("-", "\u2212");
}

function lineOf(plane: Plane, from: Point, to: Point): string {
  const [a, b] = [placeOf(plane, from), placeOf(plane, to)];
  return `M${a.x} ${a.y}L${b.x} ${b.y}`;
}
