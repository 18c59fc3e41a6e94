/** The board, and what operations do to it: the same fold that the server makes (BD-1, BD-2). */

import { arranged, FIRST_PAGE, isArranging, namedPages, pageOf, settled, type Arrangement } from "./arrangement.ts";
import { LayeredMap } from "./layered_map.ts";
import type { BoardData, Element, Id, LoggedOperation, Operation, Stroke, Style } from "../wire.ts";

export interface Board extends Arrangement {
  readonly elements: ReadonlyMap<Id, Element>;
}

export const EMPTY_BOARD: Board = {
  pages: [{ id: FIRST_PAGE }],
  layers: [{ id: "base", name: "Layer 1" }],
  elements: new Map(),
};

/** Takes up the board of a full sync. Keys go into a `Map`: none of them reaches a prototype. */
export function boardOf(data: BoardData): Board {
  const { layers, pages = namedPages(layers) } = data;
  return { pages, layers, elements: new Map(Object.entries(data.elements)) };
}

/**
 * Returns the board after `ops` of `author`; the one given stays as it is.
 *
 * Elements that no operation touches keep their identity, so that a view may compare by `===`.
 * An operation on something that is gone does nothing.
 */
export function applyOperations(board: Board, ops: readonly Operation[], author: number): Board {
  const draft = new BoardDraft(board);
  draft.apply(ops, author);
  return draft.board();
}

/**
 * Returns the board after an event of the log. What the server wrote there is final: the creators
 * that a `put` names stay, as an undo or a restore needs it (BD-11, BD-12).
 */
export function applyLogged(board: Board, ops: readonly LoggedOperation[], author: number): Board {
  const draft = new BoardDraft(board, { isLogged: true });
  draft.apply(ops, author);
  return draft.board();
}

/**
 * Returns the board as its author sees it with `ops` on top that are not confirmed.
 *
 * They may have been taken, and the answer lost: a piece of a stroke that the board holds already is
 * not doubled, and a stroke that has grown since it was put does not shrink.
 */
export function applyPending(board: Board, ops: readonly Operation[], author: number): Board {
  const draft = new BoardDraft(board, { isPending: true });
  draft.apply(ops, author);
  return draft.board();
}

/** A board in the making: what it was made of stays as it is. */
export class BoardDraft {
  #arrangement: Arrangement;
  #elements: ReadonlyMap<Id, Element>;
  #writable: LayeredMap<Id, Element> | null = null;
  readonly #before: Board;
  readonly #isLogged: boolean;
  readonly #isPending: boolean;

  constructor(board: Board, { isLogged = false, isPending = false } = {}) {
    this.#before = board;
    this.#isLogged = isLogged;
    this.#isPending = isPending;
    this.#arrangement = board;
    this.#elements = board.elements;
  }

