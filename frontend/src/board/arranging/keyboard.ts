/** What keys do to a selection, and how one goes from element to element: told to who does not see it. */

import type { Desk } from "../desk.ts";
import type { Element, Operation } from "../../client/wire.ts";
import { isolated, plural, t } from "../../language/language.ts";
import { seen } from "../drawing/stacking.ts";
import { boxOf, centre, moving, overlaps, toBoard, union, type Bounds } from "../geometry/geometry.ts";
import { isSegment, outerBounds, placing, stretching } from "../geometry/turning.ts";
import { ARROWS, type Act } from "../input/combinations.ts";
import { toggle } from "../editing/lettering.ts";
import { changeable, frameOf, movable, selectedElements } from "./handles.ts";
import { leadCorners, leadTool } from "../hand/leading.ts";
import { align, duplicate, flip, group, step, toggleLock, turn, ungroup } from "./arranging.ts";
import { make, openSelected } from "./making.ts";
import { openMenu } from "./menu.ts";
import { restack } from "./ordering.ts";

const LEAST_SIDE = 4;
const TURN_STEP = 15;
/** As much of a text as tells which one it is. */
const TOLD_CHARS = 60;

type Press = Pick<KeyboardEvent, "key" | "shiftKey" | "altKey">;

export const acts: Readonly<Record<Act, (desk: Desk, press: Press) => void>> = {
  push,
  size,
  alignLeft: (desk) => align(desk, "left"),
  alignRight: (desk) => align(desk, "right"),
  alignTop: (desk) => align(desk, "top"),
  alignBottom: (desk) => align(desk, "bottom"),
  duplicate: allowed(duplicate),
  bold: allowed((desk) => toggle(desk, "bold")),
  italic: allowed((desk) => toggle(desk, "italic")),
  group: allowed(group),
  ungroup: allowed(ungroup),
  lock: allowed(toggleLock),
  flipAcross: allowed((desk) => flip(desk, "across")),
  flipDown: allowed((desk) => flip(desk, "down")),
  forward: allowed((desk) => step(desk, "forward")),
  backward: allowed((desk) => step(desk, "backward")),
  toFront: allowed((desk) => restack(desk, "front")),
  toBack: allowed((desk) => restack(desk, "back")),
  turnRight: allowed((desk, press) => turn(desk, press.altKey ? 1 : TURN_STEP)),
  turnLeft: allowed((desk, press) => turn(desk, press.altKey ? -1 : -TURN_STEP)),
  enter,
  menu: (desk) => {
    const frame = frameOf(selectedElements(desk));
    const { width, height } = desk.viewSize.peek();
    const { x, y, zoom } = desk.camera.value;
    const middle = frame === null ? null : centre(frame.box);
    openMenu(desk, middle === null ? { x: width / 2, y: height / 2 } : { x: (middle.x - x) * zoom, y: (middle.y - y) * zoom });
  },
};

function allowed(act: (desk: Desk, press: Press) => void): (desk: Desk, press: Press) => void {
  return (desk, press) => {
    if (desk.mayUse("select")) act(desk, press);
  };
}

function push(desk: Desk, { key, shiftKey }: Press): void {
  const [dx, dy] = ARROWS[key] ?? [0, 0];
  const step = shiftKey ? 10 : 1;
  desk.edit(
    movable(desk).map((element): Operation => {
      return { op: "patch", id: element.id, set: moving(element, dx * step, dy * step) };
    }),
  );
  tellPlace(desk, ({ x, y }) => t("moved.told", { x: Math.round(x), y: Math.round(y) }));
}

/** Makes what is selected wider or higher, or narrower or lower, from its top left corner. */
function size(desk: Desk, { key, shiftKey }: Press): void {
  const [dx, dy] = ARROWS[key] ?? [0, 0];
  const elements = changeable(desk);
  const frame = frameOf(elements);
  if (frame === null) return;
  const step = shiftKey ? 50 : 10;
  const from = frame.box;
  const to = {
    ...from,
    w: from.w === 0 ? 0 : Math.max(LEAST_SIDE, from.w + dx * step),
    h: from.h === 0 ? 0 : Math.max(LEAST_SIDE, from.h + dy * step),
  };
  const isSingle = elements.length === 1 && !isSegment(elements[0]!);
  desk.edit(
    elements.map((element): Operation => {
      return { op: "patch", id: element.id, set: isSingle ? stretching(element, to) : placing(element, from, to) };
    }),
  );
  tellPlace(desk, ({ w, h }) => t("sized.told", { w: Math.round(w), h: Math.round(h) }));
}

