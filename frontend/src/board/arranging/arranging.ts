/** What one does to a selection as a whole: each is one submission, and one step to undo. */

import type { Desk } from "../desk.ts";
import { withoutDefaults } from "../../client/replica/board.ts";
import { randomId } from "../../client/random_id.ts";
import type { Element, Id, Operation } from "../../client/wire.ts";
import { plural, t } from "../../language/language.ts";
import { copied } from "./copies.ts";
import { DEEPEST, fieldsOf, grouped, ungrouped, unitsOf } from "./grouping.ts";
import { centre, moving, union, type Bounds, type Point } from "../geometry/geometry.ts";
import { flipping, outerBounds, turning, type Axis, type Fields } from "../geometry/turning.ts";
import { stepped } from "./ordering.ts";
import { changeable, frameOf, movable, selectedElements } from "./handles.ts";

/** Where the edges or the middles come to lie. */
export type Alignment = "left" | "center" | "right" | "top" | "middle" | "bottom";

/** Which way a copy goes that nobody moved. */
const COPY_OFFSET = 20;

/** Of how many elements something was changed, and how many stay as they are. */
interface Done {
  readonly count: number;
  readonly left: number;
}

/** Patches what may be changed. */
function change(desk: Desk, fieldsOf: (element: Element) => Fields | null, elements = changeable(desk)): Done {
  const left = desk.selection.value.size - elements.length;
  const ops = elements.flatMap((element): Operation[] => {
    const set = fieldsOf(element);
    return set === null || Object.keys(set).length === 0 ? [] : [{ op: "patch", id: element.id, set }];
  });
  desk.edit(ops);
  return { count: ops.length, left };
}

/** What was done, and quietly that some of what is selected is locked, or somebody else's. */
function say(desk: Desk, words: string, left: number, isShown = false): void {
  if (left > 0) desk.aids.tell(`${words}. ${plural("arrange.leftOut", left)}`, true);
  else desk.aids.tell(words, isShown);
}

interface Unit {
  readonly elements: readonly Element[];
  readonly box: Bounds;
}

function placedUnits(desk: Desk): Unit[] {
  return unitsOf(movable(desk)).map((elements) => ({ elements, box: union(elements.map(outerBounds))! }));
}

/** Moves whole units. */
function shift(desk: Desk, units: readonly Unit[], by: (unit: Unit, at: number) => Point): Done {
  const moves = new Map<Id, Point>();
  for (const [at, unit] of units.entries()) {
    const move = by(unit, at);
    if (move.x !== 0 || move.y !== 0) for (const { id } of unit.elements) moves.set(id, move);
  }
  return change(desk, (element) => {
    const move = moves.get(element.id);
    return move === undefined ? null : moving(element, move.x, move.y);
  }, movable(desk));
}

/** Whether there is enough to be aligned. */
export function mayAlign(desk: Desk): boolean {
  return movable(desk).length > 1;
}

export function align(desk: Desk, to: Alignment): void {
  const units = placedUnits(desk);
  const whole = union(units.map(({ box }) => box));
  if (whole === null || units.length < 2) return;
  const { left } = shift(desk, units, ({ box }) => {
    switch (to) {
      case "left":
        return { x: whole.x - box.x, y: 0 };
      case "center":
        return { x: whole.x + whole.w / 2 - box.x - box.w / 2, y: 0 };
      case "right":
        return { x: whole.x + whole.w - box.x - box.w, y: 0 };
      case "top":
        return { x: 0, y: whole.y - box.y };
      case "middle":
        return { x: 0, y: whole.y + whole.h / 2 - box.y - box.h / 2 };
      case "bottom":
        return { x: 0, y: whole.y + whole.h - box.y - box.h };
      default:
        return to satisfies never;
    }
  });
  say(desk, t(`align.${to}`), left);
}

export function mayDistribute(desk: Desk): boolean {
  return placedUnits(desk).length > 2;
}

/** The outermost two stay; between all of them there is the same room. */
export function distribute(desk: Desk, axis: Axis): void {
  const [start, length] = axis === "across" ? (["x", "w"] as const) : (["y", "h"] as const);
  const units = placedUnits(desk).sort((a, b) => a.box[start] + a.box[length] / 2 - b.box[start] - b.box[length] / 2);
  const whole = union(units.map(({ box }) => box));
  if (whole === null || units.length < 3) return;
  const filled = units.reduce((sum, { box }) => sum + box[length], 0);
  const gap = (whole[length] - filled) / (units.length - 1);
  let at = whole[start];
  const places = units.map(({ box }) => {
    const place = at;
    at += box[length] + gap;
    return place - box[start];
  });
  const { left } = shift(desk, units, (_, n) => (axis === "across" ? { x: places[n]!, y: 0 } : { x: 0, y: places[n]! }));
  say(desk, t(`distribute.${axis}`), left);
}

