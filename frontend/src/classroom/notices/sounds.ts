/** Soft sounds for who wants them: off until somebody turns them on. */

import { signal } from "@preact/signals";
import { deviceStorage } from "../../browser/browser_storage.ts";

const STORED_AS = "lessonroom.sounds";
const SILENT_STORED_AS = "lessonroom.sounds.silent";
/** What there are sounds for, each of which can be silent. */
export const OCCASIONS = ["knock", "hand", "message", "people"] as const;
export type Occasion = (typeof OCCASIONS)[number];
const NOTES = { note: [660], knock: [520, 660] } as const;
const NOTE_S = 0.16;
const LOUDNESS = 0.06;

export const hasSounds = signal(deviceStorage.getItem(STORED_AS) === "on");

const stored = (deviceStorage.getItem(SILENT_STORED_AS) ?? "").split(" ");
/** Those that are not to be heard, though sounds are. */
export const silent = signal<ReadonlySet<Occasion>>(new Set(OCCASIONS.filter((occasion) => stored.includes(occasion))));

export function chooseSound(occasion: Occasion, isOn: boolean): void {
  const chosen = new Set(silent.value);
  if (isOn) chosen.delete(occasion);
  else chosen.add(occasion);
  silent.value = chosen;
  deviceStorage.setItem(SILENT_STORED_AS, [...chosen].join(" "));
  if (isOn) chime(occasion === "knock" ? "knock" : "note", occasion);
}

export function chooseSounds(isOn: boolean): void {
  hasSounds.value = isOn;
  deviceStorage.setItem(STORED_AS, isOn ? "on" : "off");
  if (isOn) chime("note");
}

let context: AudioContext | null = null;

/** @param occasion what it is about; what is about nothing of these is heard wherever sounds are. */
export function chime(what: keyof typeof NOTES, occasion?: Occasion): void {
  if (!hasSounds.value || (occasion !== undefined && silent.value.has(occasion))) return;
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
