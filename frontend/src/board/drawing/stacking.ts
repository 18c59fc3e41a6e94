/** The order in which elements are painted: by layer, then by `z`, then by `id`. */

import type { Board } from "../../client/replica/board.ts";
import type { Element, Id, Layer } from "../../client/wire.ts";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH = 6;
export const DEFAULT_Z = "a0";

function numberOf(z: string): number {
  let value = 0;
  for (let at = 0; at < LENGTH; at += 1) {
    value = value * DIGITS.length + Math.max(0, DIGITS.indexOf(z[at] ?? "0"));
  }
  return value;
}

function textOf(value: number): string {
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
function above(z: string): string {
  const value = numberOf(z);
  if (value < HIGHEST) return textOf(value + 1);
  const next = textOf(HIGHEST) + above(z.slice(LENGTH));
  // At the very top nothing is left: the ids decide.
  return next.length > LONGEST ? "z".repeat(LONGEST) : next;
}

function topOf(elements: Iterable<Element>): string {
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

/** Where what is chosen goes, above or below all else of its layer, in the order that it has among itself. */
export function restacked(board: Board, chosen: ReadonlySet<Id>, to: "front" | "back"): ReadonlyMap<Id, string> {
  const places = new Map<Id, string>();
  for (const elements of stacked(board).values()) {
    const own = elements.filter(({ id }) => chosen.has(id));
    const others = elements.filter(({ id }) => !chosen.has(id));
    let z = to === "front" ? topOf(others) : DEFAULT_Z;
    const bottom = others.reduce((low, one) => Math.min(low, numberOf(one.z ?? DEFAULT_Z)), numberOf(DEFAULT_Z));
    own.forEach(({ id }, n) => {
      z = to === "front" ? above(z) : textOf(Math.max(0, bottom - own.length + n));
      places.set(id, z);
    });
  }
  return places;
}

export function byStack(a: Element, b: Element): number {
  const [za, zb] = [a.z ?? DEFAULT_Z, b.z ?? DEFAULT_Z];
  if (za !== zb) return za < zb ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/** The elements of each layer, from the bottom to the top. */
export function stacked(board: Board): Map<Id, Element[]> {
  const layers = new Map<Id, Element[]>(board.layers.map((layer) => [layer.id, []]));
  for (const element of board.elements.values()) layers.get(element.layer)?.push(element);
  for (const elements of layers.values()) elements.sort(byStack);
  return layers;
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
