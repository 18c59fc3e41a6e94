/** What the browser does to a microphone's sound and a camera's picture; chosen for this device. */

import { signal } from "@preact/signals";
import { deviceStorage } from "../../browser/browser_storage.ts";
import type { DeviceLine } from "../devices.ts";

export const PROCESSES = {
  audio: ["noiseSuppression", "echoCancellation", "autoGainControl"],
  /** Only where the browser has it itself: nothing is fetched for it. */
  video: ["backgroundBlur"],
} as const;
export type Process = (typeof PROCESSES)[DeviceLine][number];

export type Processing = Readonly<Record<Process, boolean>>;

const DEFAULTS: Processing = {
  noiseSuppression: true,
  echoCancellation: true,
  autoGainControl: true,
  backgroundBlur: false,
};
const STORED_AS = "lessonroom.processing";

export const processing = signal<Processing>(processingIn(deviceStorage.getItem(STORED_AS)));

/** Returns what was kept; what is not there, or is nonsense, is as it would be by itself. */
export function processingIn(kept: string | null): Processing {
  let stored: Readonly<Record<string, unknown>> = {};
  try {
    const found = JSON.parse(kept ?? "{}") as unknown;
    if (typeof found === "object" && found !== null) stored = found as typeof stored;
  } catch {
    // It was cut off, or is somebody else's.
  }
  const known = Object.entries(DEFAULTS).map(([name, usual]) => {
    const value = stored[name];
    return [name, typeof value === "boolean" ? value : usual];
  });
  return Object.fromEntries(known) as Processing;
}

export function chooseProcess(process: Process, isOn: boolean): void {
  processing.value = { ...processing.value, [process]: isOn };
  deviceStorage.setItem(STORED_AS, JSON.stringify(processing.value));
}

/** What a device is to be asked for with, of what the browser knows. */
export function wantedOf(line: DeviceLine): MediaTrackConstraints {
  const known = knownProcesses();
  return Object.fromEntries(PROCESSES[line].filter((name) => known.has(name)).map((name) => [name, processing.value[name]]));
}

/** What can be switched of a device that is in use: what it can do with and without. */
export function offeredBy(track: MediaStreamTrack, line: DeviceLine): readonly Process[] {
  const known = knownProcesses();
  const capabilities = track.getCapabilities?.() as Readonly<Record<string, unknown>> | undefined;
  return PROCESSES[line].filter((name) => {
    if (!known.has(name)) return false;
    const can = capabilities?.[name];
    // Firefox knows them, and says of no device what it can do; blur is had by few.
    if (can === undefined) return capabilities === undefined && name !== "backgroundBlur";
    // Echo can be cancelled in several ways.
    return Array.isArray(can) && can.includes(false) && can.some((one) => one !== false);
  });
}

function knownProcesses(): ReadonlySet<string> {
  const supported = navigator.mediaDevices?.getSupportedConstraints() ?? {};
  return new Set(Object.entries(supported).flatMap(([name, isKnown]) => (isKnown ? [name] : [])));
}
