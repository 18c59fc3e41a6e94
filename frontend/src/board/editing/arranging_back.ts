/** How pages and layers become what they were before a gesture, where nobody has changed them since. */

import { pageOf, type Arrangement } from "../../client/replica/arrangement.ts";
import { applyOperations, type Board } from "../../client/replica/board.ts";
import type { Id, Layer, Operation, Page } from "../../client/wire.ts";
import { isSame } from "./same.ts";

const PAGE_FIELDS = ["title", "paper", "size", "background", "open"] as const;

/** @param own what the gesture put or changed: a page with anything else on it stays. */
export function arrangedBack(
  { before, after }: { before: Arrangement; after: Arrangement },
  board: Board,
  own: ReadonlySet<Id>,
): Operation[] {
  const ops: Operation[] = [];
  const does = (op: Operation): void => void ops.push(op);
  const planned = (): Board => applyOperations(board, ops, 0);
  before.pages.forEach((page, at) => {
    if (has(after.pages, page.id) || has(board.pages, page.id)) return;
    const layer = before.layers.find((each) => pageOf(each) === page.id && !has(board.layers, each.id));
    if (layer !== undefined) does({ op: "add_page", page, layer, at });
  });
  for (const layer of before.layers) {
    const isGone = !has(after.layers, layer.id) && !has(planned().layers, layer.id);
    if (isGone && has(planned().pages, pageOf(layer))) does({ op: "add_layer", layer });
  }
  for (const page of after.pages) {
    if (!has(before.pages, page.id) && has(board.pages, page.id) && !isUsed(page.id, board, own)) {
      does({ op: "remove_page", id: page.id });
    }
  }
  for (const layer of after.layers) {
    if (!has(before.layers, layer.id) && has(planned().layers, layer.id) && !isAlone(layer, planned())) {
      does({ op: "remove_layer", id: layer.id });
    }
  }
  ops.push(...pagesPatched(before.pages, after.pages, board), ...layersPatched(before.layers, after.layers, board));
  const layers = orderBack(before.layers, planned().layers);
  if (layers !== null) does({ op: "reorder_layers", order: layers });
  const pages = orderBack(before.pages, planned().pages);
  if (pages !== null) does({ op: "reorder_pages", order: pages });
  return ops;
}

function isUsed(page: Id, board: Board, own: ReadonlySet<Id>): boolean {
  const layers = new Set(board.layers.filter((layer) => pageOf(layer) === page).map(({ id }) => id));
  return [...board.elements.values()].some(({ id, layer }) => layers.has(layer) && !own.has(id));
}

function isAlone(layer: Layer, board: Board): boolean {
  return board.layers.filter((each) => pageOf(each) === pageOf(layer)).length === 1;
}

function pagesPatched(before: readonly Page[], after: readonly Page[], board: Board): Operation[] {
  return before.flatMap((page): Operation[] => {
    const [made, now] = [after, board.pages].map((pages) => pages.find(({ id }) => id === page.id));
    if (made === undefined || now === undefined) return [];
    const back = PAGE_FIELDS.filter((name) => !isSame(page[name], made[name]) && isSame(made[name], now[name]));
    if (back.length === 0) return [];
    const set = Object.fromEntries(back.filter((name) => page[name] !== undefined).map((name) => [name, page[name]]));
    const unset = back.filter((name) => page[name] === undefined);
    return [{ op: "patch_page", id: page.id, set, ...(unset.length > 0 && { unset }) }];
  });
}

function layersPatched(before: readonly Layer[], after: readonly Layer[], board: Board): Operation[] {
  return before.flatMap((layer): Operation[] => {
    const [made, now] = [after, board.layers].map((layers) => layers.find(({ id }) => id === layer.id));
    if (made === undefined || now === undefined || isSame(layer, made)) return [];
    const { name = "Layer", visible = true, locked = false, open = false } = layer;
    const page = pageOf(layer) !== pageOf(made) && has(board.pages, pageOf(layer)) && { page: pageOf(layer) };
    return [{ op: "patch_layer", id: layer.id, set: { name, visible, locked, open, ...page } }];
  });
}

/** Null where it is as it was, or where there are others now. */
function orderBack(before: readonly { readonly id: Id }[], now: readonly { readonly id: Id }[]): Id[] | null {
  const order = before.map(({ id }) => id);
  const isPermutation = now.length === order.length && now.every(({ id }) => order.includes(id));
  return isPermutation && now.some(({ id }, at) => id !== order[at]) ? order : null;
}

function has(all: readonly { readonly id: Id }[], id: Id): boolean {
  return all.some((each) => each.id === id);
}
