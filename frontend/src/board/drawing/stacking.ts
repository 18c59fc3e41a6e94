/** The order in which elements are painted: by layer, then by `z`, then by `id`. */

import type { Board } from "../../client/replica/board.ts";
import type { Element, Id, Layer } from "../../client/wire.ts";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH = 6;
export const DEFAULT_Z = "a0";

export function numberOf(z: string): number {
  let value = 0;
  for (let at = 0; at < LENGTH; at += 1) {
    value = value * DIGITS.length + Math.max(0, DIGITS.indexOf(z[at] ?? "0"));
  }
  return value;
}

export function textOf(value: number): string {
  let [rest, text] = [value, ""];
  for (let at = 0; at < LENGTH; at += 1) {
    text = DIGITS[rest % DIGITS.length]! + text;
    rest = Math.floor(rest / DIGITS.length);
  }
  return text;
}

const HIGHEST = DIGITS.length ** LENGTH - 1;
/** As long as a `z` may be. */
const LONGEST = 64;

/** The next `z` above one; what begins with the highest digits goes on behind them. */
export function above(z: string): string {
  const value = numberOf(z);
  if (value < HIGHEST) return textOf(value + 1);
  const next = textOf(HIGHEST) + above(z.slice(LENGTH));
  // At the very top nothing is left: the ids decide.
  return next.length > LONGEST ? "z".repeat(LONGEST) : next;
}

export function topOf(elements: Iterable<Element>): string {
  let top = DEFAULT_Z;
  for (const { z = DEFAULT_Z } of elements) if (z > top) top = z;
  return top;
}

/** A `z` above all of `elements`. Two people may choose the same one; then the ids decide. */
export function zAbove(elements: Iterable<Element>): string {
  return above(topOf(elements));
}

/** So many of them, each above the one before. */
export function zsAbove(elements: Iterable<Element>, count: number): string[] {
  let z = topOf(elements);
  return Array.from({ length: count }, () => (z = above(z)));
}

export function byStack(a: Element, b: Element): number {
  const [za, zb] = [a.z ?? DEFAULT_Z, b.z ?? DEFAULT_Z];
  if (za !== zb) return za < zb ? -1 : 1;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}

type Stacks = ReadonlyMap<Id, readonly Element[]>;

/** A board is never changed: what was found of one holds as long as it is there. */
const known = new WeakMap<Board, Stacks>();
let latest: WeakRef<Board> | null = null;

/** The elements of each layer, from the bottom to the top. */
export function stacked(board: Board): Stacks {
  let stacks = known.get(board);
  if (stacks === undefined) {
    const before = latest?.deref();
    stacks = (before && restackedFrom(before, known.get(before)!, board)) ?? stackedAnew(board);
    known.set(board, stacks);
    latest = new WeakRef(board);
  }
  return stacks;
}

function stackedAnew(board: Board): Stacks {
  const layers = new Map<Id, Element[]>(board.layers.map((layer) => [layer.id, []]));
  for (const element of board.elements.values()) layers.get(element.layer)?.push(element);
  for (const elements of layers.values()) elements.sort(byStack);
  return layers;
}

/** More changes than these are sorted as quickly as they are found. */
const FEW = 64;

/** What a few changes leave of an order is not sorted again; null where there are many. */
function restackedFrom(before: Board, stacks: Stacks, board: Board): Stacks | null {
  const isSame = before.layers.length === board.layers.length && before.layers.every(({ id }, n) => id === board.layers[n]!.id);
  if (!isSame) return null;
  const [gone, come]: [Element[], Element[]] = [[], []];
  for (const [id, element] of board.elements) {
    const was = before.elements.get(id);
    if (was === element) continue;
    if (was !== undefined) gone.push(was);
    come.push(element);
    if (come.length > FEW) return null;
  }
  if (board.elements.size - come.length !== before.elements.size - gone.length) {
    for (const [id, element] of before.elements) {
      if (!board.elements.has(id)) gone.push(element);
      if (gone.length > FEW) return null;
    }
  }
  const layers = new Map(stacks);
  const changed = new Map<Id, Element[]>();
  const listOf = (id: Id): Element[] => {
    let list = changed.get(id);
    if (list === undefined) {
      list = [...(layers.get(id) ?? [])];
      changed.set(id, list);
      if (layers.has(id)) layers.set(id, list);
    }
    return list;
  };
  for (const element of gone) {
    const list = listOf(element.layer);
    const at = placeIn(list, element);
    if (list[at] === element) list.splice(at, 1);
  }
  for (const element of come) {
    const list = listOf(element.layer);
    list.splice(placeIn(list, element), 0, element);
  }
  return layers;
}

/** Where an element stands in an order, or would stand. */
function placeIn(list: readonly Element[], element: Element): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byStack(list[middle]!, element) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a person can pick, from the top to the bottom: visible, not locked, on no locked layer, theirs to change. */
export function reachable(board: Board, mayChange: (element: Element) => boolean = () => true): Element[] {
  return seen(board, (layer) => layer.locked !== true).filter((element) => element.locked !== true && mayChange(element));
}

/** What one sees, from the top to the bottom, on those layers that count. */
export function seen(board: Board, counts: (layer: Layer) => boolean = () => true): Element[] {
  const layers = stacked(board);
  return board.layers
    .filter((layer) => layer.visible !== false && counts(layer))
    .flatMap((layer) => layers.get(layer.id) ?? [])
    .reverse();
}
