/** Where things snap to while they are moved and stretched: edges and middles of others, lines of the paper. */

import type { Desk } from "../desk.ts";
import type { Element } from "../../client/wire.ts";
import { linesOf, PAPER } from "../drawing/paper.ts";
import { seen } from "../drawing/stacking.ts";
import { overlaps, toBoard, type Bounds } from "../geometry/geometry.ts";
import { outerBounds } from "../geometry/turning.ts";
import type { Guide } from "../tools/aids.ts";
import type { Side } from "./handles.ts";

/** How near, in pixels, is near enough. */
const REACH = 6;
/** Lines of the paper that are nearer to each other than this, in pixels, pull nothing. */
const LEAST_GAP = 8;
/** Of so many elements in view at most. */
const MOST = 400;

export interface Snapped {
  readonly dx: number;
  readonly dy: number;
  readonly guides: readonly Guide[];
}

/** A line across the way of what moves, and how far the element reaches whose line it is. */
interface Line {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** Lines of one direction. */
interface Lines {
  readonly ofElements: readonly Line[];
  /** From one line of the paper to the next, finer ones last. */
  readonly ofPaper: readonly { readonly gap: number; readonly offset: number }[];
}

type Axis = "x" | "y";

export interface Snapper {
  /** How much further a box that is moved goes. */
  moved(box: Bounds): Snapped;
  /** The box that is stretched at a side, with that side on a line. */
  stretched(box: Bounds, side: Side): { readonly box: Bounds; readonly guides: readonly Guide[] };
}

/** Hand-drawn ink neither pulls nor is pulled by others: it has no edges that anyone sees. */
export function snapperOf(desk: Desk, moved: readonly Element[]): Snapper {
  const { zoom } = desk.camera.value;
  const isInk = (element: Element): boolean => element.type === "stroke";
  const isPulled = desk.aids.snapsToElements.isOn.value && !moved.every(isInk);
  const boxes = isPulled ? boxesInView(desk, new Set(moved.map(({ id }) => id)), isInk) : [];
  const paper = desk.aids.snapsToPaper.isOn.value ? linesOf(desk.page.value.paper ?? PAPER) : [];
  const ofPaper = (angle: number): Lines["ofPaper"] =>
    paper
      .filter((lines) => lines.angle === angle && lines.gap * zoom >= LEAST_GAP)
      // A family of upright lines lies at the negative of its offset.
      .map(({ gap, offset }) => ({ gap, offset: angle === 0 ? offset : -offset }));
  const lines: Readonly<Record<Axis, Lines>> = {
    x: { ofElements: boxes.flatMap(({ x, y, w, h }) => thirds(x, w, y, h)), ofPaper: ofPaper(90) },
    y: { ofElements: boxes.flatMap(({ x, y, w, h }) => thirds(y, h, x, w)), ofPaper: ofPaper(0) },
  };
  const reach = REACH / zoom;
  return {
    moved(box) {
      const dx = pull(lines.x, [box.x, box.x + box.w / 2, box.x + box.w], [box.x], reach);
      const dy = pull(lines.y, [box.y, box.y + box.h / 2, box.y + box.h], [box.y], reach);
      const to = { ...box, x: box.x + dx, y: box.y + dy };
      return { dx, dy, guides: guidesOf(lines, to, ["nw", "se"], true) };
    },
    stretched(box, side) {
      let { x, y, w, h } = box;
      if (side.includes("w")) {
        const by = pull(lines.x, [x], [x], reach);
        [x, w] = [x + by, w - by];
      } else if (side.includes("e")) w += pull(lines.x, [x + w], [x + w], reach);
      if (side.includes("n")) {
        const by = pull(lines.y, [y], [y], reach);
        [y, h] = [y + by, h - by];
      } else if (side.includes("s")) h += pull(lines.y, [y + h], [y + h], reach);
      const to = { x, y, w, h };
      return { box: to, guides: guidesOf(lines, to, [side], false) };
    },
  };
}

function boxesInView(desk: Desk, moved: ReadonlySet<string>, isInk: (element: Element) => boolean): Bounds[] {
  const { width, height } = desk.viewSize.peek();
  const camera = desk.camera.value;
  const { x, y } = toBoard(camera, { x: 0, y: 0 });
  const view = { x, y, w: width / camera.zoom, h: height / camera.zoom };
  const boxes: Bounds[] = [];
  for (const element of seen(desk.board.value)) {
    if (moved.has(element.id) || isInk(element)) continue;
    const box = outerBounds(element);
    if (overlaps(box, view) && boxes.push(box) === MOST) break;
  }
  return boxes;
}

/** Both ends and the middle of one side of a box. */
function thirds(start: number, length: number, from: number, reach: number): Line[] {
  return [start, start + length / 2, start + length].map((at) => ({ at, from, to: from + reach }));
}

/** By how much the nearest line pulls one of some places; 0 where none is near. */
function pull(lines: Lines, places: readonly number[], corners: readonly number[], reach: number): number {
  let nearest = Infinity;
  const take = (by: number): void => {
    if (Math.abs(by) <= reach && Math.abs(by) < Math.abs(nearest)) nearest = by;
  };
  for (const { at } of lines.ofElements) for (const place of places) take(at - place);
  for (const { gap, offset } of lines.ofPaper) {
    for (const place of corners) take(Math.round((place - offset) / gap) * gap + offset - place);
  }
  return nearest === Infinity ? 0 : nearest;
}

const SAME = 0.05;

/** Lines of others that the box lies on now, from the furthest end to the furthest. */
function guidesOf(lines: Record<Axis, Lines>, box: Bounds, sides: readonly Side[], hasMiddle: boolean): Guide[] {
  const has = (letter: string): boolean => sides.some((side) => side.includes(letter));
  const { x, y, w, h } = box;
  const xs = [...(has("w") ? [x] : []), ...(hasMiddle ? [x + w / 2] : []), ...(has("e") ? [x + w] : [])];
  const ys = [...(has("n") ? [y] : []), ...(hasMiddle ? [y + h / 2] : []), ...(has("s") ? [y + h] : [])];
  const upright = along(lines.x.ofElements, xs, y, y + h).map(
    ({ at, from, to }): Guide => ({ from: { x: at, y: from }, to: { x: at, y: to } }),
  );
  const level = along(lines.y.ofElements, ys, x, x + w).map(
    ({ at, from, to }): Guide => ({ from: { x: from, y: at }, to: { x: to, y: at } }),
  );
  return [...upright, ...level];
}

function along(lines: readonly Line[], places: readonly number[], from: number, to: number): Line[] {
  return places.flatMap((place) => {
    const met = lines.filter(({ at }) => Math.abs(at - place) < SAME);
    if (met.length === 0) return [];
    return [{ at: place, from: Math.min(from, ...met.map((one) => one.from)), to: Math.max(to, ...met.map((one) => one.to)) }];
  });
}
