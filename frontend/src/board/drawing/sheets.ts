/**
 * A page as sheets that lie on one another, each painted by itself: what changes on one has the browser
 * paint that one alone (decision 22). They are cut along the order in which elements lie, where the ids
 * say so: one more element, or one less, cuts the others as before.
 */

import type { Board } from "../../client/replica/board.ts";
import type { Element, Id, Layer } from "../../client/wire.ts";
import type { Bounds } from "../geometry/geometry.ts";
import { reachOf } from "./seeing.ts";
import { stacked } from "./stacking.ts";
import { weightOf } from "./weight.ts";
import { keptByLetters } from "../text/face.ts";

/** What of a layer lies on one sheet. */
interface Run {
  readonly layer: Layer;
  readonly elements: readonly Element[];
}

/** The very same object as long as nothing on it has changed. */
export interface Sheet {
  /** The element at which it begins; the lowest one has none. */
  readonly key: Id;
  readonly runs: readonly Run[];
}

/** Cuts boards, each of which is mostly the one before. */
export class Cutter {
  #before: ReadonlyMap<Id, Sheet> = new Map();

  cut(board: Board): readonly Sheet[] {
    const byLayer = stacked(board);
    const now = new Map<Id, Sheet>();
    const mask = maskFor(board.elements.size);
    let [key, runs]: [Id, Run[]] = ["", []];
    const finish = (): void => {
      const before = this.#before.get(key);
      now.set(key, before !== undefined && isSame(before.runs, runs) ? before : { key, runs });
    };
    for (const layer of board.layers) {
      const elements = byLayer.get(layer.id) ?? [];
      let from = 0;
      for (let at = 0; at < elements.length; at += 1) {
        const { id } = elements[at]!;
        if ((hash(id) & mask) !== 0) continue;
        if (at > from) runs.push({ layer, elements: elements.slice(from, at) });
        if (runs.length > 0 || key !== "") finish();
        [key, runs, from] = [id, [], at];
      }
      runs.push({ layer, elements: elements.slice(from) });
    }
    finish();
    this.#before = now;
    return [...now.values()];
  }
}

/** Some hundreds to a sheet, and not many sheets: each of them costs the browser memory. */
function maskFor(count: number): number {
  let mask = 255;
  while (count > 16 * mask) mask = 2 * mask + 1;
  return mask;
}

function hash(id: Id): number {
  let value = 7;
  for (let at = Math.max(0, id.length - 6); at < id.length; at += 1) value = (value * 31 + id.charCodeAt(at)) | 0;
  return value ^ (value >>> 11);
}

function isSame(before: readonly Run[], now: readonly Run[]): boolean {
  return (
    before.length === now.length &&
    before.every(({ layer, elements }, n) => layer === now[n]!.layer && areSame(elements, now[n]!.elements))
  );
}

/** Whether two lists hold the very same things. */
export function areSame<T>(before: readonly T[], now: readonly T[]): boolean {
  if (before.length !== now.length) return false;
  for (let at = 0; at < now.length; at += 1) if (before[at] !== now[at]) return false;
  return true;
}

const cutter = new Cutter();
const found = new WeakMap<Board, readonly Sheet[]>();

/** The sheets of a board, from the bottom to the top. */
export function sheetsOf(board: Board): readonly Sheet[] {
  let sheets = found.get(board);
  if (sheets === undefined) {
    sheets = cutter.cut(board);
    found.set(board, sheets);
  }
  return sheets;
}

interface Facts {
  readonly ids: ReadonlySet<Id>;
  /** Where all of it lies; null where it holds nothing. */
  readonly reach: Bounds | null;
  /** What it takes to paint what is visible of it. */
  readonly painting: number;
}

/** A face that comes changes where letters lie. */
export const factsOf = keptByLetters(({ runs }: Sheet): Facts => {
  const ids = new Set<Id>();
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  let painting = 0;
  for (const { layer, elements } of runs) {
    for (const element of elements) {
      ids.add(element.id);
      const { x, y, w, h } = reachOf(element);
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x + w);
      bottom = Math.max(bottom, y + h);
      if (layer.visible !== false) painting += weightOf(element).painting;
    }
  }
  return { ids, reach: ids.size === 0 ? null : { x: left, y: top, w: right - left, h: bottom - top }, painting };
});

export function visibleOn({ runs }: Sheet): Element[] {
  return runs.flatMap(({ layer, elements }) => (layer.visible === false ? [] : elements));
}

/** Elements under the hand that nothing lies upon: they are shown on a sheet above all others. */
export function topmost(board: Board, drafts: ReadonlyMap<Id, Element>): ReadonlySet<Id> {
  const found = new Set<Id>();
  if (drafts.size === 0) return found;
  const byLayer = stacked(board);
  for (const layer of [...board.layers].reverse()) {
    for (const { id, layer: on } of drafts.values()) if (on === layer.id && !board.elements.has(id)) found.add(id);
    const elements = byLayer.get(layer.id) ?? [];
    let at = elements.length - 1;
    while (at >= 0 && drafts.get(elements[at]!.id)?.layer === layer.id) found.add(elements[at--]!.id);
    if (at >= 0) break;
  }
  return found;
}
