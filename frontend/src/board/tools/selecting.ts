/** The select tool: picking, moving, stretching. */

import type { Desk } from "../desk.ts";
import type { Element, Id, Operation } from "../../client/wire.ts";
import {
  boundsOf,
  boxOf,
  encloses,
  moving,
  overlaps,
  resizing,
  touches,
  union,
  type Bounds,
  type Point,
} from "../geometry/geometry.ts";
import { SLACK, type Gesture, type Modifiers, type Sample } from "./gesture.ts";
import { reachable } from "../drawing/stacking.ts";

/** How far, in pixels, the frame and its handles stand off what is selected. */
export const FRAME_GAP = 6;
export const HANDLE_REACH = 14;
/** Others see a move this often. */
const SEND_EVERY_MS = 80;
/** Larger selections are shown to the others when they are let go. */
const LIVE_COUNT = 20;

export type Handle = "nw" | "ne" | "se" | "sw" | "start" | "end";

export function selectedElements(desk: Desk): Element[] {
  const { elements } = desk.board.value;
  return [...desk.selection.value].flatMap((id) => desk.drafts.value.get(id) ?? elements.get(id) ?? []);
}

/** Where the handles of the selection are: the ends of a single line, otherwise four corners. */
export function handlesOf(desk: Desk): { handle: Handle; at: Point }[] {
  const selected = selectedElements(desk);
  const [only] = selected;
  if (only === undefined) return [];
  if (selected.length === 1 && (only.type === "line" || only.type === "arrow")) {
    return [
      { handle: "start", at: { x: only.x1, y: only.y1 } },
      { handle: "end", at: { x: only.x2, y: only.y2 } },
    ];
  }
  const bounds = union(selected.map(boundsOf));
  if (bounds === null) return [];
  const gap = FRAME_GAP / desk.camera.value.zoom;
  const [left, top] = [bounds.x - gap, bounds.y - gap];
  const [right, bottom] = [bounds.x + bounds.w + gap, bounds.y + bounds.h + gap];
  return [
    { handle: "nw", at: { x: left, y: top } },
    { handle: "ne", at: { x: right, y: top } },
    { handle: "se", at: { x: right, y: bottom } },
    { handle: "sw", at: { x: left, y: bottom } },
  ];
}

export function selecting(desk: Desk, start: Sample, modifiers: Modifiers): Gesture {
  const { zoom } = desk.camera.value;
  const handle = handlesOf(desk).find(
    ({ at }) => Math.hypot(at.x - start.x, at.y - start.y) <= HANDLE_REACH / zoom,
  );
  if (handle !== undefined) return stretching(desk, handle.handle);

  const elements = reachable(desk.board.value, desk.mayChange);
  const hit = elements.find((element) => touches(element, start, SLACK / zoom));
  if (hit === undefined) return clicking(desk, elements, start, modifiers);
  pick(desk, hit, modifiers);
  return dragging(desk, start);
}

function pick(desk: Desk, { id }: Element, { shift }: Modifiers): void {
  if (shift) {
    const selection = new Set(desk.selection.value);
    if (!selection.delete(id)) selection.add(id);
    desk.selection.value = selection;
  } else if (!desk.selection.value.has(id)) {
    desk.selection.value = new Set([id]);
  }
}

/** Nothing is painted there: a drag moves what is selected or frames more, a click picks the shape around it. */
function clicking(desk: Desk, elements: readonly Element[], start: Sample, modifiers: Modifiers): Gesture {
  const around = elements.filter((element) => encloses(element, start));
  // Of several the innermost one.
  const inner = around.sort((a, b) => sizeOf(a) - sizeOf(b))[0];
  const frame = union(selectedElements(desk).map(boundsOf));
  const isInFrame = frame !== null && !modifiers.shift && overlaps(frame, { x: start.x, y: start.y, w: 0, h: 0 });
  const drag = isInFrame ? dragging(desk, start) : framing(desk, start, modifiers);
  let isClick = true;
  return {
    move(samples, now) {
      const reach = SLACK / desk.camera.value.zoom;
      isClick &&= samples.every(({ x, y }) => Math.hypot(x - start.x, y - start.y) <= reach);
      if (!isClick) drag.move(samples, now);
    },
    end() {
      drag.end();
      if (isClick && inner !== undefined) pick(desk, inner, modifiers);
    },
    cancel: () => drag.cancel(),
  };
}

function sizeOf(element: Element): number {
  const { w, h } = boundsOf(element);
  return w * h;
}

