/** The tools that come behind the board: the first stroke does not wait for them. */

import { deferred } from "./deferred.ts";
import type { Gesture } from "./gesture.ts";

type Hand = typeof import("../hand/index.ts");

let loaded: Hand | null = null;

export async function hand(): Promise<Hand> {
  loaded = await import("../hand/index.ts");
  return loaded;
}

/** Begins a gesture of theirs: at once where they are here, or as soon as they are. */
export function byHand(begin: (hand: Hand) => Gesture | null): Gesture | null {
  return loaded === null ? deferred(hand().then(begin)) : begin(loaded);
}
