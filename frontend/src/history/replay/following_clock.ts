/** How a voice is held to the clock: by its speed where it is a little off, by a jump where it is more. */

const JUMP_MS = 120;
const LEAVE_MS = 15;
const NUDGE = 0.06;

export interface Correction {
  readonly jumps: boolean;
  readonly rate: number;
}

/** @param errorMs by how much what sounds is ahead of the clock, in ms of the file. */
export function correction(errorMs: number, speed: number): Correction {
  if (Math.abs(errorMs) > JUMP_MS * speed) return { jumps: true, rate: speed };
  if (Math.abs(errorMs) <= LEAVE_MS) return { jumps: false, rate: speed };
  return { jumps: false, rate: speed * (errorMs > 0 ? 1 - NUDGE : 1 + NUDGE) };
}
