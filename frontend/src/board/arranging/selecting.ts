/** The select tool: picking, moving, stretching, turning. */

import type { Desk } from "../desk.ts";
import type { Element, Id } from "../../client/wire.ts";
import { snapperOf, type Snapper } from "./snapping.ts";
import {
  boundsOf,
  boxOf,
  centre,
  moving,
  overlaps,
  rotated,
  round,
  touches,
  union,
  type Bounds,
  type Point,
} from "../geometry/geometry.ts";
import { encloses, withCorner } from "../geometry/stretching.ts";
import { isSegment, outerBounds, placing, stretching, turning } from "../geometry/turning.ts";
import { SLACK, type Gesture, type Modifiers, type Sample } from "../tools/gesture.ts";
import { changeable, FRAME_GAP, frameOf, handleAt, isCorner, movable, selectedElements, type Handle, type Side } from "./handles.ts";
import { reachable } from "../drawing/stacking.ts";
import { copying, LIVE_COUNT, sliding, transforming, type Shift, type Transform } from "./transforming.ts";

const TURN_STEP = 15;
/** How near, in pixels, a finger or a pen touches. */
const COARSE_SLACK = 2 * SLACK;
const LEAST_SIDE = 4;

export function selecting(desk: Desk, start: Sample, modifiers: Modifiers): Gesture {
  const handle = handleAt(desk, start, modifiers.coarse);
  if (handle !== null) return pulling(desk, handle, start);
  const elements = reachable(desk.board.value, desk.mayMove);
  const hit = elements.find((element) => touches(element, start, slackOf(modifiers) / desk.camera.value.zoom));
  if (hit === undefined) return clicking(desk, elements, start, modifiers);
  pick(desk, elements, hit, modifiers);
  return dragging(desk, start, modifiers);
}

function slackOf({ coarse }: Modifiers): number {
  return coarse ? COARSE_SLACK : SLACK;
}

/** With Ctrl a member of a group by itself. */
function pick(desk: Desk, elements: readonly Element[], hit: Element, { shift, ctrl }: Modifiers): void {
  const picked = ctrl ? [hit.id] : withGroups(elements, [hit.id]);
  if (shift) {
    const selection = new Set(desk.selection.value);
    const isThere = selection.has(hit.id);
    for (const id of picked) {
      if (isThere) selection.delete(id);
      else selection.add(id);
    }
    desk.selection.value = selection;
  } else if (ctrl || !desk.selection.value.has(hit.id)) {
    desk.selection.value = new Set(picked);
  }
}

/** Those that are picked, and all members of their groups. */
export function withGroups(elements: readonly Element[], picked: Iterable<Id>): Set<Id> {
  const ids = new Set(picked);
  const groups = new Set(elements.flatMap(({ id, group }) => (group != null && ids.has(id) ? [group] : [])));
  if (groups.size > 0) {
    for (const { id, group } of elements) if (group != null && groups.has(group)) ids.add(id);
  }
  return ids;
}

/** Nothing is painted there: a drag moves what is selected or frames more, a click picks the shape around it. */
function clicking(desk: Desk, elements: readonly Element[], start: Sample, modifiers: Modifiers): Gesture {
  const around = elements.filter((element) => encloses(element, start));
  // Of several the innermost one.
  const inner = around.sort((a, b) => sizeOf(a) - sizeOf(b))[0];
  const frame = frameOf(selectedElements(desk));
  const isInFrame = frame !== null && !modifiers.shift && !modifiers.ctrl && isWithin(frame.box, unturned(frame, start));
  const drag = isInFrame ? dragging(desk, start, modifiers) : framing(desk, start, modifiers);
  let isClick = true;
  return {
    move(samples, now) {
      const reach = slackOf(modifiers) / desk.camera.value.zoom;
      isClick &&= samples.every(({ x, y }) => Math.hypot(x - start.x, y - start.y) <= reach);
      if (!isClick) drag.move(samples, now);
    },
    end() {
      drag.end();
      if (isClick && inner !== undefined) pick(desk, elements, inner, modifiers);
    },
    cancel: () => drag.cancel(),
  };
}

function sizeOf(element: Element): number {
  const { w, h } = boundsOf(element);
  return w * h;
}

