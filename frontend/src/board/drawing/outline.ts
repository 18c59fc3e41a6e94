/** The shapes that elements are painted as: SVG path data in the element's own units. */

import { getStroke } from "perfect-freehand";
import type { Arrow, Stroke } from "../../client/wire.ts";

interface Outline {
  readonly path: string;
  readonly width: number;
  readonly isWide: boolean;
  /** A stroke that is being drawn gets more points in the same list. */
  readonly length: number;
}

/** By the points: a stroke that is moved, coloured or put on another layer keeps them. */
const known = new WeakMap<readonly number[], Outline>();

/** The filled outline of a pen's stroke, or the middle line of a highlighter's. */
export function strokePath(stroke: Stroke): string {
  const { points, style } = stroke;
  const [width, isWide] = [style?.width ?? 2, stroke.brush === "highlighter"];
  const before = known.get(points);
  if (before?.length === points.length && before.isWide === isWide && (isWide || before.width === width)) return before.path;
  const path = isWide ? middleLine(stroke) : penOutline(stroke);
  known.set(points, { path, width, isWide, length: points.length });
  return path;
}

function penOutline(stroke: Stroke): string {
  const { points } = stroke;
  const inputs: [number, number, number][] = [];
  let hasPressure = false;
  for (let at = 0; at + 3 < points.length; at += 4) {
    const pressure = points[at + 2]!;
    hasPressure ||= pressure !== 0.5 && pressure !== 0;
    inputs.push([points[at]!, points[at + 1]!, pressure]);
  }
  const outline = getStroke(inputs, {
    size: (stroke.style?.width ?? 2) * 1.6,
    thinning: hasPressure ? 0.6 : 0.35,
    smoothing: 0.5,
    streamline: 0.35,
    // A mouse has no pressure; its speed stands in for it.
    simulatePressure: !hasPressure,
    last: true,
  });
  return closedCurve(outline as [number, number][]);
}

/** A closed, smooth line through the middles between corners. */
export function closedCurve(outline: readonly (readonly [number, number])[]): string {
  const [first] = outline;
  if (first === undefined) return "";
  let path = `M${short(first[0])} ${short(first[1])}Q`;
  for (let n = 0; n < outline.length; n += 1) {
    const [x, y] = outline[n]!;
    const [nextX, nextY] = outline[(n + 1) % outline.length]!;
    path += `${short(x)} ${short(y)} ${short((x + nextX) / 2)} ${short((y + nextY) / 2)} `;
  }
  return `${path}Z`;
}

function middleLine(stroke: Stroke): string {
  const { points } = stroke;
  let path = `M${short(points[0]!)} ${short(points[1]!)}`;
  if (points.length === 4) return `${path}l0.1 0`;
  for (let at = 4; at + 1 < points.length; at += 4) {
    path += `L${short(points[at]!)} ${short(points[at + 1]!)}`;
  }
  return path;
}

/** The head of an arrow: two strokes from its end. */
export function arrowHead({ x1, y1, x2, y2, style }: Arrow): string {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const length = Math.min(Math.hypot(x2 - x1, y2 - y1) / 2, 8 + (style?.width ?? 2) * 3);
  const side = (turn: number): string =>
    `${short(x2 - length * Math.cos(angle + turn))} ${short(y2 - length * Math.sin(angle + turn))}`;
  return `M${side(0.45)}L${short(x2)} ${short(y2)}L${side(-0.45)}`;
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
