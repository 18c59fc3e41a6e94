/**
 * Which elements are shown, and when: a board opens in slices, between which the page answers, and
 * what would stop it is shown as a frame (see `weight.ts`).
 */

import { computed, signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Board } from "../../client/replica/board.ts";
import type { Element, Id } from "../../client/wire.ts";
import { frameNode, elementNode, isMade } from "./ElementView.tsx";
import type { Bounds } from "../geometry/geometry.ts";
import { mayBeSeen } from "./seeing.ts";
import { factsOf, sheetsOf, visibleOn, type Sheet } from "./sheets.ts";
import { stacked } from "./stacking.ts";
import { heaviest, PAINTED, weightOf } from "./weight.ts";

/** What is made at once: as much as 3,500 strokes, a third of a second; */
export const SLICE = 3_000_000;
/** once all was there, less: a hand moves the board meanwhile. */
const LATER_SLICE = 500_000;

/** What is shown in the place of elements. */
export type Instead = ReadonlyMap<Id, readonly Element[]>;

const NOTHING: Instead = new Map();

export class Painter {
  /** Told again when there is more to make. */
  readonly turn = signal(0);
  readonly #stack;
  #slice = SLICE;
  #left = SLICE;
  #isBehind = false;

  constructor(board: () => Board, most = PAINTED) {
    this.#stack = computed(() => {
      const now = board();
      const sheets = sheetsOf(now);
      const painting = sheets.reduce((sum, sheet) => sum + factsOf(sheet).painting, 0);
      const heavy = painting <= most ? Infinity : heaviest(sheets.flatMap(visibleOn), most);
      return { sheets, byLayer: stacked(now), heavy };
    });
  }

  get sheets(): readonly Sheet[] {
    return this.#stack.value.sheets;
  }

  /** What weighs as much is shown as a frame. */
  get heavy(): number {
    return this.#stack.value.heavy;
  }

  /** Begins a look at the whole board; `isAtOnce` where it cannot come in slices. */
  begin(isAtOnce = false): void {
    this.#left = isAtOnce ? Infinity : this.#slice;
    this.#isBehind = false;
  }

  /** The nodes of a layer: see `nodesOf`. */
  nodes(layerId: Id, drafts: ReadonlyMap<Id, Element>, instead?: Instead, seen?: Bounds | null): VNode[] {
    return this.nodesOf(this.#stack.value.byLayer.get(layerId) ?? [], drafts, instead, seen);
  }

  /**
   * The nodes of elements, from the bottom to the top, as far as they are made by now.
   *
   * @param drafts elements as they are shown for now.
   * @param instead what is shown in the place of some: nothing, or what is left of them.
   * @param seen the part of the board that is drawn; null where all of it is.
   */
  nodesOf(
    elements: readonly Element[],
    drafts: ReadonlyMap<Id, Element>,
    instead: Instead = NOTHING,
    seen: Bounds | null = null,
  ): VNode[] {
    const { heavy } = this;
    const nodes: VNode[] = [];
    for (const kept of elements) {
      const left = instead.get(kept.id);
      if (left !== undefined) {
        nodes.push(...left.map(elementNode));
        continue;
      }
      const element = drafts.get(kept.id) ?? kept;
      if (seen !== null && !mayBeSeen(element, seen)) continue;
      const { making, painting } = weightOf(element);
      if (painting >= heavy) nodes.push(frameNode(element));
      else if (isMade(element) || this.#mayMake(making)) nodes.push(elementNode(element));
    }
    return nodes;
  }

  /** Whether something is left for the next slice. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** All of what was seen at first is there. */
  opened(): void {
    this.#slice = LATER_SLICE;
  }

  #mayMake(making: number): boolean {
    // The first one of a slice is made whatever it weighs, or nothing would go on.
    if (this.#left < making && this.#left < this.#slice) {
      this.#isBehind = true;
      return false;
    }
    this.#left -= making;
    return true;
  }
}

/** A painter that has the component shown again, after the next frame, until all is made. */
export function usePainter(board: { readonly value: Board; peek(): Board }, isAtOnce?: { readonly value: boolean }): Painter {
  const painter = useMemo(() => new Painter(() => board.value), [board]);
  // Read, so that each turn shows the component again.
  void painter.turn.value;
  painter.begin(isAtOnce?.value);
  useEffect(() => {
    if (!painter.isBehind) {
      if (board.peek().elements.size > 0) painter.opened();
      return undefined;
    }
    const asked = requestAnimationFrame(() => {
      painter.turn.value += 1;
    });
    return () => cancelAnimationFrame(asked);
  });
  return painter;
}