  board(): Board {
    if (this.#arrangement === this.#before && this.#writable === null) return this.#before;
    this.#writable = null;
    const { pages, layers } = this.#arrangement;
    return { pages, layers, elements: this.#elements };
  }

  apply(ops: readonly LoggedOperation[], author: number): void {
    const { layers } = this.#arrangement;
    for (const op of ops) {
      if (isArranging(op)) this.#arrange(op);
      else this.#apply(op, author);
    }
    if (this.#arrangement.layers !== layers) this.#arrangement = settled(this.#arrangement);
  }

  #arrange(op: Parameters<typeof arranged>[1]): void {
    const before = this.#arrangement.layers;
    this.#arrangement = arranged(this.#arrangement, op);
    const { layers } = this.#arrangement;
    if (layers.length >= before.length) return;
    const left = new Set(layers.map(({ id }) => id));
    this.#drop((element) => !left.has(element.layer));
  }

  #apply(op: Exclude<LoggedOperation, Parameters<typeof arranged>[1]>, author: number): void {
    switch (op.op) {
      case "put": {
        if (!this.#hasLayer(op.element.layer)) return;
        const stamped = this.#isLogged ? op.element.by : undefined;
        const before = this.#elements.get(op.element.id);
        const element = this.#isPending ? grown(op.element, before) : op.element;
        // A part of another's work is theirs (BD-20).
        const whole = op.of == null ? undefined : this.#elements.get(op.of);
        this.#write().set(element.id, { ...element, by: stamped ?? before?.by ?? whole?.by ?? author });
        return;
      }
      case "patch": {
        const element = this.#elements.get(op.id);
        if (element === undefined) return;
        const patched = patchedElement(element, op.set ?? {}, op.unset ?? []);
        if (this.#hasLayer(patched.layer)) this.#write().set(op.id, patched);
        return;
      }
      case "append": {
        const element = this.#elements.get(op.id);
        if (element?.type !== "stroke" || element.by !== author) return;
        this.#write().set(op.id, appended(element, op.points, this.#isPending ? op.at : undefined));
        return;
      }
      case "remove":
        for (const id of op.ids) if (this.#elements.has(id)) this.#write().delete(id);
        return;
      case "clear":
        this.#clear(op.layer, op.page);
        return;
      default:
        op satisfies never;
    }
  }

  /** What is locked stays; without a layer named, what lies on locked layers as well. */
  #clear(layerId: Id | null | undefined, pageId: Id | null | undefined): void {
    if (layerId != null) {
      this.#drop((element) => element.layer === layerId && element.locked !== true);
      return;
    }
    const cleared = new Set(
      this.#arrangement.layers
        .filter((layer) => !layer.locked && (pageId == null || pageOf(layer) === pageId))
        .map((layer) => layer.id),
    );
    this.#drop((element) => cleared.has(element.layer) && element.locked !== true);
  }

  #drop(isDropped: (element: Element) => boolean): void {
    for (const [id, element] of this.#elements) if (isDropped(element)) this.#write().delete(id);
  }

  #hasLayer(id: Id): boolean {
    return this.#arrangement.layers.some((layer) => layer.id === id);
  }

  #write(): LayeredMap<Id, Element> {
    if (this.#writable === null) {
      this.#writable = new LayeredMap(this.#elements);
      this.#elements = this.#writable;
    }
    return this.#writable;
  }
}

/** A stroke as it is to be put, with the points that it has got since. */
function grown(put: Element, before: Element | undefined): Element {
  if (put.type !== "stroke" || before?.type !== "stroke") return put;
  const { points } = before;
  const isBeginning = put.points.length < points.length && put.points.every((value, at) => value === points[at]);
  return isBeginning ? { ...put, points } : put;
}

/** @param at the number of points before, where some of `points` may be there already. */
function appended(stroke: Stroke, points: readonly number[], at?: number): Stroke {
  const isThere = at !== undefined && at * 4 < stroke.points.length;
  const before = isThere ? stroke.points.slice(0, at * 4) : stroke.points;
  if (isThere && before.length + points.length <= stroke.points.length) return stroke;
  return { ...stroke, points: before.concat(points) };
}

const STAMPED = new Set(["by", "id", "type"]);

/** Returns an element with the fields of a `patch` set, then those of `unset` taken away. */
export function patchedElement(
  element: Element,
  set: Readonly<Record<string, unknown>>,
  unset: readonly string[],
): Element {
  const fields: Record<string, unknown> = { ...element };
  for (const [name, value] of Object.entries(set)) {
    if (STAMPED.has(name)) continue;
    const isInParts = name === "style" || name === "cells";
    fields[name] = isInParts ? { ...(fields[name] as object | undefined), ...(value as object) } : value;
  }
  for (const path of unset) {
    if (path.startsWith("style.")) {
      const style: Record<string, unknown> = { ...(fields["style"] as Style) };
      delete style[path.slice("style.".length)];
      fields["style"] = style;
    } else if (!STAMPED.has(path)) {
      delete fields[path];
    }
  }
  return fields as unknown as Element;
}

export const STYLE_DEFAULTS = {
  color: "#1e1e1e",
  fill: "transparent",
  width: 2,
  opacity: 1,
  dash: "solid",
  font_size: 20,
  align: "start",
  font: "sans",
  bold: false,
  italic: false,
} as const satisfies Required<Style>;

const FIELD_DEFAULTS: Readonly<Record<string, unknown>> = {
  group: null,
  x_name: "",
  y_name: "",
  z: "a0",
  by: 0,
  rotation: 0,
  locked: false,
  mirrored: false,
  closed: true,
  scale_x: 1,
  scale_y: 1,
  brush: "pen",
  w: null,
  alt: "",
};
const OWN_DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  stroke: { x: 0, y: 0 },
  polygon: { x: 0, y: 0 },
  note: { text: "" },
};

/** Returns an element without the fields that have their defaults, as the server encodes it. */
export function withoutDefaults(element: Element): Element {
  const own = OWN_DEFAULTS[element.type] ?? {};
  const fields = Object.entries(element).filter(
    ([name, value]) =>
      value !== undefined && FIELD_DEFAULTS[name] !== value && own[name] !== value,
  );
  const compact = Object.fromEntries(fields);
  if (element.inner_groups?.length === 0) delete compact["inner_groups"];
  if (element.style !== undefined) {
    const style = Object.entries(element.style).filter(
      ([name, value]) => STYLE_DEFAULTS[name as keyof Style] !== value,
    );
    if (style.length > 0) compact["style"] = Object.fromEntries(style);
    else delete compact["style"];
  }
  return compact as unknown as Element;
}