function isWithin(box: Bounds, point: Point): boolean {
  return overlaps(box, { ...point, w: 0, h: 0 });
}

/** Where a point lies for whoever looks at the frame upright. */
function unturned({ box, rotation }: { readonly box: Bounds; readonly rotation: number }, point: Point): Point {
  return rotation ? rotated(point, centre(box), -rotation) : point;
}

function framing(desk: Desk, start: Point, { shift, ctrl }: Modifiers): Gesture {
  const before: ReadonlySet<Id> = shift ? desk.selection.value : new Set();
  desk.selection.value = before;
  const elements = reachable(desk.board.value, desk.mayMove);
  const finish = (): void => {
    desk.marquee.value = null;
  };
  return {
    move(samples) {
      const to = samples.at(-1);
      if (to === undefined) return;
      desk.marquee.value = { from: start, to };
      const frame = boxOf(start, to);
      const inside = elements.filter((element) => overlaps(frame, outerBounds(element))).map(({ id }) => id);
      desk.selection.value = new Set([...before, ...(ctrl ? inside : withGroups(elements, inside))]);
    },
    end: finish,
    cancel: finish,
  };
}

/** With Alt copies move; with Shift, once they move, along one axis. Ctrl keeps them from snapping. */
function dragging(desk: Desk, start: Point, begun: Modifiers): Gesture {
  const moved = movable(desk);
  const box = union(moved.map(outerBounds));
  const snapper = snapping(desk, moved);
  const shiftAt = (to: Point, { shift, ctrl }: Modifiers): Shift => {
    let [dx, dy] = [to.x - start.x, to.y - start.y];
    const isAlong = shift && !begun.shift;
    if (isAlong) [dx, dy] = Math.abs(dx) > Math.abs(dy) ? [dx, 0] : [0, dy];
    const snapped = ctrl || box === null ? undefined : snapper().moved({ ...box, x: box.x + dx, y: box.y + dy });
    if (!isAlong || dx !== 0) dx += snapped?.dx ?? 0;
    if (!isAlong || dy !== 0) dy += snapped?.dy ?? 0;
    desk.aids.guides.value = snapped?.guides ?? [];
    return { dx, dy };
  };
  if (!begun.alt && moved.length > LIVE_COUNT) return sliding(desk, moved, shiftAt);
  const transform: Transform = (to, modifiers) => {
    const { dx, dy } = shiftAt(to, modifiers);
    return (element) => moving(element, dx, dy);
  };
  return begun.alt ? copying(desk, transform) : transforming(desk, transform, moved);
}

/** What to snap to, looked for once something moves. */
function snapping(desk: Desk, moved: readonly Element[]): () => Snapper {
  let found: Snapper | undefined;
  return () => (found ??= snapperOf(desk, moved));
}

function pulling(desk: Desk, handle: Handle, start: Point): Gesture {
  if (isCorner(handle)) return pullingCorner(desk, Number(handle.slice("corner".length)));
  switch (handle) {
    case "start":
    case "end":
      return pullingEnd(desk, handle);
    case "turn":
      return turningAll(desk, start);
    default:
      return stretchingAll(desk, handle);
  }
}

/** With Shift the line lies at a multiple of 15 degrees. */
function pullingEnd(desk: Desk, handle: "start" | "end"): Gesture {
  return transforming(desk, (to, { shift }) => (element) => {
    if (!isSegment(element)) return {};
    const { x1, y1, x2, y2 } = element;
    const fixed = handle === "start" ? { x: x2, y: y2 } : { x: x1, y: y1 };
    const { x, y } = shift ? inSteps(fixed, to) : to;
    return handle === "start" ? { x1: round(x), y1: round(y) } : { x2: round(x), y2: round(y) };
  });
}

function inSteps(from: Point, to: Point): Point {
  const step = (TURN_STEP * Math.PI) / 180;
  const direction = Math.round(Math.atan2(to.y - from.y, to.x - from.x) / step) * step;
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  return { x: from.x + length * Math.cos(direction), y: from.y + length * Math.sin(direction) };
}

function pullingCorner(desk: Desk, n: number): Gesture {
  return transforming(desk, (to) => (element) => (element.type === "polygon" ? withCorner(element, n, to) : {}));
}

