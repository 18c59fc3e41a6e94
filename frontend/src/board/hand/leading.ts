/**
 * What keys do in a hand's place: Enter puts the pen, the eraser, the lasso or the laser down where it is, arrows
 * lead it, Enter lifts it again; and of a line or a polygon that is selected they lead one corner after the other.
 */

import { effect, untracked } from "@preact/signals";
import type { Element, Id, Operation } from "../../client/wire.ts";
import { t, type Key } from "../../language/language.ts";
import type { Desk, Unfinished } from "../desk.ts";
import { boundsOf, centre, cornersOf, overlaps, rotated, round, type Point } from "../geometry/geometry.ts";
import { withCorner } from "../geometry/stretching.ts";
import { isSegment } from "../geometry/turning.ts";
import type { Gesture } from "../tools/gesture.ts";
import { begin } from "../tools/gestures.ts";
import type { Tool } from "../tools/tools.ts";

const LED: ReadonlySet<Tool> = new Set<Tool>(["pen", "highlighter", "eraser", "lasso", "laser"]);
/** How far an arrow leads, in pixels: with Shift further. */
const STEP = 10;
const FAR = 50;
/** So near the edge of what one sees, in pixels, the board moves along. */
const MARGIN = 24;
/** Without snapping: keys rest as long as they like, and mean nothing by it. */
const AS_KEYS = { shift: false, alt: false, ctrl: true } as const;
const PLAIN = { ...AS_KEYS, ctrl: false } as const;

/** Takes up the tool that one holds, where it is one of these; the laser shines at once. */
export function leadTool(desk: Desk): boolean {
  const tool = desk.tool.peek();
  if (!LED.has(tool)) return false;
  new LedTool(desk, tool);
  return true;
}

/** Takes up the first corner of what is selected, where that has corners that may be moved. */
export function leadCorners(desk: Desk): boolean {
  const [id, ...others] = desk.selection.peek();
  const element = desk.board.peek().elements.get(id ?? "");
  if (element === undefined || others.length > 0 || !desk.isFree(element) || cornersIn(element).length === 0) return false;
  new LedCorners(desk, element.id);
  return true;
}

/** What keys lead is shown at `desk.pointer`, which others see, too. */
abstract class Leading implements Unfinished {
  readonly #stop = new AbortController();
  #stops: (() => void)[] = [];

  constructor(readonly desk: Desk, hint: Key) {
    desk.unfinished.peek()?.cancel();
    desk.unfinished.value = this;
    desk.aids.tell(t(hint), true);
  }

  abstract lead(steps: readonly [number, number], isFar: boolean): void;
  abstract finish(): void;
  abstract cancel(): void;
  abstract back(): void;

  /** @param isOver whether what goes on otherwise ends it; the signals that are read are watched. */
  protected until(isOver: () => boolean): void {
    const leave = (): void => untracked(() => this.leave());
    this.#stops = [effect(() => void (isOver() && leave()))];
    const { signal } = this.#stop;
    // Who takes the mouse, or goes to the bars, has done with it.
    window.addEventListener("pointerdown", leave, { capture: true, signal });
    const focused = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement && target.matches(".board"))) leave();
    };
    document.addEventListener("focusin", focused, { signal });
  }

  /** As it is by now. */
  protected leave(): void {
    this.#stop.abort();
    for (const stop of this.#stops) stop();
    if (this.desk.unfinished.peek() === this) this.desk.unfinished.value = null;
  }

  protected pointAt(at: Point): void {
    const { desk } = this;
    const { x, y, zoom } = desk.camera.peek();
    const [seen, margin] = [desk.seen(), MARGIN / zoom];
    const [dx, dy] = [beyond(at.x, seen.x + margin, seen.w - 2 * margin), beyond(at.y, seen.y + margin, seen.h - 2 * margin)];
    if (dx !== 0 || dy !== 0) desk.camera.value = { x: x + dx, y: y + dy, zoom };
    desk.pointer.value = at;
  }

  protected stepped({ x, y }: Point, [dx, dy]: readonly [number, number], isFar: boolean): Point {
    const step = (isFar ? FAR : STEP) / this.desk.camera.peek().zoom;
    return { x: x + dx * step, y: y + dy * step };
  }
}

/** How far a place lies beyond what begins there and is so long. */
function beyond(at: number, from: number, length: number): number {
  return at < from ? at - from : Math.max(0, at - from - Math.max(0, length));
}

