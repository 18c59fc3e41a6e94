/** Which page a person looks at, and what is on it (PG-4, PG-5). */

import { pageOf } from "../client/replica/arrangement.ts";
import type { Board } from "../client/replica/board.ts";
import { LayeredMap } from "../client/replica/layered_map.ts";
import type { Element, Id, Layer, Page } from "../client/wire.ts";

/** A page as it is shown: only what lies on it, so that other pages cost nothing to draw. */
export interface PageBoard extends Board {
  readonly page: Page;
}

type Elements = Board["elements"];

/** What lies on all pages, where a page was last seen to lie in it. */
const wholes = new WeakMap<PageBoard, Elements>();

/**
 * Returns what lies on a page. Where that is as it was in `before`, that very object: what happens on
 * other pages shows nothing anew.
 */
export function pageBoard(board: Board, page: Page, before?: PageBoard): PageBoard {
  const { pages } = board;
  const layers = board.layers.filter((layer) => pageOf(layer) === page.id);
  const likely = before?.page.id === page.id && areOf(layers, before.layers, ({ id }) => id) ? before : undefined;
  const elements = pages.length === 1 ? board.elements : onLayers(board.elements, new Set(layers.map(({ id }) => id)), likely);
  const isSame =
    likely?.page === page && likely.pages === pages && areOf(layers, likely.layers, (layer) => layer) && hasSame(likely.elements, elements);
  const found = isSame ? likely : { page, pages, layers, elements };
  wholes.set(found, board.elements);
  return found;
}

function areOf(layers: readonly Layer[], others: readonly Layer[], told: (layer: Layer) => unknown): boolean {
  return layers.length === others.length && layers.every((layer, at) => told(layer) === told(others[at]!));
}

/** @param before what lay on the same layers. */
function onLayers(whole: Elements, layers: ReadonlySet<Id>, before?: PageBoard): Elements {
  const known = before && wholes.get(before);
  const apart = known && LayeredMap.apart(known, whole);
  if (before == null || apart == null) {
    const found = new Map<Id, Element>();
    for (const [id, element] of whole) if (layers.has(element.layer)) found.set(id, element);
    return found;
  }
  const found = new LayeredMap(before.elements);
  for (const id of apart) {
    const element = whole.get(id);
    if (element !== undefined && layers.has(element.layer)) found.set(id, element);
    else found.delete(id);
  }
  return found;
}

function hasSame(before: Elements, now: Elements): boolean {
  if (before === now) return true;
  if (before.size !== now.size) return false;
  for (const id of LayeredMap.apart(before, now) ?? now.keys()) if (before.get(id) !== now.get(id)) return false;
  return true;
}

/** Endless paper with grey dots is the background of the board: nothing is drawn for it. */
export function isPlain({ size, paper, background }: Page): boolean {
  const { kind = "dots", step = 32, color = null } = paper ?? {};
  return size == null && background == null && kind === "dots" && step === 32 && color === null;
}

/** The page to look at: the wanted one, or where it is gone what has taken its place. */
export function pageShown(pages: readonly Page[], wanted: Id | null, place: number): Page {
  return pages.find(({ id }) => id === wanted) ?? pages[Math.min(place, pages.length - 1)] ?? pages[0]!;
}
