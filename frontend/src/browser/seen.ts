/** How far somebody has read on this device, so that a reload does not make news of old, or hide it. */

import { deviceStorage } from "./browser_storage.ts";

export const SEEN = "lessonroom.seen";
const SEATS_MOST = 100;

/** The `seq` up to which a seat's person has read; null where that is not known here. */
export function seenUpTo(seat: string): number | null {
  const found = kept().find(([known]) => known === seat);
  return found === undefined ? null : found[1];
}

export function readUpTo(seat: string, seq: number): void {
  const others = kept().filter(([known]) => known !== seat);
  deviceStorage.setItem(SEEN, JSON.stringify([[seat, seq], ...others].slice(0, SEATS_MOST)));
}

function kept(): readonly (readonly [string, number])[] {
  try {
    const all = JSON.parse(deviceStorage.getItem(SEEN) ?? "[]") as unknown;
    return Array.isArray(all) ? (all as [string, number][]).filter((one) => Array.isArray(one) && Number.isSafeInteger(one[1])) : [];
  } catch {
    return [];
  }
}
