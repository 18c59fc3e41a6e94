/** What was on when one joined, and is to be on in the classroom: kept until it is taken. */

import type { DeviceLine } from "./devices.ts";

const wishes = new Map<string, readonly DeviceLine[]>();

export function wish(sessionId: string, lines: readonly DeviceLine[]): void {
  wishes.set(sessionId, lines);
}

export function takeWish(sessionId: string): readonly DeviceLine[] {
  const lines = wishes.get(sessionId) ?? [];
  wishes.delete(sessionId);
  return lines;
}