class LedTool extends Leading {
  #at: Point;
  #gesture: Gesture | null = null;

  constructor(desk: Desk, readonly tool: Tool) {
    super(desk, tool === "laser" ? "lead.laser" : "lead.hint");
    const seen = desk.seen();
    const last = desk.pointer.peek();
    this.#at = last !== null && overlaps(seen, { ...last, w: 0, h: 0 }) ? last : centre(seen);
    this.pointAt(this.#at);
    if (tool === "laser") this.#put();
    const page = desk.page.peek().id;
    this.until(() => desk.tool.value !== tool || desk.page.value.id !== page);
  }

  lead(steps: readonly [number, number], isFar: boolean): void {
    this.#at = this.stepped(this.#at, steps, isFar);
    this.pointAt(this.#at);
    this.#gesture?.move([this.#sample()], AS_KEYS);
  }

  /** Enter: down, and up again. */
  finish(): void {
    if (this.tool === "laser") this.leave();
    else if (this.#gesture === null) this.#put();
    else this.#lift(true);
  }

  cancel(): void {
    this.#lift(false);
    this.leave();
  }

  back(): void {
    this.#lift(false);
  }

  protected override leave(): void {
    this.#lift(true);
    super.leave();
  }

  #put(): void {
    this.#gesture = begin(this.desk, this.tool, this.#sample(), PLAIN);
    this.desk.isBusy.value = this.#gesture !== null;
    if (this.#gesture !== null && this.tool !== "laser") this.desk.aids.tell(t("lead.down"));
  }

  #lift(isMeant: boolean): void {
    const gesture = this.#gesture;
    if (gesture === null) return;
    this.#gesture = null;
    this.desk.isBusy.value = false;
    if (isMeant) gesture.end();
    else gesture.cancel();
    if (this.tool !== "laser") this.desk.aids.tell(t("lead.up"));
  }

  #sample(): Point & { readonly pressure: number; readonly at: number } {
    return { ...this.#at, pressure: 0.5, at: performance.now() };
  }
}

class LedCorners extends Leading {
  #n = 0;

  constructor(desk: Desk, readonly id: Id) {
    super(desk, "lead.corners");
    this.#point();
    this.until(() => desk.selection.value.size !== 1 || !desk.selection.value.has(id));
  }

  lead(steps: readonly [number, number], isFar: boolean): void {
    const { desk } = this;
    const element = desk.board.peek().elements.get(this.id);
    const at = this.#corners()[this.#n];
    if (element === undefined || at === undefined || !desk.isFree(element)) return;
    const set = cornerMoved(element, this.#n, this.stepped(at, steps, isFar));
    desk.edit([{ op: "patch", id: element.id, set } as Operation]);
    this.#point();
  }

  /** Enter: the next one, and behind the last one the first. */
  finish(): void {
    this.#n = (this.#n + 1) % Math.max(1, this.#corners().length);
    this.#point();
  }

  cancel(): void {
    this.leave();
  }

  back(): void {
    const of = Math.max(1, this.#corners().length);
    this.#n = (this.#n + of - 1) % of;
    this.#point();
  }

  #corners(): Point[] {
    const element = this.desk.board.peek().elements.get(this.id);
    return element === undefined ? [] : cornersIn(element);
  }

  #point(): void {
    const corners = this.#corners();
    const at = corners[this.#n];
    if (at === undefined) return;
    this.pointAt(at);
    this.desk.aids.tell(t("lead.corner", { n: this.#n + 1, of: corners.length, x: Math.round(at.x), y: Math.round(at.y) }));
  }
}

/** Where the corners of an element are seen: the ends of a line or an arrow, those of a polygon. */
function cornersIn(element: Element): Point[] {
  const { rotation = 0 } = element;
  if (element.type === "polygon") return cornersOf(element).map((corner) => rotated(corner, centre(boundsOf(element)), rotation));
  // One that is turned has no ends of its own, nor for a hand: see `handlesOf`.
  if (!isSegment(element) || rotation !== 0) return [];
  return [{ x: element.x1, y: element.y1 }, { x: element.x2, y: element.y2 }];
}

function cornerMoved(element: Element, n: number, to: Point): Record<string, unknown> {
  if (element.type === "polygon") return withCorner(element, n, to);
  const [x, y] = [round(to.x), round(to.y)];
  return n === 0 ? { x1: x, y1: y } : { x2: x, y2: y };
}
