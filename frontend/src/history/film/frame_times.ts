/** When a film has a frame: where something changes, at most ten times a second. Times in ms. */

import type { Board } from "../../client/replica/board.ts";
import type { Changes } from "../replay/changes.ts";

export const FRAME_MS = 100;
/** A picture that stands still is said again as often: or one who jumps into it would wait for it. */
export const STILL_MS = 2_000;

/**
 * When the frame after the one at a moment is due.
 *
 * What begins after a while of stillness is shown at its very moment, and not when a clock of frames comes round.
 *
 * @param shown the board that the frame at `ms` shows.
 * @param other when else something changes.
 */
export function nextFrame(changes: Pick<Changes, "at" | "nextAfter">, ms: number, shown: Board, other = Infinity): number {
  const soon = ms + FRAME_MS;
  if (other <= soon || changes.at(soon) !== shown) return soon;
  // At the moment itself at which a hand begins nothing is to be seen yet.
  const next = Math.floor(changes.nextAfter(ms) ?? Infinity) + 1;
  return Math.max(soon, Math.min(next, other, ms + STILL_MS));
}
