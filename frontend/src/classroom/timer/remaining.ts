/** What is left of a countdown. */

import type { Timer } from "../../client/wire.ts";

/** Milliseconds to go at a moment of the server's clock; less than 0 since when it is over. */
export function remainingMs(timer: Timer, serverTime: number): number {
  return timer.ends_at == null ? (timer.left_ms ?? 0) : timer.ends_at - serverTime;
}

/** As it is shown: a second that has begun counts, so that 0:00 is the end and nothing before it. */
export function shownMs(remaining: number): number {
  return Math.ceil(Math.max(0, remaining) / 1000) * 1000;
}
