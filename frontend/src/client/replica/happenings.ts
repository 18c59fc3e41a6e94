/** How far a connection has come, and what a replica tells its owner. */

import type { Fate } from "./submissions.ts";
import type { ClientMessage, Operation } from "../wire.ts";

/** `lobby`: connected, and waiting for the host to let them in (WR-1). */
export type Phase = "closed" | "joining" | "lobby" | "syncing" | "live";

export type Happening =
  | { readonly type: "acknowledged"; readonly id: string; readonly seq: number }
  | Fate
  | { readonly type: "held"; readonly retryAfterMs: number }
  | { readonly type: "waiting" }
  | { readonly type: "synced" };

/** What a command will come to, shown until the room says so (`undo`, `redo`). */
export interface Preview {
  readonly ops: readonly Operation[];
  /** The event that it comes to; null until the reply tells. */
  seq: number | null;
}

export interface Reaction {
  readonly send: readonly ClientMessage[];
  readonly happened: readonly Happening[];
}
