/** Which camera and microphone this browser uses; the choice outlives the page. */

import { signal } from "@preact/signals";
import { deviceStorage } from "../browser/browser_storage.ts";

export type DeviceLine = "audio" | "video";

export const DEVICE_LINES: readonly DeviceLine[] = ["audio", "video"];

const DEVICES = "lessonroom.devices";
const KINDS: Readonly<Record<DeviceLine, MediaDeviceKind>> = {
  audio: "audioinput",
  video: "videoinput",
};

/** The id of the device of each line; empty for the browser's own choice. */
export const chosenDevices = signal<Readonly<Record<DeviceLine, string>>>(kept());

function kept(): Record<DeviceLine, string> {
  try {
    const { audio, video } = JSON.parse(deviceStorage.getItem(DEVICES) ?? "{}") as Partial<
      Record<DeviceLine, unknown>
    >;
    return { audio: String(audio ?? ""), video: String(video ?? "") };
  } catch {
    return { audio: "", video: "" };
  }
}

export function chooseDevice(line: DeviceLine, deviceId: string): void {
  chosenDevices.value = { ...chosenDevices.value, [line]: deviceId };
  deviceStorage.setItem(DEVICES, JSON.stringify(chosenDevices.value));
}

const SPEAKER = "lessonroom.speaker";

/** The id of the loudspeaker or headphones that voices come out of; empty for the browser's own choice. */
export const chosenSpeaker = signal(deviceStorage.getItem(SPEAKER) ?? "");

/** Safari leaves that choice to the system. */
export const mayChooseSpeaker = typeof HTMLMediaElement !== "undefined" && "setSinkId" in HTMLMediaElement.prototype;

/** Counts how often devices came and went. */
export const pluggings = signal(0);
globalThis.navigator?.mediaDevices?.addEventListener?.("devicechange", () => {
  pluggings.value += 1;
});

export function chooseSpeaker(deviceId: string): void {
  chosenSpeaker.value = deviceId;
  deviceStorage.setItem(SPEAKER, deviceId);
}

/** The devices of a line that can be told apart: a browser names them once one of them is used. */
export async function devicesOf(line: DeviceLine | "speaker"): Promise<readonly MediaDeviceInfo[]> {
  const found = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const wanted = line === "speaker" ? "audiooutput" : KINDS[line];
  return found.filter(
    ({ kind, deviceId }) => kind === wanted && deviceId !== "" && deviceId !== "default",
  );
}
