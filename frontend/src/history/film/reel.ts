/** What of a lesson is in its film: parts of room time one after another, cut into windows. Times in ms. */

import type { Part } from "../replay/who.ts";

/** While nobody is recorded and nothing drawn, a film waits for no longer than this: as the player does. */
const LONGEST_PAUSE_MS = 3_000;
/** So much of such a pause is left on either side of it. */
const LEFT_MS = 1_000;
/** Voices are decoded and summed so much at a time: what is in memory does not grow with the lesson. */
export const WINDOW_MS = 10_000;

/** A piece of a part: from when to when, and when that is in the film. */
export interface Window {
  readonly begin: number;
  readonly end: number;
  readonly filmMs: number;
  /** From when to when its part is. */
  readonly part: Part;
}

/**
 * The parts of a span that a film has, in order; one of at least a millisecond, where the span is that long.
 *
 * @param busy when something sounds or is drawn, in any order.
 */
export function partsOf([from, to]: Part, busy: readonly Part[]): readonly Part[] {
  const parts: [number, number][] = [];
  for (const [begin, end] of [...busy].sort(([a], [b]) => a - b)) {
    if (end < from || begin > to) continue;
    const last = parts.at(-1);
    if (last !== undefined && begin - last[1] <= LONGEST_PAUSE_MS) last[1] = Math.max(last[1], end);
    else parts.push([begin, end]);
  }
  if (parts.length === 0) return [[from, Math.min(to, from + LEFT_MS)]];
  // At its ends, too, no more than a long pause is left out.
  const begins = (at: number, end: number): number => (at > 0 || end - from > LONGEST_PAUSE_MS ? Math.max(from, end - LEFT_MS) : from);
  const ends = (at: number, begin: number): number => (at < parts.length - 1 || to - begin > LONGEST_PAUSE_MS ? Math.min(to, begin + LEFT_MS) : to);
  return parts.map(([begin, end], at): Part => [begins(at, begin), ends(at, end)]);
}

export function lengthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, [begin, end]) => sum + end - begin, 0);
}

export function windowsOf(parts: readonly Part[]): readonly Window[] {
  const windows: Window[] = [];
  let filmMs = 0;
  for (const part of parts) {
    const [from, to] = part;
    for (let begin = from; begin < to; begin += WINDOW_MS) {
      const end = Math.min(to, begin + WINDOW_MS);
      windows.push({ begin, end, filmMs, part });
      filmMs += end - begin;
    }
  }
  return windows;
}
