/** Pointers on the board: mouse, pen and fingers become gestures, pans and zooms. */

import type { Signal } from "@preact/signals";
import type { Desk } from "../desk.ts";
import type { Tool } from "../tools/tools.ts";
import { panned, pinched, toBoard, touches, zoomedAt, type Camera, type Point } from "../geometry/geometry.ts";
import { openFigure } from "../figures/figure.ts";
import { Contacts, YOUNG_MS } from "./contacts.ts";
import { SLACK, type Gesture, type Modifiers, type Sample } from "../tools/gesture.ts";
import { begin } from "../tools/gestures.ts";
import { reachable } from "../drawing/stacking.ts";

/** A finger or a pen that has not moved for so long means the menu. */
const REST_MS = 500;

interface Work {
  readonly gesture: Gesture;
  readonly tool: Tool;
}

/** The tools that two pens may hold at a time; what is selected is there only once. */
const ONE_AT_A_TIME: ReadonlySet<Tool> = new Set<Tool>(["select", "lasso"]);

export class PointerInput {
  readonly #desk: Desk;
  readonly #element: HTMLElement;
  /** Whether the space bar is held: then everything pans. */
  readonly #isPanning: Signal<boolean>;
  readonly #abort = new AbortController();
  readonly #contacts = new Contacts();
  readonly #works = new Map<number, Work>();
  /** Where each pointer is that is down, in pixels. */
  readonly #places = new Map<number, Point>();
  /** The pointers that have hold of the board, in the order in which they took it. */
  readonly #grips = new Set<number>();
  /** What was seen before fingers began to move the board. */
  #cameraBefore: Camera | null = null;
  #resting: { readonly pointer: number; readonly at: Point; readonly timer: ReturnType<typeof setTimeout> } | null = null;

