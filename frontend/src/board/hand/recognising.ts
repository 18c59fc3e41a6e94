/** What a stroke was meant to be: a line, an arrow, a circle, a triangle, a rectangle; or itself. */

import { around, centre, isInside, rotated, type Bounds, type Point } from "../geometry/geometry.ts";

export type Recognised =
  | { readonly kind: "line" | "arrow"; readonly from: Point; readonly to: Point }
  | { readonly kind: "ellipse"; readonly box: Bounds }
  | { readonly kind: "rect"; readonly box: Bounds; readonly rotation: number }
  | { readonly kind: "triangle"; readonly corners: readonly Point[] };

const SAMPLES = 96;
/** Board units: what is smaller is writing. */
const LEAST = 24;
/** Of its length, what may lie between beginning and end of what is closed. */
const GAP = 0.16;
/** Of the way, how far a line may bend. */
const BEND = 0.05;
/** Of the diagonal: what is closer to a straight line than this makes no corner. */
const CORNER = 0.09;
/** Of the diagonal, how far on average a hand may be from the sides that it meant. */
const ASIDE = 0.03;
/** Of the radius, how far on average, and how far at most. */
const OFF_ROUND = 0.055;
const OFF_ROUND_MOST = 0.17;
const RIGHT_ANGLE = 16;
const UPRIGHT = 10;

/** @returns null where it could be more than one thing, or is none of them. */
export function recognised(points: readonly Point[]): Recognised | null {
  const path = resampled(points);
  if (path === null) return null;
  const length = lengthOf(path);
  const { w, h } = around(path);
  const diagonal = Math.hypot(w, h);
  if (diagonal < LEAST) return null;
  const isClosed = apart(path[0]!, path.at(-1)!) < GAP * length && length > 2 * diagonal * 0.9;
  if (isClosed) return round(path) ?? cornered(path, diagonal);
  return straight(path, length) ?? pointed(path);
}

function straight(path: readonly Point[], length: number): Recognised | null {
  const [from, to] = [path[0]!, path.at(-1)!];
  const chord = apart(from, to);
  const bend = Math.max(...path.map((point) => fromLine(point, from, to)));
  return bend < BEND * chord && length < 1.3 * chord ? { kind: "line", from, to } : null;
}

/** A shaft, and a head that goes back from its tip. */
function pointed(path: readonly Point[]): Recognised | null {
  const from = path[0]!;
  const away = path.map((point) => apart(from, point));
  const long = Math.max(...away);
  const to = path[away.indexOf(long)]!;
  // The tip is come to more than once.
  const tipAt = away.findIndex((far) => far > 0.97 * long);
  const [shaft, head] = [path.slice(0, tipAt + 1), path.slice(tipAt)];
  if (shaft.length < 8 || straight(shaft, lengthOf(shaft)) === null) return null;
  const back = lengthOf(head);
  const isNear = head.every((point) => apart(point, to) < 0.42 * long);
  const isAside = Math.max(...head.map((point) => fromLine(point, from, to))) > 0.05 * long;
  return isNear && isAside && back > 0.12 * long && back < 1.6 * long ? { kind: "arrow", from, to } : null;
}

function round(path: readonly Point[]): Recognised | null {
  const box = around(path);
  const { x, y } = centre(box);
  if (Math.min(box.w, box.h) < 0.12 * Math.max(box.w, box.h)) return null;
  const off = path.map((point) => Math.abs(Math.hypot((point.x - x) / (box.w / 2), (point.y - y) / (box.h / 2)) - 1));
  if (mean(off) > OFF_ROUND || Math.max(...off) > OFF_ROUND_MOST) return null;
  // Nearly a circle is one.
  const isCircle = Math.min(box.w, box.h) > 0.8 * Math.max(box.w, box.h);
  const side = (box.w + box.h) / 2;
  return { kind: "ellipse", box: isCircle ? { x: x - side / 2, y: y - side / 2, w: side, h: side } : box };
}

function cornered(path: readonly Point[], diagonal: number): Recognised | null {
  const corners = cornersOf(path, CORNER * diagonal);
  if (corners.length !== 3 && corners.length !== 4) return null;
  const sides = corners.map((corner, n) => [corner, corners[(n + 1) % corners.length]!] as const);
  const aside = path.map((point) => Math.min(...sides.map(([from, to]) => fromSegment(point, from, to))));
  if (mean(aside) > ASIDE * diagonal || !isInside(corners, middleOf(corners))) return null;
  if (Math.min(...sides.map(([from, to]) => apart(from, to))) < 0.12 * diagonal) return null;
  return corners.length === 3 ? { kind: "triangle", corners } : rectangular(corners);
}

