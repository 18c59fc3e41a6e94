/** How one's camera becomes smaller on a weak line, and comes back: pure. Voices come first. */

import type { Reading } from "./counters.ts";

export interface Step {
  /** Bits per second, at most. */
  readonly bits: number;
  /** By how much each side of the picture is divided. */
  readonly scale: number;
  readonly framesPerS: number;
}

/** From the whole picture to a stamp; past the last one there is no picture. */
export const STEPS: readonly Step[] = [
  { bits: Infinity, scale: 1, framesPerS: 24 },
  { bits: 350_000, scale: 1.5, framesPerS: 20 },
  { bits: 150_000, scale: 2, framesPerS: 15 },
  { bits: 60_000, scale: 4, framesPerS: 8 },
];
/** No camera at all. */
export const NONE = STEPS.length;

/** Bits per second of a voice; a little less where every packet counts. */
const VOICE = 40_000;
const THIN_VOICE = 24_000;

export function voiceBits(step: number): number {
  return step < 2 ? VOICE : THIN_VOICE;
}

/** Bits per second of a shared screen on each step: it stays readable, at fewer pictures. */
const SCREEN = [Infinity, 1_000_000, 300_000, 150_000, 100_000];

export function screenBits(step: number): number {
  return SCREEN[step]!;
}

/** Where the camera of one call stands. Counts are of readings. */
export interface Ladder {
  readonly step: number;
  readonly worse: number;
  readonly better: number;
  /** How many good ones bring it up a step; more, once a step up was one too many. */
  readonly patience: number;
  /** Since it last went up; null where it has not. */
  readonly sinceRise: number | null;
}

const PATIENCE = 6;
const PATIENCE_MOST = 48;
const DOWN_AFTER = 2;
/** A step up that is taken back within so many was one too many. */
const TRIED = 8;

export const TOP: Ladder = { step: 0, worse: 0, better: 0, patience: PATIENCE, sinceRise: null };

/** Returns the step that a reading asks for, if the camera may take `share` bits per second at most. */
export function stepFor(reading: Reading, step: number, share: number): number {
  return Math.max(byLoss(reading.lossOut ?? 0), byQueue(reading.queueMs), byRoom(reading, step, share));
}

/** Little loss is repaired by the voice itself and by sending anew; a smaller camera leaves room for that. */
function byLoss(loss: number): number {
  return loss < 0.03 ? 0 : loss < 0.1 ? 2 : loss < 0.2 ? 3 : NONE;
}

function byQueue(queueMs: number): number {
  return queueMs < 200 ? 0 : queueMs < 500 ? 2 : queueMs < 1_000 ? 3 : NONE;
}

/** What the browser thinks there is room for counts only where that holds the camera down. */
function byRoom({ capacity, isHeldDown }: Reading, step: number, share: number): number {
  const wanted = Math.min(share, STEPS[step]?.bits ?? 0) + VOICE;
  if (capacity === null || !isHeldDown || capacity >= 0.8 * wanted) return 0;
  const fitting = STEPS.findIndex(({ bits }) => bits + VOICE <= capacity);
  return fitting === -1 ? NONE : fitting;
}

/** Takes up a reading. */
export function climbed(ladder: Ladder, reading: Reading, share: number): Ladder {
  const { step } = ladder;
  const asked = stepFor(reading, step, share);
  const sinceRise = ladder.sinceRise === null ? null : ladder.sinceRise + 1;
  if (asked > step) {
    const worse = ladder.worse + 1;
    if (worse < DOWN_AFTER) return { ...ladder, worse, better: 0, sinceRise };
    const wasTooMuch = sinceRise !== null && sinceRise <= TRIED;
    const patience = wasTooMuch ? Math.min(PATIENCE_MOST, 2 * ladder.patience) : ladder.patience;
    // Where little is left, two steps at once; the last one is never skipped to.
    const next = asked - step > 1 && step + 2 < NONE ? step + 2 : step + 1;
    return { step: next, worse: 0, better: 0, patience, sinceRise: null };
  }
  if (asked === step || step === 0) {
    const isSettled = sinceRise !== null && sinceRise > TRIED;
    return { ...ladder, worse: 0, better: 0, sinceRise: isSettled ? null : sinceRise, patience: isSettled ? PATIENCE : ladder.patience };
  }
  const better = ladder.better + 1;
  if (better < ladder.patience) return { ...ladder, worse: 0, better, sinceRise };
  return { ...ladder, step: step - 1, worse: 0, better: 0, sinceRise: 0 };
}
