/** A voice of a lesson, decoded as the film comes to it: a few packets ahead, and never the whole of it. */

import { AudioSampleSink, BlobSource, Input, WEBM, type AudioSample } from "mediabunny";
import type { Playable } from "../../replay/voices.ts";
import { mono, Speaking, type Mix } from "./mixing.ts";
import type { Window } from "../reel.ts";

/** What a decoder needs before what it gives is right. */
const RUN_UP_S = 0.1;

export interface Turn {
  readonly take: Playable;
  readonly atMs: number;
  readonly speaks: boolean;
}

export class TakeSound {
  readonly #take: Playable;
  readonly #input: Input;
  readonly #speaking = new Speaking();
  #samples: AsyncGenerator<AudioSample, void, unknown> | null = null;
  /** Reaches over the end of the window before. */
  #left: { readonly sound: Float32Array; readonly atMs: number; readonly rate: number } | null = null;

  constructor(take: Playable, file: Blob) {
    this.#take = take;
    this.#input = new Input({ source: new BlobSource(file), formats: [WEBM] });
  }

  /**
   * Adds to a window what sounds in it; windows come one after another.
   *
   * @returns when the person began to speak in it, and when they stopped.
   */
  async addTo(mix: Mix, { begin, end }: Window): Promise<readonly Turn[]> {
    const turns: Turn[] = [];
    if (this.#samples === null) {
      const track = await this.#input.getPrimaryAudioTrack();
      if (track === null) return [];
      const fromS = Math.max(0, (begin - this.#take.begin) / 1_000 - RUN_UP_S);
      this.#samples = new AudioSampleSink(track).samples(fromS);
    }
    if (this.#left !== null) mix.add(this.#left.sound, this.#left.atMs - begin, this.#left.rate);
    while (this.#left === null || this.#left.atMs + (this.#left.sound.length * 1_000) / this.#left.rate <= end) {
      const next = await this.#samples.next();
      if (next.done) {
        this.#left = null;
        break;
      }
      const sample = next.value;
      const [sound, rate] = [soundOf(sample), sample.sampleRate];
      const atMs = this.#take.begin + sample.timestamp * 1_000;
      sample.close();
      this.#left = { sound, atMs, rate };
      mix.add(sound, atMs - begin, rate);
      for (const turn of this.#speaking.add(sound, atMs, rate)) turns.push({ take: this.#take, ...turn });
    }
    return turns;
  }

  async dispose(): Promise<void> {
    await this.#samples?.return();
    this.#input.dispose();
  }
}

function soundOf(sample: AudioSample): Float32Array {
  const channels = Array.from({ length: sample.numberOfChannels }, (_, planeIndex) => {
    const channel = new Float32Array(sample.numberOfFrames);
    sample.copyTo(channel, { planeIndex, format: "f32-planar" });
    return channel;
  });
  return mono(channels);
}