/** With Shift in steps of 15 degrees: of the frame's own angle, where there is one. */
function turningAll(desk: Desk, start: Point): Gesture {
  const turned = movable(desk);
  const frame = frameOf(turned);
  if (frame === null) return transforming(desk, () => () => ({}));
  const about = centre(frame.box);
  const from = Math.atan2(start.y - about.y, start.x - about.x);
  return transforming(desk, (to, { shift }) => {
    let degrees = ((Math.atan2(to.y - about.y, to.x - about.x) - from) * 180) / Math.PI;
    if (shift) degrees = Math.round((frame.rotation + degrees) / TURN_STEP) * TURN_STEP - frame.rotation;
    return (element) => turning(element, about, degrees);
  }, turned);
}

function stretchingAll(desk: Desk, side: Side): Gesture {
  const elements = changeable(desk);
  const [only] = elements;
  const frame = frameOf(elements);
  if (only === undefined || frame === null) return transforming(desk, () => () => ({}));
  const { box } = frame;
  const isSingle = elements.length === 1 && !isSegment(only);
  const gap = FRAME_GAP / desk.camera.value.zoom;
  // Pictures and writing keep their shape, unless one asks for another; all else the other way round.
  const keepsShape = elements.some(({ type }) => type === "image" || type === "formula" || (type === "text" && !isSingle));
  // There is no such thing as a box that leans.
  const isAskew = !isSingle && elements.some(({ rotation = 0 }) => rotation % 90 !== 0);
  const isUpright = frame.rotation % 360 === 0;
  const snapper = snapping(desk, elements);
  return transforming(desk, (to, { shift, ctrl }) => {
    const isEven = isAskew || shift !== keepsShape;
    const pulled = stretched(box, side, unturned(frame, to), gap, isEven);
    const snapped = ctrl || isEven || !isUpright ? undefined : snapper().stretched(pulled, side);
    desk.aids.guides.value = snapped?.guides ?? [];
    const wanted = snapped?.box ?? pulled;
    if (!isSingle) return (element) => placing(element, box, wanted);
    // A text gets as wide as one pulls it, and its letters stay as they are.
    if (only.type === "text" && side.length === 1) return () => widened(only, box, wanted);
    return (element) => stretching(element, wanted);
  });
}

function widened(text: Extract<Element, { type: "text" }>, from: Bounds, { x, w }: Bounds): Record<string, number> {
  const size = text.style?.font_size ?? 20;
  const width = Math.max(size, w);
  const turned = { ...text, w: width };
  // Turned about another middle, its fixed side would move.
  const { x: left, y: top } = stretching(turned, { ...from, x: x === from.x ? x : from.x + from.w - width, w: width });
  return { x: Number(left), y: Number(top), w: Math.round(width * 10) / 10 };
}

function stretched(from: Bounds, side: Side, to: Point, gap: number, isEven: boolean): Bounds {
  const [isWest, isNorth] = [side.includes("w"), side.includes("n")];
  const [isAcross, isDown] = [isWest || side.includes("e"), isNorth || side.includes("s")];
  const [right, bottom] = [from.x + from.w, from.y + from.h];
  let w = isAcross ? Math.max(LEAST_SIDE, isWest ? right - to.x - gap : to.x - gap - from.x) : from.w;
  let h = isDown ? Math.max(LEAST_SIDE, isNorth ? bottom - to.y - gap : to.y - gap - from.y) : from.h;
  let [x, y] = [isWest ? right - w : from.x, isNorth ? bottom - h : from.y];
  if (isEven && from.w > 0 && from.h > 0) {
    const [across, down] = [w / from.w, h / from.h];
    const scale = !isDown ? across : !isAcross ? down : Math.max(across, down);
    [w, h] = [from.w * scale, from.h * scale];
    // A side that is pulled alone: the other one grows to both ends.
    x = !isAcross ? from.x - (w - from.w) / 2 : isWest ? right - w : from.x;
    y = !isDown ? from.y - (h - from.h) / 2 : isNorth ? bottom - h : from.y;
  }
  if (from.w === 0) [x, w] = [from.x, 0];
  if (from.h === 0) [y, h] = [from.y, 0];
  return { x, y, w, h };
}
