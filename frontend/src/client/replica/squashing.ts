/**
 * Squashing: what has never been sent becomes as few submissions as say the same.
 *
 * A stroke with its pieces is one `put`, several patches of an element are one, an element that was
 * put and removed again is nothing. A submission goes, whole, into the last one before it that
 * touches the same elements, or stays. So nothing passes an operation that it depends on: those of
 * layers and `clear` are passed by nothing, and a submission is never split over two (BD-1).
 */

import { isArranging } from "./arrangement.ts";
import { patchedElement, type Board } from "./board.ts";
import { bytesForOps, bytesOfOps } from "./packing.ts";
import { pendingOf, type Pending } from "./pending.ts";
import type { Id, Limits, Operation, Style } from "../wire.ts";

export interface Squashed {
  readonly kept: readonly Pending[];
  /** What went into another, or into nothing: `by` is then null. */
  readonly absorbed: readonly { readonly id: string; readonly by: string | null }[];
  /** More became one than the pieces of strokes: the room will count other steps (BD-11). */
  readonly isRegrouped: boolean;
}

export type SquashLimits = Pick<
  Limits,
  "ops_per_event" | "max_message_bytes" | "points_per_stroke" | "element_bytes"
>;

/**
 * Returns what `unsent` comes to.
 *
 * @param base the board below: confirmed, with what was sent before.
 * @param author whose submissions these are.
 */
export function squashed(
  unsent: readonly Pending[],
  base: Board,
  author: number,
  limits: SquashLimits,
): Squashed {
  const squashing = new Squashing(base, author, limits);
  for (const pending of unsent) squashing.take(pending);
  return squashing.result();
}

interface Kept {
  pending: Pending;
  /** At most so many bytes: what is merged takes no more than both parts did. */
  bytes: number;
}

class Squashing {
  readonly #base: Board;
  readonly #author: number;
  readonly #limits: SquashLimits;
  #kept: (Kept | null)[] = [];
  readonly #absorbed: { id: string; by: string | null }[] = [];
  #isRegrouped = false;
  /** Where in `kept` each element was touched, in order, since the last operation nothing passes. */
  #touched = new Map<Id, number[]>();
  /** Put since then, and on no board before. */
  #born = new Set<Id>();

  constructor(base: Board, author: number, limits: SquashLimits) {
    this.#base = base;
    this.#author = author;
    this.#limits = limits;
  }

