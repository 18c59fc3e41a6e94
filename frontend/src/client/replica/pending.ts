/** What one has done and the room has not confirmed (PROTOCOL BD-6, CH-1). */

import type { ClientMessage, Operation } from "../wire.ts";

/** What one writes; `at` is one's own time, in ms, until the server stamps its. */
export interface Saying {
  readonly text: string;
  readonly at: number;
  /** To this one person, and the hosts, and not to everyone (CH-4). */
  readonly to?: number;
  /** The `seq` of the message that it answers (CH-5). */
  readonly reply_to?: number;
}

/** Something submitted and not yet acknowledged. `id` is `<client_id>:<n>` (BD-6). */
export interface Pending {
  readonly id: string;
  readonly ops: readonly Operation[];
  /** Instead of operations: a message of the chat (CH-1). */
  readonly saying?: Saying;
}

/** What is kept of it beyond a page load. */
export interface Kept extends Pending {
  /** It may have reached the room under this id: neither id nor content may change any more. */
  readonly mayBeSent: boolean;
}

/**
 * Where a submission stands.
 *
 * - `unsent`: it has never left. What comes behind it may be squashed into it.
 * - `in_flight`: it went out on the present connection, which owes it an answer.
 * - `behind`: likewise, but one before it was refused for now, and so will this one be.
 * - `again`: it may have been sent, no answer is due, and it goes out again as it is.
 *
 * `unsent → in_flight` in its turn; `in_flight → behind` with the refusal of one before it; both
 * `→ again` with a refusal of its own that passes, or when the connection closes; `again →
 * in_flight` in its turn. An acknowledgement, or a refusal for good, ends it from anywhere.
 */
export type Standing = "unsent" | "in_flight" | "behind" | "again";

export interface Entry extends Pending {
  readonly standing: Standing;
  /** An acknowledged one sent again, because the server has another history (BD-7). */
  readonly isEcho: boolean;
}

export function messageOf({ id, ops, saying }: Pending): ClientMessage {
  if (saying === undefined) return { ch: "board", type: "board_event", id, data: { ops } };
  const { at: _, ...data } = saying;
  return { ch: "system", type: "chat_message", id, data };
}

export function pendingOf({ id, ops, saying }: Pending): Pending {
  return { id, ops, ...(saying && { saying }) };
}

/** The page load that made it. */
export function clientOf(id: string): string {
  return id.slice(0, id.lastIndexOf(":"));
}
