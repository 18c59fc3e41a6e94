/** Where elements lie, what a point touches, and how elements move. Board units throughout. */

import type { Element, Polygon, Stroke } from "../../client/wire.ts";
import { tableLayout } from "../drawing/table_layout.ts";
import { keptByLetters } from "../text/face.ts";
import { noteHeight, textBox } from "../text/text_layout.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** From board units to CSS pixels: `pixels = (units - origin) * zoom`. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export const MIN_ZOOM = 0.1;
export const MAX_ZOOM = 8;

export function toBoard(camera: Camera, point: Point): Point {
  return { x: point.x / camera.zoom + camera.x, y: point.y / camera.zoom + camera.y };
}

/** A box on the board as the screen shows it, in pixels. */
export function onScreen(camera: Camera, { x, y, w, h }: Bounds): { x: number; y: number; width: number; height: number } {
  const { zoom } = camera;
  return { x: (x - camera.x) * zoom, y: (y - camera.y) * zoom, width: w * zoom, height: h * zoom };
}

/** Zooms so that the board stays where it is under `at`, given in pixels. */
export function zoomedAt(camera: Camera, at: Point, zoom: number): Camera {
  const limited = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom));
  const fixed = toBoard(camera, at);
  return { x: fixed.x - at.x / limited, y: fixed.y - at.y / limited, zoom: limited };
}

export function panned(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x - dx / camera.zoom, y: camera.y - dy / camera.zoom };
}

/** Keeps the board under two fingers that move, both given in pixels. */
export function pinched(camera: Camera, before: readonly [Point, Point], after: readonly [Point, Point]): Camera {
  const [from, to] = [between(...before), between(...after)];
  const scale = apart(...after) / Math.max(1, apart(...before));
  const moved = panned(camera, to.x - from.x, to.y - from.y);
  return zoomedAt(moved, to, moved.zoom * scale);
}