  result(): Squashed {
    const kept = this.#kept.flatMap((one) => (one === null ? [] : [one.pending]));
    return { kept, absorbed: this.#absorbed, isRegrouped: this.#isRegrouped };
  }

  take(pending: Pending): void {
    if (pending.saying !== undefined) {
      this.#kept.push({ pending, bytes: 0 });
      return;
    }
    if (pending.ops.some(isPassedByNothing)) {
      this.#kept.push({ pending, bytes: bytesOfOps(pending.ops) });
      this.#touched = new Map();
      this.#born = new Set();
      return;
    }
    const left = this.#withoutStillborn(pending);
    if (left === null || this.#goesIntoEarlier(left)) return;
    this.#note(left);
    this.#kept.push({ pending: left, bytes: bytesOfOps(left.ops) });
  }

  /** Takes away what was put and is removed now; null where nothing is left to be said. */
  #withoutStillborn(pending: Pending): Pending | null {
    const removed = pending.ops.flatMap((op) => (op.op === "remove" ? op.ids : []));
    const gone = new Set(removed.filter((id) => this.#born.has(id)));
    if (gone.size === 0 || pending.ops.some((op) => op.op !== "remove")) return pending;
    this.#isRegrouped = true;
    const ids = removed.filter((id) => !gone.has(id));
    const by = ids.length > 0 ? pending.id : null;
    for (const id of gone) {
      for (const at of new Set(this.#touched.get(id))) this.#drop(id, at, by);
      this.#touched.delete(id);
      this.#born.delete(id);
    }
    if (by === null) this.#absorbed.push({ id: pending.id, by });
    return by === null ? null : { ...pending, ops: [{ op: "remove", ids }] };
  }

  #drop(id: Id, at: number, by: string | null): void {
    const kept = this.#kept[at];
    if (kept == null) return;
    const ops = kept.pending.ops.filter((op) => !touches(op, id));
    if (ops.length > 0) {
      kept.pending = { ...kept.pending, ops };
    } else {
      this.#kept[at] = null;
      this.#absorbed.push({ id: kept.pending.id, by });
    }
  }

  #goesIntoEarlier(pending: Pending): boolean {
    const places = new Set(pending.ops.flatMap(idsOf).map((id) => this.#touched.get(id)?.at(-1)));
    const [at] = places;
    const kept = at === undefined ? null : this.#kept[at];
    if (places.size !== 1 || kept == null) return false;
    const bytes = kept.bytes + bytesOfOps(pending.ops);
    if (bytes > Math.min(bytesForOps(this.#limits), this.#limits.element_bytes)) return false;
    const ops = [...kept.pending.ops];
    for (const op of pending.ops) {
      const [id] = idsOf(op);
      const last = ops.findLastIndex((one) => id !== undefined && touches(one, id));
      const one = ops[last] && this.#merged(ops[last], op);
      if (one == null) return false;
      ops[last] = one;
    }
    this.#isRegrouped ||= !pending.ops.every((op) => op.op === "append");
    this.#absorbed.push({ id: pending.id, by: kept.pending.id });
    kept.pending = { ...pendingOf(kept.pending), ops };
    kept.bytes = bytes;
    return true;
  }

  #merged(earlier: Operation, later: Operation): Operation | null {
    if (later.op === "append" && earlier.op === "append") {
      if (later.at !== earlier.at + earlier.points.length / 4) return null;
      return { ...earlier, points: [...earlier.points, ...later.points] };
    }
    if (later.op === "append" && earlier.op === "put") {
      const { element } = earlier;
      if (element.type !== "stroke" || !this.#isOwn(element.id)) return null;
      const points = [...element.points, ...later.points];
      if (later.at !== element.points.length / 4) return null;
      if (points.length / 4 > this.#limits.points_per_stroke) return null;
      return { ...earlier, element: { ...element, points } };
    }
    if (later.op !== "patch" || movesLayer(later)) return null;
    if (earlier.op === "put") {
      // A field without a default cannot be unset: such a patch is refused, and the `put` is not.
      if (later.unset?.some((path) => !path.startsWith("style."))) return null;
      return { ...earlier, element: patchedElement(earlier.element, later.set ?? {}, later.unset ?? []) };
    }
    return earlier.op === "patch" && !movesLayer(earlier) ? bothPatches(earlier, later) : null;
  }

  /** Only the author of a stroke appends to it; a `put` over another's leaves it theirs. */
  #isOwn(id: Id): boolean {
    const below = this.#base.elements.get(id);
    return below === undefined || below.by === this.#author;
  }

  #note({ ops }: Pending): void {
    const at = this.#kept.length;
    for (const op of ops) {
      for (const id of idsOf(op)) {
        const places = this.#touched.get(id);
        if (op.op === "put" && places === undefined && !this.#base.elements.has(id)) this.#born.add(id);
        this.#touched.set(id, [...(places ?? []), at]);
      }
    }
  }
}

/** Fields that a patch changes in part. */
const IN_PARTS = ["style", "cells"] as const;

type Patch = Extract<Operation, { op: "patch" }>;

/** Null where one patch cannot say it: the whole style unset, and fields of it set again. */
function bothPatches(earlier: Patch, later: Patch): Patch | null {
  const set: Record<string, unknown> = { ...earlier.set, ...later.set };
  const unset = new Set(earlier.unset);
  for (const name of IN_PARTS) {
    const [before, part] = [earlier.set?.[name], later.set?.[name]] as (object | undefined)[];
    if (before && part) set[name] = { ...before, ...part };
    if (part && unset.has(name)) return null;
  }
  const after = later.set?.["style"] as Style | undefined;
  for (const name of Object.keys(later.set ?? {})) unset.delete(name);
  for (const name of Object.keys(after ?? {})) unset.delete(`style.${name}`);
  for (const name of later.unset ?? []) unset.add(name);
  // A patch sets, then unsets: what is set and unset says no more than the latter.
  return {
    op: "patch",
    id: earlier.id,
    ...(Object.keys(set).length > 0 && { set }),
    ...(unset.size > 0 && { unset: [...unset] }),
  };
}

function isPassedByNothing(op: Operation): boolean {
  return op.op === "clear" || isArranging(op);
}

/** Into a layer that may be gone or locked by then: such a patch is refused alone. */
function movesLayer(op: Patch): boolean {
  return op.set?.["layer"] !== undefined;
}

function idsOf(op: Operation): readonly Id[] {
  switch (op.op) {
    case "put":
      return [op.element.id];
    case "patch":
    case "append":
      return [op.id];
    case "remove":
      return op.ids;
    default:
      return [];
  }
}

function touches(op: Operation, id: Id): boolean {
  return idsOf(op).includes(id);
}
