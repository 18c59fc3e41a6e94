/** Room time while a lesson is played again: everything follows it, and nothing leads it but the person. */

export class PlayingClock {
  readonly #now: () => number;
  #atMs = 0;
  #sinceMs: number | null = null;
  #speed = 1;

  /** @param now what passes, in ms: `performance.now()`. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Room time, in ms since the Unix epoch. */
  get ms(): number {
    return this.#sinceMs === null ? this.#atMs : this.#atMs + (this.#now() - this.#sinceMs) * this.#speed;
  }

  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.seek(this.ms);
    this.#speed = speed;
  }

  seek(ms: number): void {
    this.#atMs = ms;
    if (this.#sinceMs !== null) this.#sinceMs = this.#now();
  }

  run(isRunning: boolean): void {
    if (isRunning === (this.#sinceMs !== null)) return;
    this.#atMs = this.ms;
    this.#sinceMs = isRunning ? this.#now() : null;
  }
}
