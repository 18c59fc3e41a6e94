/** Voices, summed: what lies at the same moment is heard together, and what there is nothing of is silent. */

/** Frames a second of a film's sound: those of Opus. */
export const RATE = 48_000;
/** How loud somebody is, is told for so long at a time. */
const BLOCK_MS = 200;
/** Root mean square from which on a voice is heard as one. */
const HEARD = 0.01;
/** Between words nobody stops speaking. */
const HELD_MS = 600;

/** The sound of a window. */
export class Mix {
  readonly #sum: Float32Array<ArrayBuffer>;

  /** @param ms how long it is. */
  constructor(ms: number) {
    this.#sum = new Float32Array(framesOf(ms));
  }

  /**
   * Adds sound; what lies outside of the window is left out.
   *
   * @param atMs where it begins in the window; before it, where that is negative.
   * @param rate its frames a second.
   */
  add(sound: Float32Array, atMs: number, rate = RATE): void {
    const at = framesOf(atMs);
    const own = rate === RATE ? sound : stretched(sound, rate);
    const [from, to] = [Math.max(0, -at), Math.min(own.length, this.#sum.length - at)];
    for (let n = from; n < to; n += 1) this.#sum[at + n]! += own[n]!;
  }

  /** All of it, no louder than sound can be. */
  get sum(): Float32Array<ArrayBuffer> {
    return this.#sum.map((value) => Math.max(-1, Math.min(1, value)));
  }
}

export function framesOf(ms: number): number {
  return Math.round((ms * RATE) / 1_000);
}

/** The sound at our rate: between two values lies what is between them. */
function stretched(sound: Float32Array, rate: number): Float32Array {
  const step = rate / RATE;
  return Float32Array.from({ length: Math.floor(sound.length / step) }, (_, n) => {
    const at = n * step;
    const before = Math.floor(at);
    const one = sound[before] ?? 0;
    return one + ((sound[before + 1] ?? one) - one) * (at - before);
  });
}

/** Several channels as one. */
export function mono(channels: readonly Float32Array[]): Float32Array {
  const [first, ...more] = channels;
  if (first === undefined || more.length === 0) return first ?? new Float32Array();
  return first.map((value, n) => more.reduce((sum, channel) => sum + channel[n]!, value) / channels.length);
}

/** Tells from somebody's sound, as it goes on, from when to when they speak. */
export class Speaking {
  #sum = 0;
  #count = 0;
  #begin = 0;
  #heardMs = -Infinity;

  /** Of sound at a moment of room time; returns that they began or stopped in it, where they did. */
  add(sound: Float32Array, atMs: number, rate = RATE): readonly { readonly atMs: number; readonly speaks: boolean }[] {
    const turns: { atMs: number; speaks: boolean }[] = [];
    for (let n = 0; n < sound.length; n += 1) {
      if (this.#count === 0) this.#begin = atMs + (n * 1_000) / rate;
      this.#sum += sound[n]! ** 2;
      this.#count += 1;
      if (this.#count < (rate * BLOCK_MS) / 1_000) continue;
      const isHeard = Math.sqrt(this.#sum / this.#count) >= HEARD;
      const spoke = this.#heardMs > -Infinity;
      if (isHeard && !spoke) turns.push({ atMs: this.#begin, speaks: true });
      if (!isHeard && spoke && this.#begin - this.#heardMs >= HELD_MS) {
        turns.push({ atMs: this.#begin, speaks: false });
        this.#heardMs = -Infinity;
      }
      if (isHeard) this.#heardMs = this.#begin;
      [this.#sum, this.#count] = [0, 0];
    }
    return turns;
  }
}
