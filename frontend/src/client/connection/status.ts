/** Where a connection to a room stands. */

import type { Ending } from "./closing.ts";
import type { Progress } from "./progress.ts";

/** `waiting`: connected, until the host lets this participant in. */
export type Connection = "connecting" | "waiting" | "live" | "reconnecting" | "ended";

export interface Status {
  readonly connection: Connection;
  /** Why it ended, and the server's words for it. */
  readonly ending: Ending | null;
  readonly reason: string;
  /** Connected, but the server does not answer: nothing gets through for now. */
  readonly isSilent: boolean;
  /** How many submissions are not acknowledged yet. */
  readonly unsaved: number;
  /** How far a long sending is; null where little is on its way. */
  readonly sending: Progress | null;
}
