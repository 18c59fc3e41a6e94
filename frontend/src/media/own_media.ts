/** One's own microphone, camera and screen: what is on, by which device, and why something is not. */

import { signal } from "@preact/signals";
import { LINES, type LineName, type Tracks } from "./call.ts";
import { chooseDevice, chosenDevices, DEVICE_LINES, devicesOf, type DeviceLine } from "./devices.ts";
import { deviceToUse } from "./devices/plugging.ts";
import { wantedOf } from "./devices/processing.ts";
import { VoiceLevel } from "./voice_level.ts";

/** Why a camera, a microphone or a screen cannot be had, or which one is used instead. */
export type MediaProblem =
  | "insecure"
  | "denied"
  | "dismissed"
  | "system"
  | "missing"
  | "busy"
  | `withdrawn.${LineName}`
  | `${"instead" | "gone" | "back"}.${DeviceLine}`;

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
  /** What was unplugged while it was on: it is used again once it is back. */
  readonly #missing = new Map<DeviceLine, string>();
  #isWatching = false;
  readonly #onPlugged = (): void => void this.#lookForDevices();
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
    if (line !== "screen") this.#missing.delete(line);
    const track = this.tracks.value[line];
    if (track === null) return;
    track.stop();
    this.#use(line, null);
  }

  /** Uses another camera or microphone from now on. */
  async choose(line: DeviceLine, deviceId: string): Promise<void> {
    chooseDevice(line, deviceId);
    this.#missing.delete(line);
    await this.renew(line);
  }

  /** Opens a device that is on anew, as it is wanted now. */
  async renew(line: DeviceLine): Promise<void> {
    if (!this.isWanted(line)) return;
    // Some devices can be opened once only, so the one goes before the other comes.
    this.tracks.value[line]?.stop();
    await this.#open(line);
  }

  /** Lets go of every device. */
  dispose(): void {
    for (const line of LINES) this.stop(line);
    navigator.mediaDevices?.removeEventListener("devicechange", this.#onPlugged);
    this.#isWatching = false;
  }

  /** The browser has ended a line: a device was unplugged, or the person stopped it outside the page. */
  async #ended(line: LineName): Promise<void> {
    if (line === "screen") {
      this.stop(line);
      return;
    }
    const { deviceId } = this.tracks.value[line]?.getSettings() ?? {};
    if (deviceId !== undefined) this.#missing.set(line, deviceId);
    await this.#open(line);
    const next = this.tracks.value[line];
    if (next !== null) {
      // Some browsers end a line while the device is still there.
      if (next.getSettings().deviceId === deviceId) this.#missing.delete(line);
      else this.problem.value = `instead.${line}`;
    } else if (this.problem.value === "missing") this.problem.value = `gone.${line}`;
    else this.#missing.delete(line);
  }

  /** What was chosen, or was unplugged while it was on, is used as soon as it is there. */
  async #lookForDevices(): Promise<void> {
    for (const line of DEVICE_LINES) {
      const deviceId = this.tracks.value[line]?.getSettings().deviceId ?? null;
      const plugged = (await devicesOf(line)).map((device) => device.deviceId);
      const inUse = { deviceId, missing: this.#missing.get(line) ?? null, chosen: chosenDevices.value[line] };
      const wanted = deviceToUse(inUse, plugged);
      if (wanted === null || this.#attempts.has(line)) continue;
      this.tracks.value[line]?.stop();
      await this.#open(line, wanted);
      if (this.tracks.value[line]?.getSettings().deviceId !== wanted) continue;
      this.#missing.delete(line);
      this.problem.value = `back.${line}`;
    }
  }

  async #open(line: LineName, wanted = ""): Promise<void> {
    if (!this.#isWatching && !isInsecure()) {
      navigator.mediaDevices.addEventListener("devicechange", this.#onPlugged);
      this.#isWatching = true;
    }
    this.problem.value = null;
    const attempt = Symbol(line);
    this.#attempts.set(line, attempt);
    let track: MediaStreamTrack | null = null;
    let problem: MediaProblem | null = null;
    try {
      if (isInsecure()) problem = "insecure";
      else track = (await streamOf(line, wanted)).getTracks()[0] ?? null;
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
      track.onended = () => void this.#ended(line);
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
  audio: {},
  video: { width: 640, height: 360, frameRate: 24 },
};

/** @param wanted the device to be used; empty for the one that was chosen. */
async function streamOf(line: LineName, wanted: string): Promise<MediaStream> {
  const { mediaDevices } = navigator;
  if (line === "screen") return mediaDevices.getDisplayMedia({ video: { frameRate: 10 } });
  const deviceId = wanted === "" ? chosenDevices.value[line] : wanted;
  const asked = { ...WANTED[line], ...wantedOf(line) };
  if (deviceId !== "") {
    try {
      // Without `exact` a browser may take another one.
      return await mediaDevices.getUserMedia({ [line]: { ...asked, deviceId: { exact: deviceId } } });
    } catch (error) {
      // It is not plugged in now: another one is better than none.
      if (!["OverconstrainedError", "NotFoundError"].includes(nameOf(error))) throw error;
    }
  }
  return mediaDevices.getUserMedia({ [line]: asked });
}

/** `OverconstrainedError` is a DOMException in some browsers only. */
function nameOf(error: unknown): string {
  return String((error as { name?: unknown } | null)?.name);
}

/** Chromium says who it was: the person just now, the system, or a decision of before. */
function deniedBy(error: unknown): MediaProblem {
  const said = String((error as { message?: unknown } | null)?.message).toLowerCase();
  if (said.includes("system")) return "system";
  return said.includes("dismissed") ? "dismissed" : "denied";
}

function problemOf(error: unknown, line: LineName): MediaProblem | null {
  switch (nameOf(error)) {
    case "NotAllowedError":
    case "SecurityError":
      // Closing the browser's choice of screens is no problem, it is an answer.
      return line === "screen" ? null : deniedBy(error);
    case "NotFoundError":
      return "missing";
    default:
      return "busy";
  }
}
