/** The page in a frame of somebody else's page, and what it tells that page. */

import type { Ending } from "../client/connection/closing.ts";
import type { RoomClient } from "../client/room_client.ts";
import { hasEnded } from "../client/replica/room_state.ts";
import type { ErrorCode, Role } from "../client/wire.ts";

/** Raised when a message's fields change their meaning; new fields and types do not raise it. */
const VERSION = 1;

/** Endings that the person or the lesson brought about; the others are errors. */
type Close = Extract<Ending, "left" | "kicked" | "session_ended">;
const CLOSES: ReadonlySet<Ending> = new Set<Ending>(["left", "kicked", "session_ended"]);

/** What the page outside is told: ids and codes, no secrets and nobody's name. */
export type Told =
  | { readonly type: "ready" }
  | { readonly type: "joined"; readonly session_id: string; readonly user_id: number; readonly role: Role }
  | { readonly type: "ended"; readonly session_id: string; readonly reason: Close }
  | { readonly type: "error"; readonly session_id: string; readonly code: ErrorCode | Ending | "unreachable" };

export const isFramed = window.parent !== window;

/**
 * The origin of the page outside; null where the browser does not tell.
 *
 * The server's `frame-ancestors` has decided who that can be. Firefox has no `ancestorOrigins`.
 */
function parentOrigin(): string | null {
  const [nearest] = location.ancestorOrigins ?? [];
  if (nearest !== undefined) return nearest === "null" ? null : nearest;
  return document.referrer === "" ? null : new URL(document.referrer).origin;
}

/** Says something to the page outside, and to no other that may have taken its place. */
export function tellParent(told: Told): void {
  const origin = isFramed ? parentOrigin() : null;
  if (origin !== null) window.parent.postMessage({ source: "lessonroom", version: VERSION, ...told }, origin);
}

/**
 * Tells the page outside how a stay goes: once that it began, once how it ended.
 *
 * @param isGoingOn whether an ending is none, because the page is loaded anew.
 */
export function tellOfStay(
  client: RoomClient,
  sessionId: string,
  isGoingOn: () => boolean = () => false,
): () => void {
  let hasJoined = false;
  let isOver = false;
  const follow = (): void => {
    const { state } = client;
    const { connection, ending } = client.status;
    if (!hasJoined && connection === "live" && state !== null) {
      hasJoined = true;
      const role = state.roster.get(state.userId)?.role ?? "viewer";
      tellParent({ type: "joined", session_id: sessionId, user_id: state.userId, role });
    }
    const isSessionOver = state !== null && hasEnded(state.session.status);
    const why = ending ?? (isSessionOver ? "session_ended" : null);
    if (isOver || why === null || isGoingOn()) return;
    isOver = true;
    if (CLOSES.has(why)) tellParent({ type: "ended", session_id: sessionId, reason: why as Close });
    else tellParent({ type: "error", session_id: sessionId, code: why });
  };
  return client.on("change", follow);
}
