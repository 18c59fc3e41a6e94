/** Cutting strokes where something round has passed over them. */

import { randomId } from "../../client/random_id.ts";
import type { Id, Stroke } from "../../client/wire.ts";
import { boundsOf, centre, rotated, round, type Point } from "../geometry/geometry.ts";

/** A piece has no more points than one message holds, or it could not be put at once. */
const POINTS_MOST = 2_000;
/** Shorter pieces, in board units, are crumbs that nobody meant to leave. */
const CRUMB = 1;

/** Behind the hyphen of a piece's id: as long as a random id is. */
const TAIL = 12;
const LONGEST_ID = 64;

/**
 * The id of a piece: next to its whole's in the order of ids, so that it lies where that lay, and that
 * all else stays on its sheet.
 */
export function pieceId(whole: Id): Id {
  // Of a piece that is cut again it is the whole's as well.
  const stem = whole.at(-TAIL - 1) === "-" && whole.length > TAIL + 1 ? whole.slice(0, -TAIL - 1) : whole;
  return `${stem.slice(0, LONGEST_ID - TAIL - 1)}-${randomId()}`;
}

/** From one place on a stroke to another: 2.5 is half way between its points 2 and 3. */
type Part = readonly [number, number];

/** Places along a path, no further apart than `step`: from its first point to its last. */
export function along(path: readonly Point[], step: number): Point[] {
  return path.flatMap((to, n) => {
    const from = path[n - 1];
    if (from === undefined) return [to];
    const count = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / step));
    return Array.from({ length: count }, (_, at) => ({
      x: from.x + ((to.x - from.x) * (at + 1)) / count,
      y: from.y + ((to.y - from.y) * (at + 1)) / count,
    }));
  });
}

/**
 * Returns what is left of a stroke where discs of `radius` lay on `places`: its pieces, each under
 * an id of its own, all else as it was; null where no disc touches it.
 *
 * What is cut is its middle line, as wide as the ink is: the ink that is left ends at the disc.
 */
export function cut(stroke: Stroke, places: readonly Point[], radius: number, newId: (whole: Id) => Id): Stroke[] | null {
  const reach = radius + (stroke.style?.width ?? 2) / 2;
  const middle = centre(boundsOf(stroke));
  const discs = stroke.rotation ? places.map((at) => rotated(at, middle, -stroke.rotation!)) : places;
  const near = discs.filter((at) => isNear(stroke, at, reach));
  if (near.length === 0) return null;
  const erased = erasedParts(stroke, near, reach);
  if (erased.length === 0) return null;
  return left(erased, stroke.points.length / 4 - 1)
    .filter((part) => lengthOf(stroke, part) >= CRUMB)
    .flatMap(short)
    .map((part) => piece(stroke, part, middle, newId(stroke.id)));
}

function isNear(stroke: Stroke, { x, y }: Point, reach: number): boolean {
  const bounds = boundsOf(stroke);
  return (
    x >= bounds.x - reach && x <= bounds.x + bounds.w + reach && y >= bounds.y - reach && y <= bounds.y + bounds.h + reach
  );
}

function xOf({ x = 0, scale_x = 1, points }: Stroke, n: number): number {
  return x + points[n * 4]! * scale_x;
}

function yOf({ y = 0, scale_y = 1, points }: Stroke, n: number): number {
  return y + points[n * 4 + 1]! * scale_y;
}

/** In order, none touching the next. */
function erasedParts(stroke: Stroke, discs: readonly Point[], reach: number): Part[] {
  const last = stroke.points.length / 4 - 1;
  if (last === 0) {
    const isHit = discs.some(({ x, y }) => Math.hypot(xOf(stroke, 0) - x, yOf(stroke, 0) - y) <= reach);
    return isHit ? [[0, 0]] : [];
  }
  const parts: [number, number][] = [];
  for (let n = 0; n < last; n += 1) {
    const [fromX, fromY] = [xOf(stroke, n), yOf(stroke, n)];
    const [dx, dy] = [xOf(stroke, n + 1) - fromX, yOf(stroke, n + 1) - fromY];
    for (const part of discs.flatMap((at) => within(fromX - at.x, fromY - at.y, dx, dy, reach))) {
      parts.push([n + part[0], n + part[1]]);
    }
  }
  parts.sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const part of parts) {
    const before = joined.at(-1);
    if (before !== undefined && part[0] <= before[1] + 1e-9) before[1] = Math.max(before[1], part[1]);
    else joined.push(part);
  }
  return joined;
}

/** Which share of a way from (x, y), by (dx, dy), lies within `reach` of the origin. */
function within(x: number, y: number, dx: number, dy: number, reach: number): Part[] {
  const square = dx * dx + dy * dy;
  const outside = x * x + y * y - reach * reach;
  if (square === 0) return outside <= 0 ? [[0, 1]] : [];
  const half = x * dx + y * dy;
  const root = half * half - square * outside;
  if (root < 0) return [];
  const begin = Math.max(0, (-half - Math.sqrt(root)) / square);
  const end = Math.min(1, (-half + Math.sqrt(root)) / square);
  return begin <= end ? [[begin, end]] : [];
}

function left(erased: readonly Part[], last: number): Part[] {
  const ends = [0, ...erased.flat(), last];
  const parts: Part[] = [];
  for (let n = 0; n < ends.length; n += 2) if (ends[n + 1]! > ends[n]!) parts.push([ends[n]!, ends[n + 1]!]);
  return parts;
}

/** Of a long piece several, each from where the one before ends. */
function short([from, to]: Part): Part[] {
  const count = Math.ceil((to - from) / POINTS_MOST);
  const size = (to - from) / count;
  return Array.from({ length: count }, (_, n) => [from + n * size, n === count - 1 ? to : from + (n + 1) * size]);
}

function lengthOf(stroke: Stroke, [from, to]: Part): number {
  const places = placesOf([from, to]).map((at) => pointAt(stroke, at));
  const { scale_x = 1, scale_y = 1 } = stroke;
  return places.reduce((sum, point, n) => {
    const before = places[n - 1] ?? point;
    return sum + Math.hypot((point[0]! - before[0]!) * scale_x, (point[1]! - before[1]!) * scale_y);
  }, 0);
}

function placesOf([from, to]: Part): number[] {
  const places = [from];
  for (let n = Math.floor(from) + 1; n < to; n += 1) places.push(n);
  return [...places, to];
}

/** The four numbers of a point; between two of the stroke it has its share of their pressure and time. */
function pointAt({ points }: Stroke, place: number): number[] {
  const at = Math.floor(place);
  const share = place - at;
  const here = points.slice(at * 4, at * 4 + 4);
  if (share === 0) return here;
  const [x, y, pressure] = here.map((value, n) => value + (points[at * 4 + 4 + n]! - value) * share);
  return [round(x!), round(y!), Math.round(pressure! * 100) / 100, Math.round(points[at * 4 + 7]! * share)];
}

function piece(stroke: Stroke, part: Part, middle: Point, id: string): Stroke {
  const points = placesOf(part).flatMap((at) => pointAt(stroke, at));
  points[3] = 0;
  const { by: _, ...own } = stroke;
  const found: Stroke = { ...own, id, points };
  if (!stroke.rotation) return found;
  // It is turned about its own middle, and is to lie where it lay when that of the whole counted.
  const itself = centre(boundsOf(found));
  const at = rotated(itself, middle, stroke.rotation);
  return { ...found, x: round((stroke.x ?? 0) + at.x - itself.x), y: round((stroke.y ?? 0) + at.y - itself.y) };
}
