/** How loud a microphone is. */

const SAMPLES = 1024;
/** What the meter begins and ends with, in dB below the loudest there can be. */
const QUIET_DB = -60;
const LOUD_DB = -12;

export class VoiceLevel {
  readonly #context = new AudioContext();
  readonly #analyser = this.#context.createAnalyser();
  readonly #samples = new Float32Array(SAMPLES);

  constructor(track: MediaStreamTrack) {
    this.#analyser.fftSize = SAMPLES;
    this.#context.createMediaStreamSource(new MediaStream([track])).connect(this.#analyser);
  }

  /** The present level, from 0 to 1 in amplitude, as WebRTC gives that of the others. */
  get now(): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const power = this.#samples.reduce((sum, sample) => sum + sample * sample, 0) / SAMPLES;
    return Math.sqrt(power);
  }

  close(): void {
    void this.#context.close();
  }
}

/** A level as the ear has it: 0 for silence, 1 for what is too loud. */
export function loudness(level: number): number {
  const db = 20 * Math.log10(Math.max(level, 1e-6));
  return Math.min(1, Math.max(0, (db - QUIET_DB) / (LOUD_DB - QUIET_DB)));
}
