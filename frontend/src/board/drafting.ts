/** Elements that a gesture shows before they are on the board. */

import type { Classroom } from "../classroom/classroom.ts";
import { randomId } from "../client/random_id.ts";
import type { Element, Id } from "../client/wire.ts";
import { stacked, zAbove } from "./stacking.ts";

/** What every new element has: its id, its layer, a place on top of it. */
export function fresh(room: Classroom): { id: Id; layer: Id; z: string } {
  const layer = room.activeLayer.value?.id ?? "base";
  return { id: randomId(), layer, z: zAbove(stacked(room.client.board).get(layer) ?? []) };
}

export function drafting(room: Classroom, element: Element): void {
  room.drafts.value = new Map(room.drafts.value).set(element.id, element);
}

export function undrafting(room: Classroom, id: Id): void {
  const drafts = new Map(room.drafts.value);
  drafts.delete(id);
  room.drafts.value = drafts;
}
