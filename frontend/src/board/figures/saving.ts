/** Putting figures on a board on which others may have changed them, or taken them away. */

import { withoutDefaults, type Board } from "../../client/replica/board.ts";
import { randomId } from "../../client/random_id.ts";
import type { Edit, Element, Formula, Graph, Id } from "../../client/wire.ts";
import { round } from "../geometry/geometry.ts";

/** Between a figure and the one that could not be put into it, in board units. */
const GAP = 16;

export interface Saved {
  readonly ops: readonly Edit[];
  /** The element that what was made is in now. */
  readonly id: Id;
}

/**
 * What puts changed fields on the board. What somebody else changed meanwhile stays: one's own comes
 * below it. What is gone comes back as another element.
 *
 * @param base the element as it was when it was opened.
 * @param set the fields as they are to be.
 * @param defaults of fields that are left out where they have them.
 */
export function saving(
  board: Board,
  base: Formula | Graph,
  set: Readonly<Record<string, unknown>>,
  layer: Id,
  defaults: Readonly<Record<string, unknown>> = {},
): Saved {
  const field = (element: Element, name: string): unknown => (element as unknown as Readonly<Record<string, unknown>>)[name] ?? defaults[name];
  const now = board.elements.get(base.id);
  const isTheirs = now !== undefined && (now.type !== base.type || Object.keys(set).some((name) => !isEqual(field(now, name), field(base, name))));
  if (now !== undefined && !isTheirs) {
    const changed = Object.entries(set).filter(([name, value]) => !isEqual(field(now, name), value));
    if (changed.length === 0) return { ops: [], id: now.id };
    return { ops: [{ op: "patch", id: now.id, set: Object.fromEntries(changed) }], id: now.id };
  }
  const id = randomId();
  const isThere = board.layers.some((one) => one.id === base.layer);
  const at = now === undefined ? {} : { y: round(base.y + base.h + GAP) };
  const { by: _, ...own } = base;
  const element = { ...own, ...set, ...at, id, ...(!isThere && { layer }) } as Element;
  return { ops: [{ op: "put", element: withoutDefaults(element) }], id };
}

function isEqual(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