function between(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function apart(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

const known = new WeakMap<Element, Bounds>();

const written = keptByLetters(measured);

/** The box around an element, its rotation and its pen's width left out. */
export function boundsOf(element: Element): Bounds {
  if (isWritten(element)) return written(element);
  let bounds = known.get(element);
  if (bounds === undefined) {
    bounds = measured(element);
    known.set(element, bounds);
  }
  return bounds;
}

/** Whether letters have a say in how large it is. */
export function isWritten({ type }: Element): boolean {
  return type === "text" || type === "note" || type === "table";
}

function measured(element: Element): Bounds {
  switch (element.type) {
    case "stroke":
      return around(absolutePoints(element));
    case "line":
    case "arrow":
      return around([
        { x: element.x1, y: element.y1 },
        { x: element.x2, y: element.y2 },
      ]);
    case "polygon":
      return around(cornersOf(element));
    case "text":
      return { x: element.x, y: element.y, ...textBox(element) };
    case "table": {
      const { xs, ys } = tableLayout(element);
      return boxOf({ x: xs[0]!, y: ys[0]! }, { x: xs.at(-1)!, y: ys.at(-1)! });
    }
    case "note":
      return { x: element.x, y: element.y, w: element.w, h: noteHeight(element) };
    default:
      return { x: element.x, y: element.y, w: element.w, h: element.h };
  }
}

export function absolutePoints(stroke: Stroke): Point[] {
  const { x = 0, y = 0, scale_x = 1, scale_y = 1, points } = stroke;
  const found: Point[] = [];
  for (let at = 0; at + 1 < points.length; at += 4) {
    found.push({ x: x + points[at]! * scale_x, y: y + points[at + 1]! * scale_y });
  }
  return found;
}

/** Where a polygon's corners lie on the board. */
export function cornersOf({ x = 0, y = 0, points }: Polygon): Point[] {
  const found: Point[] = [];
  for (let at = 0; at + 1 < points.length; at += 2) found.push({ x: x + points[at]!, y: y + points[at + 1]! });
  return found;
}

/** The corners as its lines go: back to the first where it is closed. */
export function pathOf(polygon: Polygon): Point[] {
  const corners = cornersOf(polygon);
  return polygon.closed === false ? corners : [...corners, corners[0]!];
}

export function pathLength(path: readonly Point[]): number {
  return path.reduce((sum, { x, y }, n) => (n === 0 ? 0 : sum + Math.hypot(x - path[n - 1]!.x, y - path[n - 1]!.y)), 0);
}

/** Whether a point lies inside a loop, however often that crosses itself. */
export function isInside(loop: readonly Point[], { x, y }: Point): boolean {
  let winding = 0;
  let from = loop.at(-1)!;
  for (const to of loop) {
    const side = (to.x - from.x) * (y - from.y) - (x - from.x) * (to.y - from.y);
    if (from.y <= y && to.y > y && side > 0) winding += 1;
    else if (from.y > y && to.y <= y && side < 0) winding -= 1;
    from = to;
  }
  return winding !== 0;
}

/** How long a stroke is, as it lies on the board. */
export function lengthOf({ points, scale_x = 1, scale_y = 1 }: Stroke): number {
  let length = 0;
  for (let at = 4; at + 1 < points.length; at += 4) {
    length += Math.hypot((points[at]! - points[at - 4]!) * scale_x, (points[at + 1]! - points[at - 3]!) * scale_y);
  }
  return length;
}

export function around(points: readonly Point[]): Bounds {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, w: right - left, h: bottom - top };
}

export function union(all: readonly Bounds[]): Bounds | null {
  if (all.length === 0) return null;
  return around(
    all.flatMap((one) => [
      { x: one.x, y: one.y },
      { x: one.x + one.w, y: one.y + one.h },
    ]),
  );
}

export function boxOf(a: Point, b: Point): Bounds {
  return around([a, b]);
}

export function overlaps(a: Bounds, b: Bounds): boolean {
  return a.x <= b.x + b.w && b.x <= a.x + a.w && a.y <= b.y + b.h && b.y <= a.y + a.h;
}

/** Whether `point` touches what is painted of an element, `slack` units around it included. */
export function touches(element: Element, point: Point, slack: number): boolean {
  const bounds = boundsOf(element);
  const reach = slack + (element.style?.width ?? 2) / 2;
  const at = element.rotation ? rotated(point, centre(bounds), -element.rotation) : point;
  const isNear =
    at.x >= bounds.x - reach &&
    at.x <= bounds.x + bounds.w + reach &&
    at.y >= bounds.y - reach &&
    at.y <= bounds.y + bounds.h + reach;
  if (!isNear) return false;
  switch (element.type) {
    case "stroke":
      return isNearPath(absolutePoints(element), at, reach);
    case "line":
    case "arrow":
      return isNearPath(
        [
          { x: element.x1, y: element.y1 },
          { x: element.x2, y: element.y2 },
        ],
        at,
        reach,
      );
    case "polygon":
      return isNearPath(pathOf(element), at, reach) || (isArea(element) && isFilled(element) && isInside(cornersOf(element), at));
    case "rect":
      return isFilled(element) || isNearPath(outlineOf(bounds), at, reach);
    case "ellipse":
      return touchesEllipse(bounds, at, isFilled(element), reach);
    default:
      return true;
  }
}

/** Whether it has an inside that can be filled. */
export function isArea(element: Element): boolean {
  return element.type === "rect" || element.type === "ellipse" || (element.type === "polygon" && element.closed !== false);
}

export function isFilled(element: Element): boolean {
  return (element.style?.fill ?? "transparent") !== "transparent";
}

export function outlineOf({ x, y, w, h }: Bounds): Point[] {
  return [
    { x, y },
    { x: x + w, y },
    { x: x + w, y: y + h },
    { x, y: y + h },
    { x, y },
  ];
}

export function touchesEllipse(bounds: Bounds, at: Point, isFull: boolean, reach: number): boolean {
  const middle = centre(bounds);
  const [rx, ry] = [Math.max(bounds.w / 2, 1), Math.max(bounds.h / 2, 1)];
  const distance = Math.hypot((at.x - middle.x) / rx, (at.y - middle.y) / ry);
  const slack = reach / Math.min(rx, ry);
  return distance <= 1 + slack && (isFull || distance >= 1 - slack);
}

function isNearPath(points: readonly Point[], at: Point, reach: number): boolean {
  if (points.length === 1) return Math.hypot(at.x - points[0]!.x, at.y - points[0]!.y) <= reach;
  for (let n = 1; n < points.length; n += 1) {
    if (distanceToSegment(at, points[n - 1]!, points[n]!) <= reach) return true;
  }
  return false;
}

function distanceToSegment(at: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along =
    length === 0
      ? 0
      : Math.min(1, Math.max(0, ((at.x - from.x) * dx + (at.y - from.y) * dy) / length));
  return Math.hypot(at.x - from.x - along * dx, at.y - from.y - along * dy);
}

export function centre({ x, y, w, h }: Bounds): Point {
  return { x: x + w / 2, y: y + h / 2 };
}

export function rotated(point: Point, about: Point, degrees: number): Point {
  const angle = (degrees * Math.PI) / 180;
  const [dx, dy] = [point.x - about.x, point.y - about.y];
  return {
    x: about.x + dx * Math.cos(angle) - dy * Math.sin(angle),
    y: about.y + dx * Math.sin(angle) + dy * Math.cos(angle),
  };
}

/** The fields that change when an element is moved: the `set` of a patch. */
export function moving(element: Element, dx: number, dy: number): Record<string, number> {
  if (element.type === "line" || element.type === "arrow") {
    return {
      x1: round(element.x1 + dx),
      y1: round(element.y1 + dy),
      x2: round(element.x2 + dx),
      y2: round(element.y2 + dy),
    };
  }
  return { x: round((element.x ?? 0) + dx), y: round((element.y ?? 0) + dy) };
}

/** A tenth of a unit is finer than a screen shows, and shorter on the wire. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
