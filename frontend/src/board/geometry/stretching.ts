/** What only a hand that arranges asks for: other sizes, other corners, what lies around a point. */

import type { Element, Polygon, TableLine } from "../../client/wire.ts";
import { noteHeight } from "../text/text_layout.ts";
import {
  boundsOf,
  centre,
  cornersOf,
  isArea,
  isFilled,
  isInside,
  overlaps,
  rotated,
  round,
  touchesEllipse,
  type Bounds,
  type Point,
} from "./geometry.ts";

/** The fields that change when a polygon's corner is put elsewhere, however it is turned. */
export function withCorner(polygon: Polygon, n: number, to: Point): { x: number; y: number; points: number[] } {
  const { x = 0, y = 0, rotation = 0 } = polygon;
  const middle = centre(boundsOf(polygon));
  const at = rotated(to, middle, -rotation);
  const points = [...polygon.points];
  points.splice(2 * n, 2, round(at.x - x), round(at.y - y));
  if (rotation === 0) return { x, y, points };
  // It is turned about another middle then; the other corners stay where they are seen.
  const other = centre(boundsOf({ ...polygon, points }));
  const seen = rotated(other, middle, rotation);
  return { x: round(x + seen.x - other.x), y: round(y + seen.y - other.y), points };
}

/** Whether a point lies within a shape that is not filled: nothing of it is painted there. */
export function encloses(element: Element, point: Point): boolean {
  if (!isArea(element) || isFilled(element)) return false;
  const bounds = boundsOf(element);
  const at = element.rotation ? rotated(point, centre(bounds), -element.rotation) : point;
  if (element.type === "ellipse") return touchesEllipse(bounds, at, true, 0);
  if (element.type === "polygon") return isInside(cornersOf(element), at);
  return overlaps(bounds, { ...at, w: 0, h: 0 });
}

/** The fields that change when what lies in `from` is stretched into `to`. */
export function resizing(element: Element, from: Bounds, to: Bounds): Record<string, unknown> {
  const sx = from.w === 0 ? 1 : to.w / from.w;
  const sy = from.h === 0 ? 1 : to.h / from.h;
  const x = (value: number): number => round(to.x + (value - from.x) * sx);
  const y = (value: number): number => round(to.y + (value - from.y) * sy);
  switch (element.type) {
    case "line":
    case "arrow":
      return { x1: x(element.x1), y1: y(element.y1), x2: x(element.x2), y2: y(element.y2) };
    case "polygon":
      return {
        x: x(element.x ?? 0),
        y: y(element.y ?? 0),
        points: element.points.map((value, n) => round(value * (n % 2 === 0 ? sx : sy))),
      };
    case "stroke":
      return {
        x: x(element.x ?? 0),
        y: y(element.y ?? 0),
        scale_x: precise((element.scale_x ?? 1) * sx),
        scale_y: precise((element.scale_y ?? 1) * sy),
      };
    case "text": {
      const scale = Math.max(0.1, Math.min(sx, sy));
      const size = Math.min(400, Math.max(8, round((element.style?.font_size ?? 20) * scale)));
      // Narrower than a letter is refused, and of no use to anybody.
      const width = element.w ? { w: Math.max(size, round(element.w * sx)) } : {};
      return { x: x(element.x), y: y(element.y), style: { font_size: size }, ...width };
    }
    case "table": {
      const sized = (lines: readonly TableLine[], scale: number): TableLine[] =>
        lines.map(({ id, size }) => ({ id, size: Math.min(2_000, Math.max(24, round(size * scale))) }));
      return { x: x(element.x), y: y(element.y), cols: sized(element.cols, sx), rows: sized(element.rows, sy) };
    }
    case "note":
      // From the height that it is seen with.
      return { x: x(element.x), y: y(element.y), w: round(element.w * sx), h: round(noteHeight(element) * sy) };
    default:
      return {
        x: x(element.x),
        y: y(element.y),
        w: round(element.w * sx),
        h: round(element.h * sy),
      };
  }
}

function precise(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
