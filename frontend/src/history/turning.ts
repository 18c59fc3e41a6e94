/** Which page of a board somebody was at: so that who looks at the course of a lesson is there, too. */

import { pageOf } from "../client/replica/arrangement.ts";
import type { Board } from "../client/replica/board.ts";
import type { Element, Id } from "../client/wire.ts";

/**
 * The page that was changed last between two boards: one that is new, or on which something was put,
 * changed or removed. Null where it is the same board, or the page is gone.
 */
export function pageChanged(before: Board, after: Board): Id | null {
  const known = new Set(before.pages.map(({ id }) => id));
  const added = after.pages.findLast(({ id }) => !known.has(id));
  if (added !== undefined && before.pages.length > 0) return added.id;
  const pages = new Map([...before.layers, ...after.layers].map((layer) => [layer.id, pageOf(layer)]));
  let layer: Id | null = null;
  for (const [id, element] of before.elements) if (!after.elements.has(id)) layer = element.layer;
  for (const [id, element] of after.elements) {
    const was = before.elements.get(id);
    if (was === undefined || !isSame(was, element)) layer = element.layer;
  }
  const page = layer === null ? undefined : pages.get(layer);
  return after.pages.some(({ id }) => id === page) ? (page ?? null) : null;
}

/** Points are looked at by their number and the last of them: strokes grow at their end. */
function isSame(one: Element, other: Element): boolean {
  if (one === other) return true;
  const [a, b] = [Object.entries(one), Object.entries(other)];
  return a.length === b.length && a.every(([key, value]) => isSameValue(value, Reflect.get(other, key)));
}

function isSameValue(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.at(-1) === other.at(-1);
  return one === other || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));
}
