/** The frame around what is selected, and the handles on it. */

import type { Desk } from "../desk.ts";
import type { Element, Id } from "../../client/wire.ts";
import { boundsOf, centre, cornersOf, rotated, union, type Bounds, type Point } from "../geometry/geometry.ts";
import { isSegment, outerBounds } from "../geometry/turning.ts";
import { keptByLetters } from "../text/face.ts";

/** How far, in pixels, the frame and its handles stand off what is selected. */
export const FRAME_GAP = 6;
/** How near, in pixels, counts as on a handle: to a mouse, and to a finger or a pen (44 pixels across). */
const HANDLE_REACH = 14;
const COARSE_REACH = 22;
const LEAST_REACH = 5;
/** As much of the way to the middle. */
const INWARD = 0.6;
/** How far, in pixels, the handle that turns stands off the frame. */
const TURN_GAP = 28;
/** A side shorter than so many pixels has handles at its ends alone. */
const SIDE_WITH_HANDLE = 44;
/** A polygon with more corners has no handles on them. */
const CORNERS_MOST = 30;

export type Side = "n" | "e" | "s" | "w" | "nw" | "ne" | "se" | "sw";
/** The corners of a polygon, from 0. */
export type Corner = `corner${number}`;
export type Handle = Side | Corner | "start" | "end" | "turn";

export function isCorner(handle: Handle): handle is Corner {
  return handle.startsWith("corner");
}

/** Turned about its centre by degrees, clockwise: that of a single element is turned as it is. */
export interface Frame {
  readonly box: Bounds;
  readonly rotation: number;
}

type From = readonly [desk: Desk, ids: ReadonlySet<Id>, drafts: ReadonlyMap<Id, Element>, elements: ReadonlyMap<Id, Element>];

/** What was found last: a hand that moves ten thousand asks at each step, and they are the same. */
let latest: { readonly from: From; readonly found: readonly Element[] } | null = null;

/** The very same list as long as it holds the same. */
export function selectedElements(desk: Desk): readonly Element[] {
  const { elements } = desk.board.value;
  const from: From = [desk, desk.selection.value, desk.drafts.value, elements];
  if (latest === null || from.some((part, n) => part !== latest!.from[n])) {
    const [, ids, drafts] = from;
    latest = { from, found: [...ids].flatMap((id) => drafts.get(id) ?? elements.get(id) ?? []) };
  }
  return latest.found;
}

/** What of the selection the person may change as things are. */
export function changeable(desk: Desk): Element[] {
  return selectedElements(desk).filter((element) => desk.isFree(element));
}

/** What of it the person may move, as things are. */
export function movable(desk: Desk): Element[] {
  return selectedElements(desk).filter(desk.isMovable);
}

export const frameOf = keptByLetters(framed);

function framed(elements: readonly Element[]): Frame | null {
  const [only] = elements;
  if (only === undefined) return null;
  if (elements.length === 1 && !isSegment(only)) return { box: boundsOf(only), rotation: only.rotation ?? 0 };
  return { box: union(elements.map(outerBounds))!, rotation: 0 };
}

export interface PlacedHandle {
  readonly handle: Handle;
  readonly at: Point;
  /** Where it pulls: 0 up and down, 1 to the upper right, 2 across, 3 to the lower right. */
  readonly direction: number;
}

const SIDES: readonly (readonly [Side, number, number])[] = [
  ["nw", 0, 0],
  ["ne", 1, 0],
  ["se", 1, 1],
  ["sw", 0, 1],
  ["n", 0.5, 0],
  ["e", 1, 0.5],
  ["s", 0.5, 1],
  ["w", 0, 0.5],
];
const DIRECTIONS: Readonly<Record<Side, number>> = { n: 0, s: 0, ne: 1, sw: 1, e: 2, w: 2, nw: 3, se: 3 };

/** Where the handles of the selection are: the ends of a single line, otherwise corners, sides, and one that turns. */
export function handlesOf(desk: Desk): PlacedHandle[] {
  const selected = selectedElements(desk);
  const isFree = selected.some((element) => desk.isFree(element));
  if (!isFree && !selected.some(desk.isMovable)) return [];
  const [only] = selected;
  if (isFree && selected.length === 1 && isSegment(only!) && !only.rotation) {
    return [
      { handle: "start", at: { x: only.x1, y: only.y1 }, direction: 0 },
      { handle: "end", at: { x: only.x2, y: only.y2 }, direction: 0 },
    ];
  }
  const frame = frameOf(selected)!;
  const { zoom } = desk.camera.value;
  const gap = FRAME_GAP / zoom;
  const { x, y, w, h } = frame.box;
  const outer = { x: x - gap, y: y - gap, w: w + 2 * gap, h: h + 2 * gap };
  const isText = selected.length === 1 && only!.type === "text";
  const has = ([side, across, down]: readonly [Side, number, number]): boolean => {
    if (!isFree) return false;
    if (across === 0.5) return !isText && h > 0 && w * zoom >= SIDE_WITH_HANDLE;
    if (down === 0.5) return w > 0 && h * zoom >= (isText ? 0 : SIDE_WITH_HANDLE);
    return DIRECTIONS[side] % 2 === 1;
  };
  const middle = centre(frame.box);
  const placed = (across: number, down: number, beyond = 0): Point =>
    rotated({ x: outer.x + outer.w * across, y: outer.y + outer.h * down + beyond / zoom }, middle, frame.rotation);
  const turned = Math.round(frame.rotation / 45);
  const handles: PlacedHandle[] = SIDES.filter(has).map(([handle, across, down]) => ({
    handle,
    at: placed(across, down),
    direction: (DIRECTIONS[handle] + turned) % 4,
  }));
  const above = placed(0.5, 0, -TURN_GAP);
  // Above the frame, or below it where a bar would cover that.
  const isCovered = (above.y - desk.camera.value.y) * zoom < desk.covered().top;
  handles.push({ handle: "turn", at: isCovered ? placed(0.5, 1, TURN_GAP) : above, direction: 0 });
  return isFree ? [...handles, ...cornerHandles(selected)] : handles;
}

/** Of a polygon alone, where its corners can be told apart. */
function cornerHandles([only, ...others]: readonly Element[]): PlacedHandle[] {
  if (only?.type !== "polygon" || others.length > 0 || only.points.length > 2 * CORNERS_MOST) return [];
  const middle = centre(boundsOf(only));
  return cornersOf(only).map((at, n) => ({ handle: `corner${n}`, at: rotated(at, middle, only.rotation ?? 0), direction: 0 }));
}

/** The handle at a place; each reaches only a part of the way to the middle, or what is small or flat could not be moved. */
export function handleAt(desk: Desk, at: Point, isCoarse = false): Handle | null {
  const { zoom } = desk.camera.value;
  const frame = frameOf(selectedElements(desk));
  if (frame === null) return null;
  const most = isCoarse ? COARSE_REACH : HANDLE_REACH;
  const away = (handle: PlacedHandle, from = at): number => Math.hypot(handle.at.x - from.x, handle.at.y - from.y) * zoom;
  const nearest = handlesOf(desk).sort((a, b) => away(a) - away(b))[0];
  if (nearest === undefined) return null;
  const reach = Math.max(LEAST_REACH, Math.min(most, away(nearest, centre(frame.box)) * INWARD));
  return away(nearest) <= reach ? nearest.handle : null;
}
