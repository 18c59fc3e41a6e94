/** What a line is like, in three words, and whose line it is that is weak: pure. */

import type { ConnectionQuality } from "../../client/wire.ts";
import type { Reading } from "./counters.ts";

export type Quality = ConnectionQuality;

const RANK: Readonly<Record<Quality, number>> = { good: 0, weak: 1, bad: 2 };

export function isWorse(one: Quality, other: Quality): boolean {
  return RANK[one] > RANK[other];
}

interface Limits {
  readonly loss: number;
  readonly rttMs: number;
  readonly queueMs: number;
  readonly jitterMs: number;
  /** The share of a voice that the browser has to make up. */
  readonly madeUp: number;
  /** Bits per second; a voice takes about 40,000. */
  readonly capacity: number;
}

/** Past one of these a line is `weak`: a picture stumbles. */
const WEAK: Limits = { loss: 0.03, rttMs: 500, queueMs: 200, jitterMs: 60, madeUp: 0.05, capacity: 250_000 };
/** Past one of these it is `bad`: words are lost. */
const BAD: Limits = { loss: 0.15, rttMs: 1_200, queueMs: 800, jitterMs: 150, madeUp: 0.15, capacity: 50_000 };

/** What is to be better is to be better by so much, or it would go to and fro. */
const EASE = 0.6;

/** What a line is like now, told of one that has been `known` so far. */
export function levelOf(reading: Reading, known: Quality = "good"): Quality {
  if (isPast(reading, BAD, known === "bad" ? EASE : 1)) return "bad";
  return isPast(reading, WEAK, known === "good" ? 1 : EASE) ? "weak" : "good";
}

function isPast(reading: Reading, limits: Limits, ease: number): boolean {
  const loss = Math.max(reading.lossOut ?? 0, reading.lossIn ?? 0);
  return (
    loss >= limits.loss * ease ||
    (reading.rttMs ?? 0) >= limits.rttMs * ease ||
    reading.queueMs >= limits.queueMs * ease ||
    reading.jitterMs >= limits.jitterMs * ease ||
    (reading.madeUp ?? 0) >= limits.madeUp * ease ||
    (reading.isHeldDown && reading.capacity !== null && reading.capacity <= limits.capacity / ease)
  );
}

/** What is said of a line, and what has spoken against it of late, so often in a row. */
export interface Standing {
  readonly quality: Quality;
  readonly against: Quality | null;
  readonly times: number;
}

export const UNKNOWN: Standing = { quality: "good", against: null, times: 0 };

/** So many readings in a row make it worse, or better. */
export const WORSE_AFTER = 2;
export const BETTER_AFTER = 5;

/** Takes up what a line is like now; what is said changes only once it has been so for a while. */
export function judged(standing: Standing, level: Quality): Standing {
  const { quality, against, times } = standing;
  if (level === quality) return { quality, against: null, times: 0 };
  const goesDown = isWorse(level, quality);
  const goesOn = against !== null && isWorse(against, quality) === goesDown;
  // Of the run, what is nearest to what is said now.
  const nearest = !goesOn ? level : goesDown === isWorse(level, against) ? against : level;
  const count = goesOn ? times + 1 : 1;
  if (count < (goesDown ? WORSE_AFTER : BETTER_AFTER)) return { quality, against: nearest, times: count };
  return { quality: nearest, against: null, times: 0 };
}

/** What speaks for one's own end being the weak one, beside the calls. */
export interface Evidence {
  /** How long the server takes to answer, in ms. */
  readonly serverRttMs: number | null;
  /** Megabits per second that the browser thinks the network gives, where it says so. */
  readonly downlink: number | null;
}

const SLOW_SERVER_MS = 300;
const NARROW_MBIT = 0.7;

/**
 * Returns how good one's own line is, by the calls that go over it.
 *
 * If most of several calls are weak, it is what they have in common. One call has two ends: it is
 * one's own that is weak only where something beside the call says so, and stays so while the call is.
 */
export function ownQuality(calls: readonly Quality[], { serverRttMs, downlink }: Evidence, known: Quality = "good"): Quality {
  const [only, ...others] = calls;
  if (only === undefined) return "good";
  if (others.length > 0) {
    // What more than half of them are at least.
    return [...calls].sort((one, other) => RANK[one] - RANK[other])[Math.floor((calls.length - 1) / 2)]!;
  }
  const isSlow = (serverRttMs ?? 0) >= SLOW_SERVER_MS || (downlink ?? Infinity) < NARROW_MBIT;
  return isSlow || known !== "good" ? only : "good";
}

/** Whose line is said to be weak: one's own, the other's, or that of the two, where nobody can tell. */
export type Whose = "own" | "theirs" | "between";

/**
 * @param call how good the call to them is.
 * @param own how good one's own line is.
 * @param told what they told of theirs.
 * @param calls how many calls one has.
 * @returns null where nothing is to be said.
 */
export function whoseLine(call: Quality, own: Quality, told: Quality | null, calls: number): Whose | null {
  if (told !== null && told !== "good") return "theirs";
  if (call === "good") return null;
  if (own !== "good") return "own";
  return calls > 1 ? "theirs" : "between";
}
