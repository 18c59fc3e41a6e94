/** Above the next one, or below it: one step in the order of what lies over each other. */

import type { Board } from "../../client/replica/board.ts";
import type { Element, Id, Operation } from "../../client/wire.ts";
import type { Desk } from "../desk.ts";
import { above, DEFAULT_Z, numberOf, stacked, textOf, topOf } from "../drawing/stacking.ts";
import { overlaps } from "../geometry/geometry.ts";
import { outerBounds } from "../geometry/turning.ts";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** As long as a `z` may be. */
const LONGEST = 64;

/** A `z` between two others; null is above all. The shortest that is about in the middle. */
export function between(low: string, high: string | null): string | null {
  let made = "";
  for (let at = 0; at < LONGEST; at += 1) {
    const from = DIGITS.indexOf(low[at] ?? "0");
    const to = high === null ? DIGITS.length : DIGITS.indexOf(high[at] ?? "0");
    if (to - from > 1) return made + DIGITS[Math.floor((from + to) / 2)]!;
    made += DIGITS[from]!;
    // From here on all that begins so lies below.
    if (to > from) high = null;
  }
  return null;
}

const zOf = ({ z = DEFAULT_Z }: Element): string => z;

/**
 * Where what is chosen goes: past the next of its layer that it lies over or under, or of all where
 * it touches none. What lies as high as that is passed, too.
 */
export function stepped(board: Board, chosen: ReadonlySet<Id>, to: "forward" | "backward"): ReadonlyMap<Id, string> {
  const places = new Map<Id, string>();
  for (const elements of stacked(board).values()) {
    const own = elements.filter(({ id }) => chosen.has(id));
    if (own.length === 0) continue;
    const boxes = own.map(outerBounds);
    const [first, last] = [elements.indexOf(own[0]!), elements.indexOf(own.at(-1)!)];
    const ahead = to === "forward" ? elements.slice(last + 1) : elements.slice(0, first).reverse();
    const others = ahead.filter(({ id }) => !chosen.has(id));
    const next = others.find((one) => boxes.some((box) => overlaps(box, outerBounds(one)))) ?? others[0];
    if (next === undefined) continue;
    const all = elements.filter(({ id }) => !chosen.has(id)).map(zOf);
    let low = to === "forward" ? zOf(next) : (all.filter((z) => z < zOf(next)).at(-1) ?? "");
    const high = to === "forward" ? (all.find((z) => z > zOf(next)) ?? null) : zOf(next);
    const made = own.map((element): readonly [Id, string | null] => {
      const z = between(low, high);
      low = z ?? low;
      return [element.id, z];
    });
    // There is no room left between them, after very many steps.
    if (made.some(([, z]) => z === null)) {
      for (const [id, z] of restacked(board, chosen, to === "forward" ? "front" : "back")) places.set(id, z);
    } else for (const [id, z] of made) places.set(id, z!);
  }
  return places;
}

/** Brings what is selected above all else of its layer, or below it. */
export function restack(desk: Desk, to: "front" | "back"): void {
  const places = restacked(desk.board.value, desk.selection.value, to);
  desk.edit([...places].map(([id, z]): Operation => ({ op: "patch", id, set: { z } })));
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
