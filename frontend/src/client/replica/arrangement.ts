/** The pages and layers of a board, and what operations do to them: the server's `arrangement.py`. */

import type { Id, Layer, LoggedOperation, Page } from "../wire.ts";

export interface Arrangement {
  readonly pages: readonly Page[];
  /** From the bottom to the top, those of all pages. */
  readonly layers: readonly Layer[];
}

type Arranging = Extract<LoggedOperation, { op: `${string}_layer` | `${string}_page` | "reorder_layers" | "reorder_pages" }>;

/** The page that a new board has. */
export const FIRST_PAGE: Id = "p1";

/** The page that a layer lies on. Before pages had ids, that was the number n of the page `pn` (PG-3). */
export function pageOf(layer: Layer): Id {
  const { page = FIRST_PAGE } = layer;
  return typeof page === "number" ? `p${page}` : page;
}

/** The pages that layers name, in the order of their numbers: those of a board that tells none. */
export function namedPages(layers: readonly Layer[]): readonly Page[] {
  const named = [...new Set(layers.map(pageOf))];
  return named
    .sort((a, b) => (numberOf(a) ?? 0) - (numberOf(b) ?? 0) || (a < b ? -1 : 1))
    .map((id) => ({ id }));
}

export function isArranging(op: LoggedOperation): op is Arranging {
  return /_(layer|page)s?$/.test(op.op);
}

/** Returns pages and layers after an operation; on something that is gone it does nothing. */
export function arranged(now: Arrangement, op: Arranging): Arrangement {
  const { pages, layers } = now;
  switch (op.op) {
    case "add_layer":
      return has(layers, op.layer.id) ? now : withPageOf(op.layer, { pages, layers: [...layers, op.layer] });
    case "patch_layer": {
      const layer = layers.find(({ id }) => id === op.id);
      if (layer === undefined) return now;
      const patched = { ...layer, ...op.set };
      return withPageOf(patched, { pages, layers: layers.map((each) => (each === layer ? patched : each)) });
    }
    case "remove_layer":
      return layers.length === 1 ? now : { pages, layers: layers.filter(({ id }) => id !== op.id) };
    case "reorder_layers":
      return { pages, layers: reordered(layers, op.order) };
    case "add_page": {
      const first: Layer = { ...(op.layer ?? { id: op.page.id, name: "Layer 1" }), page: op.page.id };
      if (has(pages, op.page.id) || has(layers, first.id)) return now;
      const at = op.at ?? pages.length;
      return { pages: [...pages.slice(0, at), op.page, ...pages.slice(at)], layers: [...layers, first] };
    }
    case "patch_page":
      return {
        pages: pages.map((page) => (page.id === op.id ? patchedPage(page, op.set ?? {}, op.unset ?? []) : page)),
        layers,
      };
    case "remove_page":
      if (pages.length === 1 || !has(pages, op.id)) return now;
      return {
        pages: pages.filter(({ id }) => id !== op.id),
        layers: layers.filter((layer) => pageOf(layer) !== op.id),
      };
    case "reorder_pages":
      return { pages: reordered(pages, op.order), layers };
    default:
      return op satisfies never;
  }
}

/** Without the pages that an event has left no layer: those of before pages had ids (PG-3). */
export function settled(now: Arrangement): Arrangement {
  const held = new Set(now.layers.map(pageOf));
  if (now.pages.every((page) => held.has(page.id))) return now;
  return { ...now, pages: now.pages.filter((page) => held.has(page.id)) };
}

function withPageOf(layer: Layer, now: Arrangement): Arrangement {
  const id = pageOf(layer);
  if (has(now.pages, id)) return now;
  const number = numberOf(id) ?? 0;
  const behind = now.pages.findIndex((page) => (numberOf(page.id) ?? 0) > number);
  const at = behind < 0 ? now.pages.length : behind;
  return { ...now, pages: [...now.pages.slice(0, at), { id }, ...now.pages.slice(at)] };
}

function patchedPage(page: Page, set: Readonly<Record<string, unknown>>, unset: readonly string[]): Page {
  const fields: Record<string, unknown> = { ...page, ...set, id: page.id };
  for (const name of unset) if (name !== "id") delete fields[name];
  return fields as unknown as Page;
}

/** Null where an id is not `pn`. */
function numberOf(id: Id): number | null {
  return /^p\d{1,4}$/.test(id) ? Number(id.slice(1)) : null;
}

function has(all: readonly { readonly id: Id }[], id: Id): boolean {
  return all.some((each) => each.id === id);
}

function reordered<T extends { readonly id: Id }>(all: readonly T[], order: readonly Id[]): readonly T[] {
  const byId = new Map(all.map((each) => [each.id, each]));
  const wanted = order.flatMap((id) => byId.get(id) ?? []);
  return wanted.length === byId.size && new Set(order).size === byId.size ? wanted : all;
}
