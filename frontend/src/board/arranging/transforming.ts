/** Elements that change under the hand: shown at once, told now and then, and for good at the end. */

import { batch } from "@preact/signals";
import type { Desk } from "../desk.ts";
import { withoutDefaults } from "../../client/replica/board.ts";
import type { Element, Id, Operation } from "../../client/wire.ts";
import { copied } from "./copies.ts";
import { moving, type Point } from "../geometry/geometry.ts";
import type { Fields } from "../geometry/turning.ts";
import type { Gesture, Modifiers } from "../tools/gesture.ts";
import { changeable, selectedElements } from "./handles.ts";

/** Others see a move this often. */
const SEND_EVERY_MS = 80;
/** Larger selections are shown to the others when they are let go. */
export const LIVE_COUNT = 20;

export interface Shift {
  readonly dx: number;
  readonly dy: number;
}

/** What becomes of each element while the pointer is at `to`. */
export type Transform = (to: Point, modifiers: Modifiers) => (element: Element) => Fields;

/** Changes what is selected, as far as it may be. One undo step. */
export function transforming(desk: Desk, transform: Transform, originals: readonly Element[] = changeable(desk)): Gesture {
  const drafts = new Drafts(desk, originals);
  let changes = new Map<Id, Fields>();
  let sentAt = 0;
  let isBegun = false;
  const send = (): void => {
    const ops: Operation[] = [...changes].map(([id, set]) => ({ op: "patch", id, set }));
    if (ops.length > 0) desk.edit(ops);
  };
  const finish = (): void => {
    drafts.clear();
    if (isBegun) desk.endStep();
  };
  return {
    move(samples, modifiers) {
      const to = samples.at(-1);
      if (to === undefined) return;
      if (!isBegun) desk.beginStep();
      isBegun = true;
      changes = drafts.show(transform(to, modifiers));
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
      changes = new Map(originals.map((element) => [element.id, unchanged(element, changes)]));
      if (isBegun) send();
      finish();
    },
  };
}

/**
 * Moves many: what is shown of them goes as a whole, and each of them once they are let go. One undo step.
 *
 * @param moved more than `LIVE_COUNT`, or the others would want to see them go.
 */
export function sliding(desk: Desk, moved: readonly Element[], shift: (to: Point, modifiers: Modifiers) => Shift): Gesture {
  const ids = new Set(moved.map(({ id }) => id));
  const finish = (): void => {
    desk.slide.value = null;
    desk.aids.guides.value = [];
  };
  return {
    move(samples, modifiers) {
      const to = samples.at(-1);
      if (to !== undefined) desk.slide.value = { ids, ...shift(to, modifiers) };
    },
    end() {
      const slide = desk.slide.value;
      if (slide === null) return;
      batch(() => {
        desk.edit(moved.map((element): Operation => ({ op: "patch", id: element.id, set: moving(element, slide.dx, slide.dy) })));
        finish();
      });
    },
    cancel: finish,
  };
}

/** Leaves what is selected where it is, and changes copies of it, which are selected then. */
export function copying(desk: Desk, transform: Transform): Gesture {
  const before = desk.selection.value;
  let drafts: Drafts | null = null;
  return {
    move(samples, modifiers) {
      const to = samples.at(-1);
      if (to === undefined) return;
      if (drafts === null) {
        const copies = copied(desk.board.value, selectedElements(desk).filter(desk.mayPut), desk.layerFor);
        drafts = new Drafts(desk, copies);
        desk.selection.value = new Set(copies.map(({ id }) => id));
      }
      drafts.show(transform(to, modifiers));
    },
    end() {
      if (drafts === null) return;
      const made = drafts.shown();
      drafts.clear();
      desk.edit(made.map((element): Operation => ({ op: "put", element: withoutDefaults(element) })));
    },
    cancel() {
      if (drafts === null) return;
      drafts.clear();
      desk.selection.value = before;
    },
  };
}

/** Elements as a gesture shows them. */
class Drafts {
  readonly #desk: Desk;
  readonly #originals: readonly Element[];

  constructor(desk: Desk, originals: readonly Element[]) {
    this.#desk = desk;
    this.#originals = originals;
  }

  /** Returns what of each is another. */
  show(change: (element: Element) => Fields): Map<Id, Fields> {
    const drafts = new Map(this.#desk.drafts.value);
    const changes = new Map<Id, Fields>();
    for (const element of this.#originals) {
      const set = change(element);
      changes.set(element.id, set);
      const style = { ...element.style, ...(set["style"] as object | undefined) };
      drafts.set(element.id, { ...element, ...set, style } as Element);
    }
    this.#desk.drafts.value = drafts;
    return changes;
  }

  shown(): Element[] {
    return this.#originals.map((element) => this.#desk.drafts.value.get(element.id) ?? element);
  }

  clear(): void {
    const drafts = new Map(this.#desk.drafts.value);
    for (const { id } of this.#originals) drafts.delete(id);
    this.#desk.drafts.value = drafts;
    this.#desk.aids.guides.value = [];
  }
}

const DEFAULTS: Readonly<Record<string, unknown>> = {
  x: 0,
  y: 0,
  scale_x: 1,
  scale_y: 1,
  rotation: 0,
  mirrored: false,
  w: null,
};

/** The fields of `element` that the gesture has changed, as they were. */
function unchanged(element: Element, changes: ReadonlyMap<Id, Fields>): Fields {
  const fields = new Map<string, unknown>(Object.entries(element));
  return Object.fromEntries(
    Object.keys(changes.get(element.id) ?? {}).map((name) => [name, fields.get(name) ?? DEFAULTS[name]]),
  );
}
