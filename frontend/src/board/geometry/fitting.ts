/** What of a board is shown: all of it, or the part that one comes to see. */

import type { Board } from "../../client/replica/board.ts";
import type { Element } from "../../client/wire.ts";
import { boundsOf, centre, MAX_ZOOM, MIN_ZOOM, toBoard, union, type Bounds, type Camera } from "./geometry.ts";

/** Shows all that somebody else sees, as large as it goes, in the middle of a view of that many pixels. */
export function showing(seen: Bounds, width: number, height: number): Camera {
  const zoom = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, width / seen.w, height / seen.h));
  return {
    x: seen.x + seen.w / 2 - width / 2 / zoom,
    y: seen.y + seen.h / 2 - height / 2 / zoom,
    zoom,
  };
}

/** How much of each side of a view is covered, in pixels. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** The part of a view that is not covered, in pixels; half of its width and of its height at least. */
export function freePart(width: number, height: number, covered: Insets): Bounds {
  const across = Math.min(1, width / 2 / (covered.left + covered.right || 1));
  const down = Math.min(1, height / 2 / (covered.top + covered.bottom || 1));
  return {
    x: covered.left * across,
    y: covered.top * down,
    w: width - (covered.left + covered.right) * across,
    h: height - (covered.top + covered.bottom) * down,
  };
}

const FIT_MARGIN = 16;

/** Shows all of `bounds` in a part of the view, given in pixels, never enlarged. */
export function fitted(bounds: Bounds | null, part: Bounds): Camera {
  if (bounds === null || part.w === 0) return { x: 0, y: 0, zoom: 1 };
  const zoom = Math.max(
    MIN_ZOOM,
    Math.min(1, (part.w - 2 * FIT_MARGIN) / (bounds.w || 1), (part.h - 2 * FIT_MARGIN) / (bounds.h || 1)),
  );
  return {
    x: bounds.x + bounds.w / 2 - (part.x + part.w / 2) / zoom,
    y: bounds.y + bounds.h / 2 - (part.y + part.h / 2) / zoom,
    zoom,
  };
}

/** Whether a box on the board lies within a part of the view, given in pixels. */
export function isShown({ x, y, w, h }: Bounds, camera: Camera, part: Bounds): boolean {
  const from = toBoard(camera, part);
  const to = toBoard(camera, { x: part.x + part.w, y: part.y + part.h });
  return x >= from.x && y >= from.y && x + w <= to.x && y + h <= to.y;
}

/** Units from the origin: a sheet of paper is 800. What lies further away is not what one comes to see. */
const NEAR = 100_000;

/**
 * The box around a board, to be shown whole. One element that somebody put at the end of the world
 * is left out of it, or all others would be a dot; where there are no others, its nearest part counts.
 */
export function extentOf(elements: Iterable<Element>): Bounds | null {
  const all = Array.from(elements, boundsOf);
  const near = all.filter(({ x, y, w, h }) => Math.max(-x, -y, x + w, y + h) <= NEAR);
  const extent = union(near.length > 0 ? near : all);
  if (extent === null) return null;
  const within = (value: number): number => Math.max(-NEAR, Math.min(NEAR, value));
  const [x, y] = [within(extent.x), within(extent.y)];
  return { x, y, w: within(extent.x + extent.w) - x, h: within(extent.y + extent.h) - y };
}

/** Shows what is visible of a board, or, where it would be smaller than that, the part in which most is. */
export function fitting(board: Board, part: Bounds, leastZoom: number): Camera {
  const sides = [part.w, part.h].map((side) => (side - 2 * FIT_MARGIN) / leastZoom);
  return fitted(visiblePart(board, sides[0]!, sides[1]!), part);
}

/** The box around what is visible of a board, or around the part of it in which most is; null around nothing. */
export function visiblePart(board: Board, width: number, height: number): Bounds | null {
  const elements = visibleOn(board);
  const extent = extentOf(elements);
  if (extent === null || (extent.w <= width && extent.h <= height)) return extent;
  return densest(elements.map(boundsOf), width, height);
}

/** What one can see, wherever it lies: the oldest first. */
export function visibleOn({ layers, elements }: Board): Element[] {
  const hidden = new Set(layers.filter(({ visible }) => visible === false).map(({ id }) => id));
  return [...elements.values()].filter(({ layer }) => !hidden.has(layer));
}

/** The box around as many of some boxes as fit a size, where they are densest; of equals the newest. */
export function densest(boxes: readonly Bounds[], width: number, height: number): Bounds | null {
  const fit = boxes.filter(({ w, h }) => w <= width && h <= height);
  if (fit.length === 0) {
    const last = boxes.at(-1);
    // Larger than all that one sees: its beginning.
    return last === undefined ? null : { ...last, w: Math.min(last.w, width), h: Math.min(last.h, height) };
  }
  const seed = mostCrowded(fit, width / 2, height / 2);
  const distance = (box: Bounds): number => {
    const { x, y } = centre(box);
    return Math.hypot((x - seed.x) / width, (y - seed.y) / height);
  };
  const byDistance = fit.map((box) => ({ box, away: distance(box) })).sort((a, b) => a.away - b.away);
  let shown = byDistance[0]!.box;
  for (const { box } of byDistance) {
    const both = union([shown, box])!;
    if (both.w <= width && both.h <= height) shown = both;
  }
  return shown;
}

/** The middle of what lies in the fullest of the cells of a grid. */
function mostCrowded(boxes: readonly Bounds[], width: number, height: number): { x: number; y: number } {
  const cells = new Map<string, { count: number; x: number; y: number }>();
  let fullest = { count: 0, x: 0, y: 0 };
  for (const box of boxes) {
    const { x, y } = centre(box);
    const key = `${Math.floor(x / width)} ${Math.floor(y / height)}`;
    const cell = cells.get(key) ?? { count: 0, x: 0, y: 0 };
    cell.count += 1;
    cell.x += x;
    cell.y += y;
    cells.set(key, cell);
    if (cell.count >= fullest.count) fullest = cell;
  }
  return { x: fullest.x / fullest.count, y: fullest.y / fullest.count };
}
