/** Copies of elements: with ids and groups of their own, in the order that they have among themselves. */

import type { Board } from "../../client/replica/board.ts";
import { randomId } from "../../client/random_id.ts";
import type { Element, Id } from "../../client/wire.ts";
import { fieldsOf, groupsOf } from "./grouping.ts";
import { byStack, stacked, zsAbove } from "../drawing/stacking.ts";

/**
 * Returns copies above all else of the layers that they come to, from the bottom to the top. None is
 * locked: whoever copies something goes on with it.
 */
export function copied(board: Board, elements: readonly Element[], layerFor: (element: Element) => Id): Element[] {
  const order = new Map(board.layers.map(({ id }, at) => [id, at]));
  const placeOf = (element: Element): number => order.get(element.layer) ?? -1;
  const sorted = [...elements].sort((a, b) => placeOf(a) - placeOf(b) || byStack(a, b));
  const lying = stacked(board);
  const heights = new Map<Id, string[]>();
  const groups = new Map<Id, Id>();
  return sorted.map((element) => {
    const layer = layerFor(element);
    if (!heights.has(layer)) heights.set(layer, zsAbove(lying.get(layer) ?? [], sorted.length));
    const its = groupsOf(element);
    for (const group of its) if (!groups.has(group)) groups.set(group, randomId());
    const { by: _by, locked: _locked, group: _group, inner_groups: _inner, ...rest } = element;
    const own = { ...rest, id: randomId(), layer, z: heights.get(layer)!.shift()! };
    return (its.length === 0 ? own : { ...own, ...fieldsOf(its.map((group) => groups.get(group)!)) }) as Element;
  });
}
