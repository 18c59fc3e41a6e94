/** The order in which elements are painted: by layer, then by `z`, then by `id`. */

import type { Board } from "../client/board.ts";
import type { Element, Id } from "../client/wire.ts";

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

/** A `z` above all of `elements`. Two people may choose the same one; then the ids decide. */
export function zAbove(elements: Iterable<Element>): string {
  let top = numberOf(DEFAULT_Z);
  for (const element of elements) top = Math.max(top, numberOf(element.z ?? DEFAULT_Z));
  // At the very top there is no number left: the ids decide.
  return textOf(Math.min(top + 1, DIGITS.length ** LENGTH - 1));
}

export function zBelow(elements: Iterable<Element>): string {
  let bottom = numberOf(DEFAULT_Z);
  for (const element of elements) bottom = Math.min(bottom, numberOf(element.z ?? DEFAULT_Z));
  return textOf(Math.max(0, bottom - 1));
}

function byStack(a: Element, b: Element): number {
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

/** What a person can point at, from the top to the bottom: visible, and on no locked layer. */
export function reachable(board: Board): Element[] {
  const layers = stacked(board);
  return board.layers
    .filter((layer) => layer.visible !== false && layer.locked !== true)
    .flatMap((layer) => layers.get(layer.id) ?? [])
    .reverse();
}
