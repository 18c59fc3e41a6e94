/** Cutting operations into submissions that the room takes (PROTOCOL BD-9, EN-3). */

import type { Edit, Limits, Operation, Stroke } from "../wire.ts";

export type MessageLimits = Pick<Limits, "ops_per_event" | "max_message_bytes">;

/** What is left of a message's bytes for its envelope. */
const ENVELOPE_BYTES = 512;

/** So many bytes of operations fit into one message. */
export function bytesForOps({ max_message_bytes }: MessageLimits): number {
  return max_message_bytes - ENVELOPE_BYTES;
}

/** Whether operations fit into one message, and into one event. */
export function fits(ops: readonly Operation[], limits: MessageLimits): boolean {
  return ops.length <= limits.ops_per_event && bytesOfOps(ops) <= bytesForOps(limits);
}

/**
 * Returns `ops` in submissions of at most `ops_per_event` operations and `max_message_bytes`.
 *
 * A long stroke becomes a `put` and `append`s. What fits is one submission, applied all or none.
 */
export function packed<Op extends Edit>(ops: readonly Op[], limits: MessageLimits): Op[][] {
  const room = bytesForOps(limits);
  const submissions: Op[][] = [];
  let current: Op[] = [];
  let bytes = 0;
  for (const op of ops.flatMap((one) => (bytesOf(one) > room ? (cut(one, room) as Op[]) : [one]))) {
    const size = bytesOf(op) + 1;
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

/** How many bytes something takes in a message. */
export function bytesOf(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).length;
}

const sizes = new WeakMap<readonly Operation[], number>();

/** The same of operations, which are asked for again and again while they wait. */
export function bytesOfOps(ops: readonly Operation[]): number {
  const known = sizes.get(ops) ?? bytesOf(ops);
  sizes.set(ops, known);
  return known;
}

function cut(op: Edit, room: number): Edit[] {
  if (op.op === "put" && op.element.type === "stroke") {
    const around = bytesOf({ ...op, element: { ...op.element, points: [] } });
    const [first = [], rest] = headOf(op.element.points, room - around);
    const element: Stroke = { ...op.element, points: first };
    if (rest.length === 0) return [{ ...op, element }];
    return [
      { ...op, element },
      ...cut({ op: "append", id: element.id, at: first.length / 4, points: rest }, room),
    ];
  }
  if (op.op === "append") {
    const around = bytesOf({ ...op, at: Number.MAX_SAFE_INTEGER, points: [] });
    const parts: Edit[] = [];
    for (let at = op.at, points = op.points; points.length > 0; ) {
      const [first, rest] = headOf(points, room - around);
      parts.push({ op: "append", id: op.id, ...(at !== undefined && { at }), points: first });
      if (at !== undefined) at += first.length / 4;
      points = rest;
    }
    return parts;
  }
  if (op.op === "remove") return slices(op.ids, Math.floor(room / LONGEST_ID)).map((ids) => ({ ...op, ids }));
  return [op];
}

/** An id in its quotes, and a comma. */
const LONGEST_ID = 67;

/** As many points as take `bytes`, at least one; and the others. */
function headOf(points: readonly number[], bytes: number): [readonly number[], readonly number[]] {
  let end = 0;
  for (let left = bytes; end < points.length; end += 4) {
    left -= points.slice(end, end + 4).join().length + 1;
    if (left < 0 && end > 0) break;
  }
  return [points.slice(0, end), points.slice(end)];
}

function slices<T>(items: readonly T[], size: number): T[][] {
  const found: T[][] = [];
  for (let at = 0; at < items.length; at += size) found.push(items.slice(at, at + size));
  return found;
}
