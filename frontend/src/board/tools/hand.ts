/** The tools that come behind the board: the first stroke does not wait for them. */

import type { Desk } from "../desk.ts";
import type { Point } from "../geometry/geometry.ts";
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

/** An edge of a ruler, a protractor or a compass is followed from so near, in pixels. */
const EDGE_REACH = 14;

/** What becomes of the points of a pen that is put down at an instrument's edge; null anywhere else. */
export function edgeFor(desk: Desk, start: Point): ((point: Point) => Point) | null {
  const lying = desk.instruments.peek();
  return lying.length === 0 || loaded === null ? null : loaded.edgeAt(lying, start, EDGE_REACH / desk.camera.peek().zoom);
}