function tellPlace(desk: Desk, words: (box: Bounds) => string): void {
  const box = union(selectedElements(desk).map(outerBounds));
  if (box !== null) desk.aids.tell(words(box));
}

/**
 * Writes in the text that is selected, or leads the corners of what has some; makes what the tool makes, or puts the tool
 * down; with a tool that does neither the nearest is picked.
 */
function enter(desk: Desk): void {
  if (desk.unfinished.value !== null) {
    desk.unfinished.value.finish();
    return;
  }
  if (openSelected(desk) || leadCorners(desk)) return;
  if (!make(desk) && !leadTool(desk) && desk.selection.value.size === 0 && desk.mayUse("select")) pickNearest(desk);
}

function pickNearest(desk: Desk): void {
  const { width, height } = desk.viewSize.peek();
  const middle = toBoard(desk.camera.value, { x: width / 2, y: height / 2 });
  const away = (element: Element): number => {
    const { x, y } = centre(outerBounds(element));
    return Math.hypot(x - middle.x, y - middle.y);
  };
  const nearest = seen(desk.board.value).sort((a, b) => away(a) - away(b))[0];
  if (nearest === undefined) desk.aids.tell(t("selected.none"));
  else select(desk, nearest);
}

/**
 * Selects the element that was made after the selected one, or before it: those of others and locked
 * ones, too. Whether there is one; with nothing selected the Tab key goes on to the bars.
 */
export function walk(desk: Desk, direction: number): boolean {
  if (desk.selection.value.size === 0 || !desk.mayUse("select")) return false;
  const elements = seen(desk.board.value).reverse();
  const at = elements.findIndex(({ id }) => desk.selection.value.has(id));
  const next = elements[at + direction];
  if (next === undefined) {
    desk.selection.value = new Set();
    return false;
  }
  select(desk, next);
  return true;
}

function select(desk: Desk, element: Element): void {
  desk.chosenTool.value = "select";
  desk.selection.value = new Set([element.id]);
  bringIntoView(desk, outerBounds(element));
  desk.aids.tell(describe(desk, element));
}

function bringIntoView(desk: Desk, box: Bounds): void {
  const { camera } = desk;
  const { width, height } = desk.viewSize.peek();
  const [from, to] = [
    { x: 0, y: 0 },
    { x: width, y: height },
  ].map((corner) => toBoard(camera.value, corner));
  const view = boxOf(from!, to!);
  if (overlaps(view, { ...box, w: 0, h: 0 }) && overlaps(view, { x: box.x + box.w, y: box.y + box.h, w: 0, h: 0 })) return;
  const { x, y } = centre(box);
  const { zoom } = camera.value;
  camera.value = { x: x - width / 2 / zoom, y: y - height / 2 / zoom, zoom };
}

/** What an element is, and which one of how many. */
export function describe(desk: Desk, element: Element): string {
  const elements = seen(desk.board.value).reverse();
  const at = elements.findIndex(({ id }) => id === element.id) + 1;
  const text = element.type === "image" ? element.alt : "text" in element ? element.text : "";
  const values = { what: t(`kind.${element.type}`), at, of: elements.length };
  let words = text ? t("selected.text", { ...values, text: isolated(text.slice(0, TOLD_CHARS)) }) : t("selected.one", values);
  if (element.group != null) words = t("selected.inGroup", { what: words });
  if (element.locked) words = t("selected.locked", { what: words });
  else if (!desk.mayMove(element)) words = t("selected.others", { what: words });
  return words;
}

/** What is selected, in words. */
export function tellSelection(desk: Desk): void {
  const selected = selectedElements(desk);
  const [only] = selected;
  if (only !== undefined) {
    desk.aids.tell(selected.length === 1 ? describe(desk, only) : plural("selected.told", selected.length));
  }
}