  constructor(desk: Desk, element: HTMLElement, isPanning: Signal<boolean>) {
    this.#desk = desk;
    this.#element = element;
    this.#isPanning = isPanning;
    const { signal } = this.#abort;
    element.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    element.addEventListener("pointermove", (event) => this.#move(event), { signal });
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
      element.addEventListener(type, (event) => this.#up(event), { signal });
    }
    element.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    element.addEventListener("dblclick", (event) => this.#doubleClick(event), { signal });
    element.addEventListener("contextmenu", (event) => this.#contextMenu(event), { signal });
    // What is lifted while another window has the focus is not heard of here.
    window.addEventListener("blur", () => this.#letGo(), { signal });
    document.addEventListener("visibilitychange", () => this.#letGo(), { signal });
  }

  dispose(): void {
    this.#unrest();
    this.#abort.abort();
    for (const { gesture } of this.#works.values()) gesture.cancel();
  }

  #down(event: PointerEvent): void {
    if (event.target instanceof HTMLTextAreaElement) return;
    // Taking the focus here ends any writing first, before its element is looked at.
    event.preventDefault();
    this.#element.focus({ preventScroll: true });
    const { pointerId, pointerType, timeStamp } = event;
    // It went up somewhere and nobody said so.
    if (this.#contacts.get(pointerId) !== undefined) this.#lift(pointerId);
    this.#capture(pointerId);
    this.#places.set(pointerId, this.#pixels(event));
    for (const stopped of this.#contacts.down(pointerId, pointerType, timeStamp)) {
      this.#stop(stopped.id, stopped.isWithdrawn);
      if (this.#contacts.get(stopped.id)?.role === "moves") this.#grip(stopped.id);
      else this.#ungrip(stopped.id, stopped.isWithdrawn);
    }
    this.#unrest();
    const role = this.#contacts.get(pointerId)?.role;
    if (role === "moves" || (role === "works" && this.#isPan(event))) this.#grip(pointerId);
    else if (role === "works" && event.button === 0) this.#begin(event);
    if (role === "works" && pointerType !== "mouse" && event.button === 0) this.#rest(pointerId, this.#pixels(event));
  }

  #grip(pointer: number): void {
    this.#cameraBefore ??= this.#desk.camera.value;
    this.#grips.add(pointer);
    this.#element.dataset["dragging"] = "true";
  }

  /** @param isWithdrawn the board goes back to where it was. */
  #ungrip(pointer: number, isWithdrawn: boolean): void {
    if (!this.#grips.delete(pointer)) return;
    if (isWithdrawn && this.#cameraBefore !== null) this.#desk.camera.value = this.#cameraBefore;
    if (this.#grips.size > 0) return;
    this.#cameraBefore = null;
    delete this.#element.dataset["dragging"];
  }

  /** Follows the pointer beyond the board's edge. */
  #capture(pointer: number): void {
    try {
      this.#element.setPointerCapture(pointer);
    } catch {
      // On a busy machine the pointer may be up again before its going down is heard of.
    }
  }

  #isPan(event: PointerEvent): boolean {
    return this.#isPanning.value || event.button === 1 || this.#desk.tool.value === "hand";
  }

  #begin(event: PointerEvent): void {
    const desk = this.#desk;
    const tool = desk.tool.value;
    if (!desk.mayUse(tool) || (ONE_AT_A_TIME.has(tool) && this.#works.size > 0)) return;
    // The other end of a pen erases, as on paper.
    const isEraserEnd = event.pointerType === "pen" && (event.buttons & 32) !== 0;
    const used = isEraserEnd && desk.mayUse("eraser") ? "eraser" : tool;
    const gesture = begin(desk, used, this.#sample(event), modifiersOf(event));
    if (gesture === null) return;
    this.#works.set(event.pointerId, { gesture, tool });
    this.#desk.isBusy.value = true;
  }

  #move(event: PointerEvent): void {
    const { pointerId } = event;
    if (event.pointerType === "pen") this.#contacts.penSeen(event.timeStamp);
    const contact = this.#contacts.get(pointerId);
    if (contact !== undefined && event.buttons === 0) {
      this.#lift(pointerId);
      return;
    }
    if (contact?.role === "rests") return;
    const at = this.#pixels(event);
    const rested = this.#resting?.pointer === pointerId ? this.#resting.at : null;
    if (rested !== null && Math.hypot(at.x - rested.x, at.y - rested.y) > SLACK) this.#unrest();
    if (this.#grips.has(pointerId)) this.#moveBoard(pointerId, at);
    else this.#desk.pointer.value = toBoard(this.#desk.camera.value, at);
    if (contact !== undefined) this.#places.set(pointerId, at);
    const work = this.#works.get(pointerId);
    if (work === undefined) return;
    if (this.#desk.tool.value !== work.tool) {
      // The permission was withdrawn, or the lesson paused, with the pen down.
      this.#stop(pointerId, false);
      return;
    }
    const events = event.getCoalescedEvents?.() ?? [];
    const samples = (events.length > 0 ? events : [event]).map((one) => this.#sample(one));
    work.gesture.move(samples, modifiersOf(event));
  }

  #moveBoard(pointer: number, to: Point): void {
    const { camera } = this.#desk;
    const from = this.#places.get(pointer) ?? to;
    // Of three fingers, the third one does not pull as well.
    const [first, second] = this.#grips;
    const other = first === pointer ? second : second === pointer ? first : pointer;
    const fixed = other === undefined ? undefined : this.#places.get(other);
    if (other === undefined) camera.value = panned(camera.value, to.x - from.x, to.y - from.y);
    else if (fixed && other !== pointer) camera.value = pinched(camera.value, [from, fixed], [to, fixed]);
  }

  #up(event: PointerEvent): void {
    const contact = this.#contacts.get(event.pointerId);
    // An element on the board loses it to the board itself.
    const isHandedOver = event.type === "lostpointercapture" && event.target !== this.#element;
    if (contact === undefined || isHandedOver) return;
    const isYoung = event.timeStamp - contact.since < YOUNG_MS;
    this.#lift(event.pointerId, event.type === "pointercancel" && isYoung);
  }

  #lift(pointer: number, isWithdrawn = false): void {
    if (this.#resting?.pointer === pointer) this.#unrest();
    this.#contacts.up(pointer);
    this.#places.delete(pointer);
    this.#ungrip(pointer, false);
    this.#stop(pointer, isWithdrawn);
  }

  #letGo(): void {
    for (const { id } of this.#contacts.clear()) this.#lift(id);
    this.#isPanning.value = false;
  }

  #stop(pointer: number, isWithdrawn: boolean): void {
    const work = this.#works.get(pointer);
    if (work === undefined) return;
    this.#works.delete(pointer);
    this.#desk.isBusy.value = this.#works.size > 0;
    if (isWithdrawn) work.gesture.cancel();
    else work.gesture.end();
  }

  /** Of the mouse, of a pen's button and of keys; a finger that rests has told already. */
  #contextMenu(event: MouseEvent): void {
    event.preventDefault();
    const isFinger = (event as Partial<PointerEvent>).pointerType === "touch";
    if (isFinger || event.target instanceof HTMLTextAreaElement || this.#works.size > 0) return;
    this.#openMenu(this.#pixels(event));
  }

  #openMenu(at: Point): void {
    this.#desk.aids.arrange(({ openMenuAt }) => openMenuAt(this.#desk, at));
  }

  /** A finger or a pen that rests where it came down asks what can be done there. */
  #rest(pointer: number, at: Point): void {
    const tool = this.#desk.tool.value;
    if (tool !== "select" && tool !== "hand") return;
    this.#resting = {
      pointer,
      at,
      timer: setTimeout(() => {
        this.#unrest();
        this.#stop(pointer, true);
        this.#ungrip(pointer, true);
        this.#openMenu(at);
      }, REST_MS),
    };
  }

  #unrest(): void {
    clearTimeout(this.#resting?.timer);
    this.#resting = null;
  }

  #doubleClick(event: MouseEvent): void {
    if (this.#desk.tool.value !== "select" || event.target instanceof HTMLTextAreaElement) return;
    openText(this.#desk, toBoard(this.#desk.camera.value, this.#pixels(event)));
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const { camera } = this.#desk;
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    if (event.ctrlKey || event.metaKey) {
      const zoom = camera.value.zoom * Math.exp(-Math.max(-60, Math.min(60, dy)) / 150);
      camera.value = zoomedAt(camera.value, this.#pixels(event), zoom);
    } else {
      camera.value = event.shiftKey
        ? panned(camera.value, -dy - dx, 0)
        : panned(camera.value, -dx, -dy);
    }
  }

  #pixels(event: MouseEvent): Point {
    const box = this.#element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #sample(event: PointerEvent): Sample {
    const at = toBoard(this.#desk.camera.value, this.#pixels(event));
    const pressure = event.pointerType === "pen" ? event.pressure : 0.5;
    return { ...at, pressure, at: event.timeStamp };
  }
}

function modifiersOf({ shiftKey: shift, altKey: alt, ctrlKey, metaKey, pointerType }: PointerEvent): Modifiers {
  return { shift, alt, ctrl: ctrlKey || metaKey, coarse: pointerType !== "mouse" };
}

/** Opens the text under a point for writing; of a group the group in it, or that member, is picked by itself. */
function openText(desk: Desk, at: Point): void {
  const slack = SLACK / desk.camera.value.zoom;
  const all = reachable(desk.board.value, desk.mayChange);
  const hit = all.find((element) => touches(element, at, slack));
  if (hit?.group != null) desk.selection.value = desk.aids.arranging?.inner(all, desk.selection.value, hit) ?? new Set([hit.id]);
  if (openFigure(desk, hit) || (hit?.type !== "text" && hit?.type !== "note")) return;
  desk.selection.value = new Set();
  desk.writing.open(hit, false);
}
