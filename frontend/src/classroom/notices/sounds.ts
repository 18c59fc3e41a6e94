/** Soft sounds for who wants them: off until somebody turns them on. */

import { signal } from "@preact/signals";
import { deviceStorage } from "../../browser/browser_storage.ts";

const STORED_AS = "lessonroom.sounds";
const NOTES = { note: [660], knock: [520, 660] } as const;
const NOTE_S = 0.16;
const LOUDNESS = 0.06;

export const hasSounds = signal(deviceStorage.getItem(STORED_AS) === "on");

export function chooseSounds(isOn: boolean): void {
  hasSounds.value = isOn;
  deviceStorage.setItem(STORED_AS, isOn ? "on" : "off");
  if (isOn) chime("note");
}

let context: AudioContext | null = null;

export function chime(what: keyof typeof NOTES): void {
  if (!hasSounds.value) return;
  context ??= new AudioContext();
  const begin = context.currentTime;
  NOTES[what].forEach((hertz, n) => {
    const [tone, volume] = [context!.createOscillator(), context!.createGain()];
    const at = begin + n * NOTE_S;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(LOUDNESS, at);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_S * 2);
    tone.connect(volume).connect(context!.destination);
    tone.start(at);
    tone.stop(at + NOTE_S * 2);
  });
}
