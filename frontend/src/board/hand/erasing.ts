/** The eraser: it takes the parts of strokes that it passes over, and all else whole. */

import { batch } from "@preact/signals";
import type { Desk } from "../desk.ts";
import { withoutDefaults } from "../../client/replica/board.ts";
import type { Edit, Element, Id, Stroke } from "../../client/wire.ts";
import { around, touches, type Point } from "../geometry/geometry.ts";
import type { Gesture, Sample } from "../tools/gesture.ts";
import { along, cut, pieceId } from "./cutting.ts";
import { near } from "./nearby.ts";

/** Others see what is erased this often; until then it is only shown here. */
const SEND_EVERY_MS = 150;

export function erasing(desk: Desk, start: Sample): Gesture {
  const work = new Erasing(desk, start);
  work.pass([start]);
  return {
    move: (samples) => work.pass(samples),
    end: () => work.end(),
    cancel: () => work.cancel(),
  };
}

class Erasing {
  readonly #desk: Desk;
  /** What has been touched since the last time that it was sent, and what is left of it. */
  readonly #left = new Map<Id, Stroke[]>();
  /** What of that is shown: another hand may show its own. */
  #shown: readonly Id[] = [];
  #last: Sample;
  #sentAt: number;
  #hasSent = false;

  constructor(desk: Desk, start: Sample) {
    this.#desk = desk;
    this.#last = start;
    this.#sentAt = start.at;
    desk.beginStep();
  }

  pass(samples: readonly Sample[]): void {
    const desk = this.#desk;
    const newest = samples.at(-1);
    if (newest === undefined) return;
    const radius = desk.eraser.value.radius / desk.camera.value.zoom;
    const places = along([this.#last, ...samples], radius / 2);
    this.#last = newest;
    let isChanged = false;
    for (const [id, pieces] of this.#left) {
      const now = pieces.flatMap((piece) => cut(piece, places, radius, pieceId) ?? [piece]);
      if (now.length === pieces.length && now.every((piece, n) => piece === pieces[n])) continue;
      this.#left.set(id, now);
      isChanged = true;
    }
    const { x, y, w, h } = around(places);
    const swept = { x: x - radius, y: y - radius, w: w + 2 * radius, h: h + 2 * radius };
    for (const element of near(desk.board.value, swept)) {
      if (this.#left.has(element.id) || !desk.mayChange(element)) continue;
      const pieces = this.#leftOf(element, places, radius);
      if (pieces === null) continue;
      this.#left.set(element.id, pieces);
      isChanged = true;
    }
    if (isChanged) this.#show();
    if (newest.at - this.#sentAt > SEND_EVERY_MS) this.#send(newest.at);
  }

  end(): void {
    this.#send(this.#last.at);
    this.#desk.endStep();
  }

  cancel(): void {
    this.#left.clear();
    this.#show();
    this.#desk.endStep();
    if (this.#hasSent) this.#desk.undo();
  }

  /** Null where the eraser has not touched it. */
  #leftOf(element: Element, places: readonly Point[], radius: number): Stroke[] | null {
    const isCut = element.type === "stroke" && !this.#desk.eraser.value.isWhole && this.#desk.mayUse("pen");
    if (isCut) return cut(element, places, radius, pieceId);
    return places.some((at) => touches(element, at, radius)) ? [] : null;
  }

  #show(): void {
    const { erased } = this.#desk;
    const all = new Map(erased.value);
    for (const id of this.#shown) all.delete(id);
    for (const [id, pieces] of this.#left) all.set(id, pieces);
    this.#shown = [...this.#left.keys()];
    erased.value = all;
  }

  #send(now: number): void {
    this.#sentAt = now;
    // What somebody else has taken away meanwhile does not come back in pieces.
    for (const id of this.#left.keys()) if (!this.#desk.client.board.elements.has(id)) this.#left.delete(id);
    if (this.#left.size > 0) {
      const ops: Edit[] = [...this.#left].flatMap(([of, pieces]) =>
        pieces.map((piece): Edit => ({ op: "put", of, element: withoutDefaults(piece) })),
      );
      ops.push({ op: "remove", ids: [...this.#left.keys()] });
      this.#hasSent = true;
      batch(() => {
        this.#left.clear();
        this.#desk.edit(ops);
        this.#show();
      });
    }
  }
}
