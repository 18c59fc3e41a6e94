/** Which page a person looks at, and what is on it (PG-4, PG-5). */

import { pageOf } from "../client/replica/arrangement.ts";
import type { Board } from "../client/replica/board.ts";
import type { Element, Id, Page } from "../client/wire.ts";

/** A page as it is shown: only what lies on it, so that other pages cost nothing to draw. */
export interface PageBoard extends Board {
  readonly page: Page;
}

/**
 * Returns what lies on a page. Where that is as it was in `before`, that very object: what happens on
 * other pages shows nothing anew.
 */
export function pageBoard(board: Board, page: Page, before?: PageBoard): PageBoard {
  const layers = board.layers.filter((layer) => pageOf(layer) === page.id);
  const elements =
    board.pages.length === 1 ? board.elements : onLayers(board, new Set(layers.map(({ id }) => id)));
  const isSame =
    before !== undefined &&
    before.page === page &&
    before.pages === board.pages &&
    before.layers.length === layers.length &&
    layers.every((layer, at) => layer === before.layers[at]) &&
    hasSame(before.elements, elements);
  return isSame ? before : { page, pages: board.pages, layers, elements };
}

function onLayers(board: Board, layers: ReadonlySet<Id>): ReadonlyMap<Id, Element> {
  const found = new Map<Id, Element>();
  for (const [id, element] of board.elements) if (layers.has(element.layer)) found.set(id, element);
  return found;
}

function hasSame(before: ReadonlyMap<Id, Element>, now: ReadonlyMap<Id, Element>): boolean {
  if (before === now) return true;
  if (before.size !== now.size) return false;
  for (const [id, element] of now) if (before.get(id) !== element) return false;
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
