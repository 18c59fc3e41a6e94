/** Which camera and microphone this browser uses; the choice outlives the page. */

import { signal } from "@preact/signals";

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
    const { audio, video } = JSON.parse(localStorage.getItem(DEVICES) ?? "{}") as Partial<
      Record<DeviceLine, unknown>
    >;
    return { audio: String(audio ?? ""), video: String(video ?? "") };
  } catch {
    return { audio: "", video: "" };
  }
}

export function chooseDevice(line: DeviceLine, deviceId: string): void {
  chosenDevices.value = { ...chosenDevices.value, [line]: deviceId };
  localStorage.setItem(DEVICES, JSON.stringify(chosenDevices.value));
}

/** The devices of a line that can be told apart: a browser names them once one of them is used. */
export async function devicesOf(line: DeviceLine): Promise<readonly MediaDeviceInfo[]> {
  const found = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return found.filter(
    ({ kind, deviceId }) => kind === KINDS[line] && deviceId !== "" && deviceId !== "default",
  );
}