export function flip(desk: Desk, axis: Axis): void {
  const frame = union(changeable(desk).map(outerBounds));
  if (frame === null) return;
  const { left } = change(desk, (element) => flipping(element, axis, centre(frame)));
  say(desk, t(`flip.${axis}`), left);
}

/** Turns all about their common centre, by degrees, clockwise. */
export function turn(desk: Desk, degrees: number): void {
  const elements = movable(desk);
  const frame = frameOf(elements);
  if (frame === null) return;
  const about = centre(frame.box);
  const { left } = change(desk, (element) => turning(element, about, degrees), elements);
  say(desk, t("turn.told", { degrees }), left);
}

/** One step up or down among what lies there. */
export function step(desk: Desk, to: "forward" | "backward"): void {
  const places = stepped(desk.board.value, new Set(movable(desk).map(({ id }) => id)), to);
  desk.edit([...places].map(([id, z]): Operation => ({ op: "patch", id, set: { z } })));
  desk.aids.tell(t(places.size === 0 ? "order.end" : `order.${to}`));
}

/** What can be picked, or is. */
function pickable(desk: Desk): Element[] {
  return [...desk.board.value.elements.values()].filter((element) => desk.isFree(element) || desk.selection.value.has(element.id));
}

export function mayGroup(desk: Desk): boolean {
  return grouped(pickable(desk), changeable(desk), "") !== null;
}

export function group(desk: Desk): void {
  const groups = grouped(pickable(desk), changeable(desk), randomId());
  if (groups === null) return;
  if (groups === "deep") {
    desk.aids.tell(t("group.deep", { most: DEEPEST }), true);
    return;
  }
  const { count, left } = change(desk, ({ id }) => fieldsOf(groups.get(id)!));
  say(desk, plural("group.told", count), left);
}

export function mayUngroup(desk: Desk): boolean {
  return changeable(desk).some(({ group: id }) => id != null);
}

export function ungroup(desk: Desk): void {
  if (!mayUngroup(desk)) return;
  const groups = ungrouped(pickable(desk), changeable(desk));
  const { left } = change(desk, ({ id }) => (groups.has(id) ? fieldsOf(groups.get(id)!) : null));
  say(desk, t("ungroup.told"), left);
}

/** Locked where they are, and selected still: who was wrong unlocks them at once. */
export function lock(desk: Desk): void {
  const { count, left } = change(desk, () => ({ locked: true }));
  if (count > 0) say(desk, plural("lock.told", count), left, true);
}

/** What of the selection is locked, and the person's to unlock. */
export function lockedOf(desk: Desk): Element[] {
  return selectedElements(desk).filter((element) => element.locked === true && desk.mayChange(element));
}

export function unlock(desk: Desk, elements: readonly Element[] = lockedOf(desk)): void {
  if (elements.length === 0) return;
  desk.edit(elements.map(({ id }): Operation => ({ op: "patch", id, set: { locked: false } })));
  desk.aids.tell(plural("unlock.told", elements.length), true);
}

export function toggleLock(desk: Desk): void {
  if (changeable(desk).length > 0) lock(desk);
  else unlock(desk);
}

/** Everything on the page that is locked, and the person's to unlock. */
export function lockedOnPage(desk: Desk): Element[] {
  return [...desk.board.value.elements.values()].filter(
    (element) => element.locked === true && desk.mayChange(element),
  );
}

/** Puts elements above all else, selected; those that may not be put are named. */
export function put(desk: Desk, elements: readonly Element[], offset: Point): Element[] {
  const allowed = elements.filter(desk.mayPut);
  if (allowed.length === 0 || !desk.mayDrawHere()) {
    desk.lesson.show({ code: "permission_denied", message: "" });
    return [];
  }
  const copies = copied(desk.board.value, allowed, desk.layerFor).map(
    (element) => ({ ...element, ...moving(element, offset.x, offset.y) }) as Element,
  );
  desk.chosenTool.value = "select";
  desk.edit(copies.map((element): Operation => ({ op: "put", element: withoutDefaults(element) })));
  desk.selection.value = new Set(copies.map(({ id }) => id));
  say(desk, plural("duplicate.told", copies.length), elements.length - allowed.length);
  return copies;
}

/** Where the last copies came from: whoever moves one, and copies it again, makes a row. */
const lastCopies = new WeakMap<Desk, { readonly ids: ReadonlySet<Id>; readonly from: Bounds }>();

export function duplicate(desk: Desk): void {
  const elements = selectedElements(desk);
  const box = union(elements.map(outerBounds));
  if (box === null) return;
  const last = lastCopies.get(desk);
  const isLast = last !== undefined && elements.length === last.ids.size && elements.every(({ id }) => last.ids.has(id));
  const offset = isLast
    ? { x: box.x - last.from.x, y: box.y - last.from.y }
    : { x: COPY_OFFSET, y: COPY_OFFSET };
  const copies = put(desk, elements, offset);
  if (copies.length === 0) return;
  lastCopies.set(desk, { ids: new Set(copies.map(({ id }) => id)), from: box });
}