function rectangular(corners: readonly Point[]): Recognised | null {
  const directions = corners.map((corner, n) => {
    const next = corners[(n + 1) % 4]!;
    return (Math.atan2(next.y - corner.y, next.x - corner.x) * 180) / Math.PI;
  });
  const isRight = directions.every((direction, n) => {
    const turn = Math.abs(((directions[(n + 1) % 4]! - direction + 540) % 360) - 180);
    return Math.abs(turn - 90) <= RIGHT_ANGLE;
  });
  if (!isRight) return null;
  // How far the sides lie from upright, on average: -45 to 45 degrees.
  const off = directions.map((direction) => ((direction % 90) + 90) % 90);
  const base = off[0]!;
  const lean = mean(off.map((one) => base + (((one - base + 135) % 90) - 45)));
  const degrees = ((lean + 45) % 90) - 45;
  const rotation = Math.abs(degrees) <= UPRIGHT ? 0 : Math.round(degrees * 10) / 10;
  const middle = middleOf(corners);
  const upright = corners.map((corner) => rotated(corner, middle, -rotation));
  const xs = upright.map(({ x }) => x).sort((a, b) => a - b);
  const ys = upright.map(({ y }) => y).sort((a, b) => a - b);
  const [x, y] = [(xs[0]! + xs[1]!) / 2, (ys[0]! + ys[1]!) / 2];
  const box = { x, y, w: (xs[2]! + xs[3]!) / 2 - x, h: (ys[2]! + ys[3]!) / 2 - y };
  return { kind: "rect", box, rotation };
}

/** Of a closed path: where it turns, by more than `least` from straight. */
function cornersOf(path: readonly Point[], least: number): Point[] {
  const middle = middleOf(path);
  const away = path.map((point) => apart(point, middle));
  const first = away.indexOf(Math.max(...away));
  const loop = [...path.slice(first), ...path.slice(0, first), path[first]!];
  const far = loop.map((point) => apart(point, loop[0]!));
  const second = far.indexOf(Math.max(...far));
  const found = [...simplified(loop.slice(0, second + 1), least), ...simplified(loop.slice(second), least).slice(1, -1)];
  // One of the two that it began with may lie on a side.
  return found.filter((corner, n) => {
    const [before, after] = [found[(n + found.length - 1) % found.length]!, found[(n + 1) % found.length]!];
    return fromLine(corner, before, after) > least;
  });
}

/** Ramer, Douglas and Peucker. */
function simplified(path: readonly Point[], least: number): Point[] {
  const [from, to] = [path[0]!, path.at(-1)!];
  const off = path.map((point) => fromSegment(point, from, to));
  const most = Math.max(...off);
  if (most <= least) return [from, to];
  const at = off.indexOf(most);
  return [...simplified(path.slice(0, at + 1), least), ...simplified(path.slice(at), least).slice(1)];
}

/** At equal distances, so that a slow hand counts as much as a quick one. */
function resampled(points: readonly Point[]): Point[] | null {
  const step = lengthOf(points) / (SAMPLES - 1);
  if (!(step > 0)) return null;
  const found = [points[0]!];
  let left = step;
  for (let n = 1; n < points.length; n += 1) {
    let from = points[n - 1]!;
    const to = points[n]!;
    for (let far = apart(from, to); far >= left; far = apart(from, to)) {
      const share = left / far;
      from = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
      found.push(from);
      left = step;
    }
    left -= apart(from, to);
  }
  return found.length < SAMPLES ? [...found, points.at(-1)!] : found;
}

function lengthOf(path: readonly Point[]): number {
  return path.reduce((sum, point, n) => (n === 0 ? 0 : sum + apart(point, path[n - 1]!)), 0);
}

function apart(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function middleOf(points: readonly Point[]): Point {
  return { x: mean(points.map(({ x }) => x)), y: mean(points.map(({ y }) => y)) };
}

function fromLine(point: Point, from: Point, to: Point): number {
  const long = apart(from, to) || 1;
  return Math.abs((to.x - from.x) * (from.y - point.y) - (from.x - point.x) * (to.y - from.y)) / long;
}

function fromSegment(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.min(1, Math.max(0, ((point.x - from.x) * dx + (point.y - from.y) * dy) / square));
  return Math.hypot(point.x - from.x - along * dx, point.y - from.y - along * dy);
}
