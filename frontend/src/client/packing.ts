/** Cutting operations into submissions that the room takes (PROTOCOL BD-9, EN-3). */

import type { Id, Limits, Operation, Stroke } from "./wire.ts";

/** What is left of a message's bytes for its envelope. */
const ENVELOPE_BYTES = 512;
const POINTS_AT_ONCE = 400;

/**
 * Returns `ops` in submissions of at most `ops_per_event` operations and `max_message_bytes`.
 *
 * A long stroke becomes a `put` and `append`s. What fits is one submission, applied all or none.
 */
export function packed(
  ops: readonly Operation[],
  limits: Pick<Limits, "ops_per_event" | "max_message_bytes">,
): Operation[][] {
  const room = limits.max_message_bytes - ENVELOPE_BYTES;
  const submissions: Operation[][] = [];
  let current: Operation[] = [];
  let bytes = 0;
  for (const op of ops.flatMap((one) => (sizeOf(one) > room ? cut(one) : [one]))) {
    const size = sizeOf(op) + 1;
    if (current.length > 0 && (current.length >= limits.ops_per_event || bytes + size > room)) {
      submissions.push(current);
      [current, bytes] = [[], 0];
    }
    current.push(op);
    bytes += size;
  }
  if (current.length > 0) submissions.push(current);
  return submissions;
}

const encoder = new TextEncoder();

function sizeOf(op: Operation): number {
  return encoder.encode(JSON.stringify(op)).length;
}

function cut(op: Operation): Operation[] {
  if (op.op === "put" && op.element.type === "stroke") {
    const [first = [], ...rest] = slices(op.element.points, POINTS_AT_ONCE * 4);
    const element: Stroke = { ...op.element, points: first };
    const whole: Operation = { op: "put", element };
    return [whole, ...appends(element.id, first.length / 4, rest)];
  }
  if (op.op === "append") {
    return appends(op.id, op.at, slices(op.points, POINTS_AT_ONCE * 4));
  }
  if (op.op === "remove") return slices(op.ids, 500).map((ids) => ({ ...op, ids }));
  return [op];
}

/** Pieces of a stroke that has `from` points already, one behind the other. */
function appends(id: Id, from: number, pieces: readonly (readonly number[])[]): Operation[] {
  let at = from;
  return pieces.map((points) => {
    const op: Operation = { op: "append", id, at, points };
    at += points.length / 4;
    return op;
  });
}

function slices<T>(items: readonly T[], size: number): T[][] {
  const found: T[][] = [];
  for (let at = 0; at < items.length; at += size) found.push(items.slice(at, at + size));
  return found;
}