function framing(desk: Desk, start: Point, { shift }: Modifiers): Gesture {
  const before: ReadonlySet<Id> = shift ? desk.selection.value : new Set();
  desk.selection.value = before;
  const elements = reachable(desk.board.value, desk.mayChange);
  const finish = (): void => {
    desk.marquee.value = null;
  };
  return {
    move(samples) {
      const to = samples.at(-1);
      if (to === undefined) return;
      desk.marquee.value = { from: start, to };
      const frame = boxOf(start, to);
      const inside = elements.filter((element) => overlaps(frame, boundsOf(element)));
      desk.selection.value = new Set([...before, ...inside.map((element) => element.id)]);
    },
    end: finish,
    cancel: finish,
  };
}

function dragging(desk: Desk, start: Point): Gesture {
  return transforming(desk, (element, to) => moving(element, to.x - start.x, to.y - start.y));
}

function stretching(desk: Desk, handle: Handle): Gesture {
  if (handle === "start" || handle === "end") {
    return transforming(desk, (_, to) =>
      handle === "start" ? { x1: to.x, y1: to.y } : { x2: to.x, y2: to.y },
    );
  }
  const from = union(selectedElements(desk).map(boundsOf)) ?? { x: 0, y: 0, w: 0, h: 0 };
  const gap = FRAME_GAP / desk.camera.value.zoom;
  // Pictures keep their shape, unless one asks for another; all else the other way round.
  const hasPicture = selectedElements(desk).some(({ type }) => type === "image" || type === "formula");
  return transforming(desk, (element, to, { shift }) =>
    resizing(element, from, stretched(from, handle, to, gap, shift !== hasPicture)),
  );
}

function stretched(from: Bounds, handle: Handle, to: Point, gap: number, isEven: boolean): Bounds {
  const isWest = handle === "nw" || handle === "sw";
  const isNorth = handle === "nw" || handle === "ne";
  const [right, bottom] = [from.x + from.w, from.y + from.h];
  const least = 4;
  let w = Math.max(least, isWest ? right - to.x - gap : to.x - gap - from.x);
  let h = Math.max(least, isNorth ? bottom - to.y - gap : to.y - gap - from.y);
  if (isEven && from.w > 0 && from.h > 0) {
    const scale = Math.max(w / from.w, h / from.h);
    [w, h] = [from.w * scale, from.h * scale];
  }
  if (from.w === 0) w = 0;
  if (from.h === 0) h = 0;
  return { x: isWest ? right - w : from.x, y: isNorth ? bottom - h : from.y, w, h };
}

type Transform = (element: Element, to: Point, modifiers: Modifiers) => Record<string, unknown>;

/** Shows the change at once; sends it now and then, and for good at the end. One undo step. */
function transforming(desk: Desk, transform: Transform): Gesture {
  const originals = new Map(
    selectedElements(desk)
      .filter((element) => reachableIds(desk).has(element.id))
      .map((element) => [element.id, element]),
  );
  let changes = new Map<Id, Record<string, unknown>>();
  let sentAt = 0;
  let isBegun = false;
  const send = (): void => {
    const ops: Operation[] = [...changes].map(([id, set]) => ({ op: "patch", id, set }));
    if (ops.length > 0) desk.edit(ops);
  };
  const finish = (): void => {
    const drafts = new Map(desk.drafts.value);
    for (const id of originals.keys()) drafts.delete(id);
    desk.drafts.value = drafts;
    if (isBegun) desk.endStep();
  };
  return {
    move(samples, modifiers) {
      const to = samples.at(-1);
      if (to === undefined) return;
      if (!isBegun) desk.beginStep();
      isBegun = true;
      const drafts = new Map(desk.drafts.value);
      changes = new Map();
      for (const [id, element] of originals) {
        const set = transform(element, to, modifiers);
        changes.set(id, set);
        const style = { ...element.style, ...(set["style"] as object | undefined) };
        drafts.set(id, { ...element, ...set, style } as Element);
      }
      desk.drafts.value = drafts;
      if (changes.size <= LIVE_COUNT && to.at - sentAt > SEND_EVERY_MS) {
        sentAt = to.at;
        send();
      }
    },
    end() {
      send();
      finish();
    },
    cancel() {
      changes = new Map([...originals].map(([id, element]) => [id, unchanged(element, changes)]));
      if (isBegun) send();
      finish();
    },
  };
}

function reachableIds(desk: Desk): ReadonlySet<Id> {
  return new Set(reachable(desk.board.value, desk.mayChange).map((element) => element.id));
}

/** The fields of `element` that the gesture has changed, as they were. */
function unchanged(
  element: Element,
  changes: ReadonlyMap<Id, Record<string, unknown>>,
): Record<string, unknown> {
  const fields = new Map<string, unknown>(Object.entries(element));
  const defaults: Readonly<Record<string, unknown>> = { x: 0, y: 0, scale_x: 1, scale_y: 1 };
  return Object.fromEntries(
    Object.keys(changes.get(element.id) ?? {}).map((name) => [
      name,
      fields.get(name) ?? defaults[name],
    ]),
  );
}
