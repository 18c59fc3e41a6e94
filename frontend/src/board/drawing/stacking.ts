/** The order in which elements are painted: by layer, then by `z`, then by `id`. */

import type { Board } from "../../client/replica/board.ts";
import { LayeredMap } from "../../client/replica/layered_map.ts";
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

/** The order of a board that is mostly the one before: what has changed is sorted, and merged into the rest. */
function restackedFrom(before: Board, stacks: Stacks, board: Board): Stacks | null {
  const isSame = before.layers.length === board.layers.length && before.layers.every(({ id }, n) => id === board.layers[n]!.id);
  if (!isSame) return null;
  const gone = new Set<Element>();
  const come = new Map<Id, Element[]>();
  const look = (id: Id): void => {
    const [was, is] = [before.elements.get(id), board.elements.get(id)];
    if (was === is) return;
    if (was !== undefined) gone.add(was);
    if (is === undefined) return;
    const there = come.get(is.layer);
    if (there === undefined) come.set(is.layer, [is]);
    else there.push(is);
  };
  for (const id of LayeredMap.apart(before.elements, board.elements) ?? new Set([...before.elements.keys(), ...board.elements.keys()])) look(id);
  const touched = new Set(come.keys());
  for (const { layer } of gone) touched.add(layer);
  const layers = new Map(stacks);
  for (const id of touched) {
    const list = layers.get(id);
    if (list === undefined) continue;
    const left = gone.size === 0 ? list : list.filter((element) => !gone.has(element));
    layers.set(id, merged(left, (come.get(id) ?? []).sort(byStack)));
  }
  return layers;
}

/** Both lists, each in order, in one. */
function merged(many: readonly Element[], few: readonly Element[]): readonly Element[] {
  const all: Element[] = [];
  let from = 0;
  for (const element of few) {
    const to = placeIn(many, element, from);
    for (let at = from; at < to; at += 1) all.push(many[at]!);
    all.push(element);
    from = to;
  }
  for (let at = from; at < many.length; at += 1) all.push(many[at]!);
  return all;
}

/** Where an element would stand in an order, from a place on. */
function placeIn(list: readonly Element[], element: Element, from: number): number {
  let [low, high] = [from, list.length];
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
