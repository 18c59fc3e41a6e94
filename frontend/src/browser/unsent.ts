/** What waits on this device to be sent, for pages that have no connection, or no lesson open. */

import type { Operation } from "../client/wire.ts";
import { ownSeats, roomToken } from "./address.ts";
import { allKept, type Row } from "./kept_pending.ts";
import { seatsOf, userIdIn } from "./seats.ts";

export interface Unsent {
  readonly sessionId: string;
  /** Of the newest, in ms since 1970. */
  readonly at: number;
  /** Elements that were drawn or changed, other changes, and messages. */
  readonly count: number;
  /** Oldest first; those of messages of the chat are none. */
  readonly ops: readonly Operation[];
}

/** By lessons, the newest first: of those alone whose seats are open to whoever is here now. */
export async function unsentHere(): Promise<readonly Unsent[]> {
  const bySeat = new Map<string, Row[]>();
  for (const row of await allKept()) {
    const rows = bySeat.get(row.owner);
    if (rows === undefined) bySeat.set(row.owner, [row]);
    else rows.push(row);
  }
  const found: Unsent[] = [];
  for (const [owner, rows] of bySeat) {
    const [sessionId = "", userId = ""] = owner.split("/");
    if (!isOpen(sessionId, userId)) continue;
    rows.sort((a, b) => a.order - b.order);
    const ops = rows.flatMap((row) => row.ops);
    found.push({ sessionId, at: rows.at(-1)!.order / 1_000, count: counted(rows), ops });
  }
  return found.sort((a, b) => b.at - a.at);
}

/** As people count: a stroke is one, however many pieces of it wait. */
function counted(rows: readonly Row[]): number {
  const elements = new Set<string>();
  let others = 0;
  for (const { ops, saying } of rows) {
    if (saying !== undefined) others += 1;
    for (const op of ops) {
      if (op.op === "put") elements.add(op.element.id);
      else if (op.op === "append" || op.op === "patch") elements.add(op.id);
      else others += 1;
    }
  }
  return elements.size + others;
}

function isOpen(sessionId: string, userId: string): boolean {
  const token = roomToken(sessionId);
  return (
    (token !== null && String(userIdIn(token)) === userId) ||
    ownSeats().includes(`${sessionId}/${userId}`) ||
    seatsOf(sessionId).some((seat) => String(seat.userId) === userId)
  );
}
