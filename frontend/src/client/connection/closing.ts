/** Close codes (PROTOCOL section 8), and what a client does about each. */

export const CLOSE = {
  normal: 1000,
  restarting: 1012,
  tokenInvalid: 4501,
  kicked: 4503,
  noSuchSession: 4504,
  clientTooOld: 4505,
  roomFull: 4509,
  sessionEnded: 4510,
  rateLimited: 4429,
} as const;

export type Ending =
  | "left"
  | "token_invalid"
  | "kicked"
  | "no_such_session"
  | "client_too_old"
  | "room_full"
  | "session_ended"
  | "fault";

// 1005 and 1006 are the browser's own: no close frame came, so the network went.
const RECONNECTABLE: ReadonlySet<number> = new Set([1001, 1005, 1006, 1011, 1012, 1013]);

/** Whether the client comes back by itself. */
export function mayReconnect(code: number): boolean {
  return RECONNECTABLE.has(code) || (code >= 4000 && code < 4500);
}

/** Why the connection is over for good. */
export function endingOf(code: number): Ending {
  switch (code) {
    case CLOSE.normal:
      return "left";
    case CLOSE.tokenInvalid:
      return "token_invalid";
    case CLOSE.kicked:
      return "kicked";
    case CLOSE.noSuchSession:
      return "no_such_session";
    case CLOSE.clientTooOld:
      return "client_too_old";
    case CLOSE.roomFull:
      return "room_full";
    case CLOSE.sessionEnded:
      return "session_ended";
    default:
      return "fault";
  }
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;

/**
 * How long to wait before the next attempt: it doubles, and a class does not come back as one.
 *
 * @param attempt 0 for the first after a connection that worked.
 * @param random from 0 to 1.
 */
export function delayBefore(attempt: number, random: number): number {
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return longest * (0.5 + random / 2);
}

const MOVED_MS = 100;

/** The room is held elsewhere from now, and is there at once. */
export function isMoved(code: number, reason: string): boolean {
  return code === CLOSE.restarting && reason === "moved";
}

/** How long to wait then: no more than what keeps a class from coming back as one. */
export function delayWhenMoved(random: number): number {
  return MOVED_MS * random;
}

/** The delay that the reason of a 4429 names in milliseconds; 0 where it names none. */
export function delayIn(reason: string): number {
  const found = /\d+/.exec(reason);
  return found === null ? 0 : Math.min(Number(found[0]), 60_000);
}
