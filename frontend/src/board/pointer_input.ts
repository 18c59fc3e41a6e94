/** Pointers on the board: mouse, pen and fingers become gestures, pans and zooms. */

import type { Signal } from "@preact/signals";
import type { Desk, Tool } from "./desk.ts";
import { panned, toBoard, touches, zoomedAt, type Point } from "./geometry.ts";
import { SLACK, type Gesture, type Modifiers, type Sample } from "./gesture.ts";
import { begin } from "./gestures.ts";
import { reachable } from "./stacking.ts";

type Activity =
  | { readonly kind: "gesture"; readonly gesture: Gesture; readonly tool: Tool; readonly pointer: number }
  | { readonly kind: "pan"; readonly pointer: number; last: Point }
  | { readonly kind: "pinch" };

export class PointerInput {
  readonly #desk: Desk;
  readonly #element: HTMLElement;
  /** Whether the space bar is held: then everything pans. */
  readonly #isPanning: Signal<boolean>;
  readonly #abort = new AbortController();
  readonly #fingers = new Map<number, Point>();
  #activity: Activity | null = null;
  /** Once there is a pen, fingers and the palm move the board instead of drawing on it. */
  #hasPen = false;

  constructor(desk: Desk, element: HTMLElement, isPanning: Signal<boolean>) {
    this.#desk = desk;
    this.#element = element;
    this.#isPanning = isPanning;
    const { signal } = this.#abort;
    element.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    element.addEventListener("pointermove", (event) => this.#move(event), { signal });
    element.addEventListener("pointerup", (event) => this.#up(event), { signal });
    element.addEventListener("pointercancel", (event) => this.#up(event), { signal });
    element.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    element.addEventListener("dblclick", (event) => this.#doubleClick(event), { signal });
    element.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  }

  dispose(): void {
    this.#abort.abort();
    if (this.#activity?.kind === "gesture") this.#activity.gesture.cancel();
  }

  #down(event: PointerEvent): void {
    if (event.target instanceof HTMLTextAreaElement) return;
    // Taking the focus here ends any writing first, before its element is looked at.
    event.preventDefault();
    this.#element.focus({ preventScroll: true });
    this.#capture(event.pointerId);
    const at = this.#pixels(event);
    if (event.pointerType === "pen") this.#hasPen = true;
    if (event.pointerType === "touch") {
      this.#fingers.set(event.pointerId, at);
      if (this.#fingers.size === 2) {
        if (this.#activity?.kind === "gesture") this.#activity.gesture.cancel();
        this.#act({ kind: "pinch" });
        return;
      }
    }
    if (this.#activity !== null) return;
    if (this.#isPan(event)) {
      this.#act({ kind: "pan", pointer: event.pointerId, last: at });
      this.#element.dataset["dragging"] = "true";
    } else if (event.button === 0) {
      this.#begin(event);
    }
  }

  #act(activity: Activity | null): void {
    this.#activity = activity;
    this.#desk.isBusy.value = (activity?.kind === "gesture");
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
    return (
      this.#isPanning.value ||
      event.button === 1 ||
      this.#desk.tool.value === "hand" ||
      (event.pointerType === "touch" && this.#hasPen)
    );
  }

  #begin(event: PointerEvent): void {
    const desk = this.#desk;
    const start = this.#sample(event);
    const tool = desk.tool.value;
    if (!desk.mayUse(tool)) return;
    // The other end of a pen erases, as on paper.
    const isEraserEnd = event.pointerType === "pen" && (event.buttons & 32) !== 0;
    const used = isEraserEnd && desk.mayUse("eraser") ? "eraser" : tool;
    const gesture = begin(desk, used, start, modifiersOf(event));
    if (gesture !== null) this.#act({ kind: "gesture", gesture, tool, pointer: event.pointerId });
  }

  #move(event: PointerEvent): void {
    const at = this.#pixels(event);
    const activity = this.#activity;
    if (activity?.kind === "pinch") {
      this.#pinch(event.pointerId, at);
      return;
    }
    if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, at);
    this.#desk.pointer.value = (toBoard(this.#desk.camera.value, at));
    if (activity === null || activity.pointer !== event.pointerId) return;
    if (activity.kind === "pan") {
      const { camera } = this.#desk;
      camera.value = panned(camera.value, at.x - activity.last.x, at.y - activity.last.y);
      activity.last = at;
      return;
    }
    if (this.#desk.tool.value !== activity.tool) {
      // The permission was withdrawn, or the lesson paused, with the pen down.
      this.#act(null);
      activity.gesture.end();
      return;
    }
    const events = event.getCoalescedEvents?.() ?? [];
    const samples = (events.length > 0 ? events : [event]).map((one) => this.#sample(one));
    activity.gesture.move(samples, modifiersOf(event));
  }

  #up(event: PointerEvent): void {
    this.#fingers.delete(event.pointerId);
    const activity = this.#activity;
    if (activity === null) return;
    if (activity.kind === "pinch") {
      if (this.#fingers.size === 0) this.#act(null);
      return;
    }
    if (activity.pointer !== event.pointerId) return;
    this.#act(null);
    delete this.#element.dataset["dragging"];
    if (activity.kind === "gesture") {
      if (event.type === "pointercancel") activity.gesture.cancel();
      else activity.gesture.end();
    }
  }

  #pinch(pointer: number, at: Point): void {
    const before = [...this.#fingers.values()];
    if (!this.#fingers.has(pointer)) return;
    this.#fingers.set(pointer, at);
    const after = [...this.#fingers.values()];
    const [a0, b0, a1, b1] = [before[0], before[1], after[0], after[1]];
    if (!a0 || !b0 || !a1 || !b1) return;
    const { camera } = this.#desk;
    const [from, to] = [middle(a0, b0), middle(a1, b1)];
    const scale = distance(a1, b1) / Math.max(1, distance(a0, b0));
    const moved = panned(camera.value, to.x - from.x, to.y - from.y);
    camera.value = zoomedAt(moved, to, moved.zoom * scale);
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

function modifiersOf(event: MouseEvent): Modifiers {
  return { shift: event.shiftKey, alt: event.altKey };
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Opens the text under a point for writing. */
function openText(desk: Desk, at: Point): void {
  const slack = SLACK / desk.camera.value.zoom;
  const hit = reachable(desk.board.value).find((element) => touches(element, at, slack));
  if (hit?.type !== "text" && hit?.type !== "note") return;
  desk.selection.value = new Set();
  desk.editing.value = { element: hit, isNew: false };
}
