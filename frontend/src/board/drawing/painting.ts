/**
 * Which elements are shown, and when: a board opens in slices, between which the page answers, and
 * what would stop it is shown as a frame (see `weight.ts`).
 */

import { computed, signal, type Signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Board } from "../../client/replica/board.ts";
import type { Element, Id } from "../../client/wire.ts";
import { frameNode, elementNode, isMade } from "./ElementView.tsx";
import { stacked } from "./stacking.ts";
import { heaviest, weightOf } from "./weight.ts";

/** What is made at once: as much as 3,500 strokes, a third of a second. */
export const SLICE = 3_000_000;

const NOTHING: ReadonlyMap<Id, readonly Element[]> = new Map();

export class Painter {
  /** Told again when there is more to make. */
  readonly turn = signal(0);
  readonly #stack;
  #left = SLICE;
  #isBehind = false;

  constructor(board: () => Board, most?: number) {
    this.#stack = computed(() => {
      const { layers } = board();
      const byLayer = stacked(board());
      const shown = layers.flatMap(({ id, visible }) => (visible === false ? [] : byLayer.get(id)!));
      return { byLayer, heavy: heaviest(shown, most) };
    });
  }

  /** Begins a look at the whole board. */
  begin(): void {
    this.#left = SLICE;
    this.#isBehind = false;
  }

  /**
   * The nodes of a layer, from the bottom to the top, as far as they are made by now.
   *
   * @param drafts elements as they are shown for now.
   * @param instead what is shown in the place of some: nothing, or what is left of them.
   */
  nodes(
    layerId: Id,
    drafts: ReadonlyMap<Id, Element>,
    instead: ReadonlyMap<Id, readonly Element[]> = NOTHING,
  ): VNode[] {
    const { byLayer, heavy } = this.#stack.value;
    const nodes: VNode[] = [];
    for (const kept of byLayer.get(layerId) ?? []) {
      const left = instead.get(kept.id);
      if (left !== undefined) {
        nodes.push(...left.map(elementNode));
        continue;
      }
      const element = drafts.get(kept.id) ?? kept;
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

  #mayMake(making: number): boolean {
    // The first one of a slice is made whatever it weighs, or nothing would go on.
    if (this.#left < making && this.#left < SLICE) {
      this.#isBehind = true;
      return false;
    }
    this.#left -= making;
    return true;
  }
}

/** A painter that has the component shown again, after the next frame, until all is made. */
export function usePainter(board: Signal<Board> | { readonly value: Board }): Painter {
  const painter = useMemo(() => new Painter(() => board.value), [board]);
  // Read, so that each turn shows the component again.
  void painter.turn.value;
  painter.begin();
  useEffect(() => {
    if (!painter.isBehind) return undefined;
    const asked = requestAnimationFrame(() => {
      painter.turn.value += 1;
    });
    return () => cancelAnimationFrame(asked);
  });
  return painter;
}
