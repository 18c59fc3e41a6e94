/** One's own microphone, camera and screen: what is on, by which device, and why something is not. */

import { signal } from "@preact/signals";
import { LINES, type LineName, type Tracks } from "./call.ts";
import { chooseDevice, chosenDevices, type DeviceLine } from "./devices.ts";
import { VoiceLevel } from "./voice_level.ts";

/** Why a camera, a microphone or a screen cannot be had. */
export type MediaProblem = "insecure" | "denied" | "missing" | "busy" | `withdrawn.${LineName}`;

export const NOTHING = { audio: null, video: null, screen: null } as const;

/** On a LAN address over plain http a browser gives neither camera nor microphone. */
export function isInsecure(): boolean {
  return navigator.mediaDevices === undefined;
}

export class OwnMedia {
  readonly tracks = signal<Tracks>(NOTHING);
  readonly problem = signal<MediaProblem | null>(null);

  readonly #onChange: (tracks: Tracks) => void;
  /** The newest attempt at each line that the browser, or the person it asks, has not answered. */
  readonly #attempts = new Map<LineName, symbol>();
  #voice: VoiceLevel | null = null;

  /** @param onChange told of each change of the tracks. */
  constructor(onChange: (tracks: Tracks) => void = () => undefined) {
    this.#onChange = onChange;
  }

  /** Whether a line is on, or about to be. */
  isWanted(line: LineName): boolean {
    return this.tracks.value[line] !== null || this.#attempts.has(line);
  }

  /** The level of one's microphone now, from 0 to 1; 0 while it is off. */
  get voiceLevel(): number {
    return this.#voice?.now ?? 0;
  }

  async toggle(line: LineName): Promise<void> {
    if (this.tracks.value[line] === null) await this.start(line);
    else this.stop(line);
  }

  /** Turns a line on; while the browser asks for it, asking again changes nothing. */
  async start(line: LineName): Promise<void> {
    if (!this.isWanted(line)) await this.#open(line);
  }

  stop(line: LineName): void {
    this.#attempts.delete(line);
    const track = this.tracks.value[line];
    if (track === null) return;
    track.stop();
    this.#use(line, null);
  }

  /** Uses another camera or microphone from now on. */
  async choose(line: DeviceLine, deviceId: string): Promise<void> {
    chooseDevice(line, deviceId);
    if (!this.isWanted(line)) return;
    // Some devices can be opened once only, so the one goes before the other comes.
    this.tracks.value[line]?.stop();
    await this.#open(line);
  }

  /** Lets go of every device. */
  dispose(): void {
    for (const line of LINES) this.stop(line);
  }

  async #open(line: LineName): Promise<void> {
    this.problem.value = null;
    const attempt = Symbol(line);
    this.#attempts.set(line, attempt);
    let track: MediaStreamTrack | null = null;
    let problem: MediaProblem | null = null;
    try {
      if (isInsecure()) problem = "insecure";
      else track = (await streamOf(line)).getTracks()[0] ?? null;
    } catch (error) {
      problem = problemOf(error, line);
    }
    if (this.#attempts.get(line) !== attempt) {
      // Nobody waits for it any more: the page was left, or another device was chosen.
      track?.stop();
      return;
    }
    this.#attempts.delete(line);
    if (problem !== null) this.problem.value = problem;
    if (track !== null) {
      track.onended = () => this.stop(line);
      if (line === "screen") track.contentHint = "detail";
    }
    this.#use(line, track);
  }

  #use(line: LineName, track: MediaStreamTrack | null): void {
    if (this.tracks.value[line] === track) return;
    if (line === "audio") {
      this.#voice?.close();
      this.#voice = track && new VoiceLevel(track);
    }
    this.tracks.value = { ...this.tracks.value, [line]: track };
    this.#onChange(this.tracks.value);
  }
}

const WANTED: Readonly<Record<DeviceLine, MediaTrackConstraints>> = {
  audio: { echoCancellation: true, noiseSuppression: true },
  video: { width: 640, height: 360, frameRate: 24 },
};

async function streamOf(line: LineName): Promise<MediaStream> {
  const { mediaDevices } = navigator;
  if (line === "screen") return mediaDevices.getDisplayMedia({ video: { frameRate: 10 } });
  const deviceId = chosenDevices.value[line];
  if (deviceId !== "") {
    try {
      // Without `exact` a browser may take another one.
      return await mediaDevices.getUserMedia({ [line]: { ...WANTED[line], deviceId: { exact: deviceId } } });
    } catch (error) {
      // It is not plugged in now: another one is better than none.
      if (nameOf(error) !== "OverconstrainedError") throw error;
    }
  }
  return mediaDevices.getUserMedia({ [line]: WANTED[line] });
}

/** `OverconstrainedError` is a DOMException in some browsers only. */
function nameOf(error: unknown): string {
  return String((error as { name?: unknown } | null)?.name);
}

function problemOf(error: unknown, line: LineName): MediaProblem | null {
  switch (nameOf(error)) {
    case "NotAllowedError":
    case "SecurityError":
      // Closing the browser's choice of screens is no problem, it is an answer.
      return line === "screen" ? null : "denied";
    case "NotFoundError":
      return "missing";
    default:
      return "busy";
  }
}
