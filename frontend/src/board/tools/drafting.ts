/** Elements that a gesture shows before they are on the board. */

import type { Desk } from "../desk.ts";
import { randomId } from "../../client/random_id.ts";
import type { Element, Id } from "../../client/wire.ts";
import { stacked, zAbove } from "../drawing/stacking.ts";

/** What every new element has: its id, its layer, a place on top of it. */
export function fresh(desk: Desk): { id: Id; layer: Id; z: string } {
  const layer = desk.activeLayer.value?.id ?? "base";
  return { id: randomId(), layer, z: zAbove(stacked(desk.client.board).get(layer) ?? []) };
}

export function drafting(desk: Desk, element: Element): void {
  desk.drafts.value = new Map(desk.drafts.value).set(element.id, element);
}

export function undrafting(desk: Desk, id: Id): void {
  const drafts = new Map(desk.drafts.value);
  drafts.delete(id);
  desk.drafts.value = drafts;
}
