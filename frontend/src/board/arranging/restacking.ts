/** Bringing what is selected above all else of its layer, or below it. */

import type { Board } from "../../client/replica/board.ts";
import type { Id, Operation } from "../../client/wire.ts";
import type { Desk } from "../desk.ts";
import { above, DEFAULT_Z, numberOf, stacked, textOf, topOf } from "../drawing/stacking.ts";

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
