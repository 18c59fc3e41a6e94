/** How a step is taken back: what somebody else has changed since stays as they left it (BD-11). */

import { pageOf } from "../../client/replica/arrangement.ts";
import { applyOperations, withoutDefaults, type Board } from "../../client/replica/board.ts";
import type { Element, Id, Operation } from "../../client/wire.ts";
import { arrangedBack } from "./arranging_back.ts";
import { isSame } from "./same.ts";
import { taking, type Step } from "./history.ts";

taking.back = { inverse, reversed, pagesOf };

/** The order of layers and pages is no page's. */
function pagesOf(ops: readonly Operation[], board: Board): Id[] {
  const pages = new Map(board.layers.map((layer) => [layer.id, pageOf(layer)]));
  const found = new Set<Id>();
  const isAt = (layer: Id | undefined): void => {
    const page = pages.get(layer ?? "");
    if (page !== undefined) found.add(page);
  };
  for (const op of ops) {
    switch (op.op) {
      case "add_page":
        if (op.layer != null) pages.set(op.layer.id, op.page.id);
        found.add(op.page.id);
        break;
      case "patch_page":
        found.add(op.id);
        break;
      case "add_layer":
        pages.set(op.layer.id, pageOf(op.layer));
        isAt(op.layer.id);
        break;
      case "patch_layer":
        isAt(op.id);
        break;
      case "put":
        isAt(op.element.layer);
        break;
      case "patch":
        isAt(board.elements.get(op.id)?.layer);
        break;
      case "remove":
        for (const id of op.ids) isAt(board.elements.get(id)?.layer);
        break;
    }
  }
  for (const op of ops) if (op.op === "remove_page") found.delete(op.id);
  return [...found];
}

/** What taking a step back does: what others made of it meanwhile is there again where it is redone. */
function reversed(step: Step, board: Board, ops: readonly Operation[]): Step {
  const then = applyOperations(board, ops, 0);
  const elements = new Map<Id, { before?: Element; after?: Element }>();
  for (const id of step.elements.keys()) {
    const [before, after] = [board.elements.get(id), then.elements.get(id)];
    if (before !== after) elements.set(id, { ...(before && { before }), ...(after && { after }) });
  }
  const { arrangement, inRoom } = step;
  return {
    elements,
    arrangement: arrangement && { before: arrangement.after, after: arrangement.before },
    inRoom,
  };
}

/** The operations that bring back what was before, where nobody has changed it since. */
function inverse(step: Step, board: Board): Operation[] {
  const going = [...step.elements].filter(([id, { before, after }]) => {
    const now = board.elements.get(id);
    return now === undefined || (before === undefined ? isAsLeft(now, after) : now.layer === after?.layer);
  });
  const moved = step.arrangement ? arrangedBack(step.arrangement, board, new Set(going.map(([id]) => id))) : [];
  const planned = applyOperations(board, moved, 0);
  const hasLayer = new Set(planned.layers.map((layer) => layer.id));
  const removed: Id[] = [];
  const others: Operation[] = [];
  for (const [id, { before, after }] of step.elements) {
    const now = planned.elements.get(id);
    if (before === undefined) {
      if (now !== undefined && isAsLeft(now, after)) removed.push(id);
    } else if (now === undefined) {
      if (after === undefined && hasLayer.has(before.layer)) others.push(putBack(before));
    } else if (after !== undefined) {
      const patch = patchBack(before, after, now);
      if (patch !== null) others.push(patch);
    }
  }
  if (removed.length > 0) others.push({ op: "remove", ids: removed });
  return [...moved, ...others];
}

function putBack(element: Element): Operation {
  const { by: _, ...own } = element;
  return { op: "put", element: own as Element };
}

/** Field by field: what another has changed since stays as they left it. */
function patchBack(before: Element, after: Element, now: Element): Operation | null {
  const [was, made, is] = [before, after, now].map(flat) as [Flat, Flat, Flat];
  const set: Record<string, unknown> = {};
  const unset: string[] = [];
  for (const name of new Set([...was.keys(), ...made.keys()])) {
    if (isSame(was.get(name), made.get(name)) || !isSame(is.get(name), made.get(name))) continue;
    const [whole, part] = partOf(name);
    if (part === null && was.has(name)) set[name] = was.get(name);
    else if (part !== null && (was.has(name) || whole === "cells")) {
      set[whole] = { ...(set[whole] as object | undefined), [part]: was.get(name) ?? "" };
    } else unset.push(name);
  }
  if (Object.keys(set).length === 0 && unset.length === 0) return null;
  return { op: "patch", id: before.id, set, ...(unset.length > 0 && { unset }) };
}

type Flat = ReadonlyMap<string, unknown>;

/** An element's fields, those of its look as `style.color`, its cells likewise; whose it is is none of them. */
function flat(element: Element): Flat {
  return new Map(
    Object.entries(element).flatMap(([name, value]): [string, unknown][] => {
      if (name === "by" || value === undefined) return [];
      if (name !== "style" && name !== "cells") return [[name, value]];
      return Object.entries(value as object).map(([part, own]) => [`${name}.${part}`, own]);
    }),
  );
}

/** `style` and `color` of `style.color`. */
function partOf(name: string): readonly [string, string | null] {
  const dot = name.indexOf(".");
  return dot < 0 ? [name, null] : [name.slice(0, dot), name.slice(dot + 1)];
}

/** Whether nobody has changed it since: a cell that is empty is one that is not there, what is left out is as usual. */
function isAsLeft(now: Element, left: Element | undefined): boolean {
  if (now === left || left === undefined) return now === left;
  const [is, was] = [now, left].map((element) => {
    const fields = [...flat(withoutDefaults(element))].filter(([name, value]) => value !== "" || !name.startsWith("cells."));
    return JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return is === was;
}
