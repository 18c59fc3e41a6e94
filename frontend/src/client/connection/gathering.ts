/** Telling of what comes in many pieces: once for all that came within a while. */

/** As long as nobody takes it for late; of a board of a hundred pages some ten come in it. */
export const GATHER_MS = 100;

export class Gathering {
  readonly #tell: () => void;
  readonly #later: (delayMs: number, call: () => void) => void;
  #isWaiting = false;
  /** Which wait it is: a timer of an earlier one tells nothing. */
  #turn = 0;

  /** @param later calls back after a while, unless what was to come is gone by then; whoever ends it calls `now`. */
  constructor(tell: () => void, later: (delayMs: number, call: () => void) => void) {
    this.#tell = tell;
    this.#later = later;
  }

  /** Tells at once, and with it of all that waits. */
  now(): void {
    this.#turn += 1;
    this.#isWaiting = false;
    this.#tell();
  }

  /** Tells within `GATHER_MS`. */
  soon(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    const turn = this.#turn;
    this.#later(GATHER_MS, () => {
      if (turn === this.#turn) this.now();
    });
  }
}
