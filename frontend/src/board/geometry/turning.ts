/** Elements that are turned, mirrored and stretched: what their fields become. Board units, degrees clockwise. */

import type { Arrow, Element, Line } from "../../client/wire.ts";
import { absolutePoints, around, boundsOf, centre, cornersOf, moving, outlineOf, rotated, round, type Bounds, type Point } from "./geometry.ts";
import { resizing } from "./stretching.ts";

/** The `set` of a patch. */
export type Fields = Record<string, unknown>;

/** Left and right change places, or top and bottom. */
export type Axis = "across" | "down";

export function isSegment(element: Element): element is Line | Arrow {
  return element.type === "line" || element.type === "arrow";
}

/** The upright box around an element as it is seen, turned as it is; its pen's width left out. */
export function outerBounds(element: Element): Bounds {
  const box = boundsOf(element);
  const { rotation } = element;
  if (!rotation) return box;
  return around(outline(element, box).map((point) => rotated(point, centre(box), rotation)));
}

/** Points that what is painted of an element lies between. */
function outline(element: Element, box: Bounds): Point[] {
  if (element.type === "stroke") return absolutePoints(element);
  if (element.type === "polygon") return cornersOf(element);
  return isSegment(element) ? endsOf(element) : outlineOf(box);
}

/** Turns about a point: by how much the element itself is turned is added up. */
export function turning(element: Element, about: Point, degrees: number): Fields {
  if (isSegment(element)) return withEnds(element, (end) => rotated(end, about, degrees));
  return {
    ...movedTo(element, rotated(centre(boundsOf(element)), about, degrees)),
    rotation: angle((element.rotation ?? 0) + degrees),
  };
}

/**
 * Mirrors at a line through a point. Writing stays readable: only its place, and how it is turned,
 * is mirrored.
 */
export function flipping(element: Element, axis: Axis, about: Point): Fields {
  const mirrored = ({ x, y }: Point): Point =>
    axis === "across" ? { x: 2 * about.x - x, y } : { x, y: 2 * about.y - y };
  if (isSegment(element)) return withEnds(element, mirrored);
  const { rotation = 0 } = element;
  const middle = centre(boundsOf(element));
  const placed = movedTo(element, mirrored(middle));
  const turned = rotation ? { rotation: angle(-rotation) } : {};
  switch (element.type) {
    case "stroke": {
      const { x = 0, y = 0, scale_x = 1, scale_y = 1 } = element;
      // About its own middle first.
      const own =
        axis === "across"
          ? { ...element, x: 2 * middle.x - x, scale_x: -scale_x }
          : { ...element, y: 2 * middle.y - y, scale_y: -scale_y };
      return { ...movedTo(own, mirrored(middle)), scale_x: own.scale_x ?? 1, scale_y: own.scale_y ?? 1, ...turned };
    }
    case "polygon": {
      const [across, down] = axis === "across" ? [-1, 1] : [1, -1];
      const { x = 0, y = 0, points } = element;
      const own = axis === "across" ? { ...element, x: 2 * middle.x - x } : { ...element, y: 2 * middle.y - y };
      const corners = points.map((value, n) => value * (n % 2 === 0 ? across : down));
      // The box of the mirrored corners is where that of the others was.
      return { ...movedTo({ ...own, points: corners }, mirrored(middle)), points: corners, ...turned };
    }
    case "image":
      // Upside down is left for right, and half a turn.
      return {
        ...placed,
        mirrored: element.mirrored !== true,
        rotation: angle(axis === "across" ? -rotation : 180 - rotation),
      };
    default:
      return { ...placed, ...turned };
  }
}

/**
 * What lies in `from` is stretched into `to`. What is turned askew keeps its shape: the smaller of the
 * two scales counts.
 */
export function placing(element: Element, from: Bounds, to: Bounds): Fields {
  const { rotation = 0 } = element;
  if (rotation % 360 === 0) return resizing(element, from, to);
  const sx = from.w === 0 ? 1 : to.w / from.w;
  const sy = from.h === 0 ? 1 : to.h / from.h;
  const mapped = ({ x, y }: Point): Point => ({ x: to.x + (x - from.x) * sx, y: to.y + (y - from.y) * sy });
  if (isSegment(element)) return withEnds(element, mapped);
  const box = boundsOf(element);
  const even = Math.min(sx, sy);
  const [across, down] = rotation % 180 === 0 ? [sx, sy] : rotation % 90 === 0 ? [sy, sx] : [even, even];
  return resizing(element, box, boxAround(mapped(centre(box)), box.w * across, box.h * down));
}

/** The box of an element, turned as it is about its centre, becomes `to`, given as if it were not turned. */
export function stretching(element: Element, to: Bounds): Fields {
  const box = boundsOf(element);
  const middle = rotated(centre(to), centre(box), element.rotation ?? 0);
  return resizing(element, box, boxAround(middle, to.w, to.h));
}

export function boxAround({ x, y }: Point, w: number, h: number): Bounds {
  return { x: x - w / 2, y: y - h / 2, w, h };
}

/** From 0 to 360, a hundredth of a degree as the finest. */
export function angle(degrees: number): number {
  const whole = ((degrees % 360) + 360) % 360;
  return (Math.round(whole * 100) / 100) % 360;
}

function movedTo(element: Element, to: Point): Fields {
  const from = centre(boundsOf(element));
  return moving(element, to.x - from.x, to.y - from.y);
}

/** Both ends as they are seen, somewhere else: how they were turned is in their places. */
function withEnds(element: Line | Arrow, map: (end: Point) => Point): Fields {
  const { rotation } = element;
  const about = centre(boundsOf(element));
  const [start, end] = endsOf(element).map((point) => map(rotation ? rotated(point, about, rotation) : point));
  return {
    x1: round(start!.x),
    y1: round(start!.y),
    x2: round(end!.x),
    y2: round(end!.y),
    ...(rotation && { rotation: 0 }),
  };
}

function endsOf({ x1, y1, x2, y2 }: Line | Arrow): Point[] {
  return [
    { x: x1, y: y1 },
    { x: x2, y: y2 },
  ];
}
