/** Strokes in pieces: where a piece goes, and what is put whole where one is missing (BD-15). */

import { applyPending, type Board } from "./board.ts";
import type { Edit, Element, ErrorData, Id, Operation, Stroke } from "../wire.ts";

/**
 * Returns `ops` with the place of each piece that names none: where its stroke ends on the board.
 *
 * A piece of a stroke that is gone says 1, the least that a stroke has: the room passes it over.
 */
export function placed(ops: readonly Edit[], board: () => Board, author: number): readonly Operation[] {
  if (ops.every(isPlaced)) return ops as readonly Operation[];
  let now = board();
  return ops.map((edit, n) => {
    const op = isPlaced(edit) ? edit : { ...edit, at: Math.max(1, pointsOf(now, edit.id)) };
    // A hand that draws sends one at a time: no board is copied for those behind it.
    if (n < ops.length - 1) now = applyPending(now, [op], author);
    return op;
  });
}

function isPlaced(op: Edit): op is Operation {
  return op.op !== "append" || op.at !== undefined;
}

/** How many points a stroke has; 0 where there is none. */
export function pointsOf(board: Board, id: Id): number {
  return (strokeOf(board, id)?.points.length ?? 0) / 4;
}

export function strokeOf(board: Board, id: Id): Stroke | null {
  const element = board.elements.get(id);
  return element?.type === "stroke" ? element : null;
}

/** The stroke of which the room holds another number of points than a submission says. */
export function strokeInConflict(ops: readonly Operation[], error: ErrorData): Id | null {
  if (error.code !== "conflict") return null;
  const [, index] = /ops\[(\d+)\]\.at$/.exec(error.field ?? "") ?? [];
  const op = index === undefined ? undefined : ops[Number(index)];
  return op?.op === "append" ? op.id : null;
}

/** Puts a stroke as it is seen; whose it is, the room knows. */
export function putting({ by: _, ...stroke }: Stroke): Operation {
  return { op: "put", element: stroke as Element };
}

export function withoutPieces(ops: readonly Operation[], strokeId: Id): readonly Operation[] {
  const others = ops.filter((op) => op.op !== "append" || op.id !== strokeId);
  return others.length === ops.length ? ops : others;
}

/** What of an acknowledged submission is still shown where the room may have lost it (BD-7). */
export function missing(ops: readonly Operation[], board: Board): readonly Operation[] {
  return ops.filter(
    (op) => op.op === "append" || (op.op === "put" && !board.elements.has(op.element.id)),
  );
}
