/**
 * Which elements are shown, and when: a board opens in slices, between which the page answers, and
 * what would stop it is shown as a frame (see `weight.ts`).
 */

import { computed, signal } from "@preact/signals";
import { Fragment, h, type VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Board } from "../../client/replica/board.ts";
import type { Element, Id } from "../../client/wire.ts";
import { frameNode, elementNode, isMade } from "./ElementView.tsx";
import type { Bounds } from "../geometry/geometry.ts";
import { mayBeSeen } from "./seeing.ts";
import { stacked } from "./stacking.ts";
import { heaviest, weightOf } from "./weight.ts";

/** What is made at once: as much as 3,500 strokes, a third of a second. */
export const SLICE = 3_000_000;

const NOTHING: ReadonlyMap<Id, readonly Element[]> = new Map();

export class Painter {
  /** Told again when there is more to make. */
  readonly turn = signal(0);
  readonly #stack;
  readonly #chunks = new Map<Id, ReadonlyMap<string, Chunk>>();
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

  /** Begins a look at the whole board; `isAtOnce` where it cannot come in slices. */
  begin(isAtOnce = false): void {
    this.#left = isAtOnce ? Infinity : SLICE;
    this.#isBehind = false;
  }

  /**
   * The nodes of a layer, from the bottom to the top, as far as they are made by now.
   *
   * @param drafts elements as they are shown for now.
   * @param instead what is shown in the place of some: nothing, or what is left of them.
   * @param seen the part of the board that is drawn; null where all of it is.
   */
  nodes(
    layerId: Id,
    drafts: ReadonlyMap<Id, Element>,
    instead: ReadonlyMap<Id, readonly Element[]> = NOTHING,
    seen: Bounds | null = null,
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
      if (seen !== null && !mayBeSeen(element, seen)) continue;
      const { making, painting } = weightOf(element);
      if (painting >= heavy) nodes.push(frameNode(element));
      else if (isMade(element) || this.#mayMake(making)) nodes.push(elementNode(element));
    }
    return nodes;
  }

  /**
   * The same nodes in parts, each of them the very one of before where nothing in it has changed:
   * of ten thousand strokes, a new one costs those beside it. Where a part begins is told by the ids
   * alone, so that one more moves no other.
   */
  chunks(layerId: Id, nodes: readonly VNode[]): VNode[] {
    const before = this.#chunks.get(layerId) ?? NO_CHUNKS;
    const now = new Map<string, Chunk>();
    for (let begin = 0; begin < nodes.length; ) {
      let end = begin + 1;
      while (end < nodes.length && !beginsChunk(String(nodes[end]!.key))) end += 1;
      const key = String(nodes[begin]!.key);
      const known = before.get(key);
      now.set(key, known !== undefined && isSame(known.nodes, nodes, begin, end) ? known : chunkOf(key, nodes.slice(begin, end)));
      begin = end;
    }
    this.#chunks.set(layerId, now);
    return Array.from(now.values(), ({ node }) => node);
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

interface Chunk {
  readonly nodes: readonly VNode[];
  readonly node: VNode;
}

const NO_CHUNKS: ReadonlyMap<string, Chunk> = new Map();

/** One of 64 does, and the same one for everybody. */
function beginsChunk(id: string): boolean {
  return ((id.charCodeAt(id.length - 1) * 31 + id.charCodeAt(id.length - 2)) & 63) === 0;
}

function chunkOf(key: string, nodes: readonly VNode[]): Chunk {
  return { nodes, node: h(Fragment, { key }, nodes as VNode[]) };
}

function isSame(before: readonly VNode[], nodes: readonly VNode[], begin: number, end: number): boolean {
  if (before.length !== end - begin) return false;
  for (let at = begin; at < end; at += 1) if (before[at - begin] !== nodes[at]) return false;
  return true;
}

/** A painter that has the component shown again, after the next frame, until all is made. */
export function usePainter(board: { readonly value: Board }, isAtOnce?: { readonly value: boolean }): Painter {
  const painter = useMemo(() => new Painter(() => board.value), [board]);
  // Read, so that each turn shows the component again.
  void painter.turn.value;
  painter.begin(isAtOnce?.value);
  useEffect(() => {
    if (!painter.isBehind) return undefined;
    const asked = requestAnimationFrame(() => {
      painter.turn.value += 1;
    });
    return () => cancelAnimationFrame(asked);
  });
  return painter;
}
