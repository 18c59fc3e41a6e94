/** What to do when devices come and go: pure. */

/** A camera or a microphone as it is used now. */
export interface InUse {
  /** Of the device that is on; null while the line is off. */
  readonly deviceId: string | null;
  /** Of the one that was unplugged while it was on, and is waited for. */
  readonly missing: string | null;
  /** Of the one that this device was told to use; empty for the browser's own choice. */
  readonly chosen: string;
}

/** Returns the device that is to be used from now on, or null where all stays as it is. */
export function deviceToUse({ deviceId, missing, chosen }: InUse, plugged: readonly string[]): string | null {
  // Who turned it off meanwhile, and whoever never had it on, is not taken by surprise.
  if (deviceId === null && missing === null) return null;
  const wanted = [chosen, missing].find((one) => one !== null && one !== "" && plugged.includes(one));
  // Of the browser's own choice no name is known; any device is better than none.
  const next = wanted ?? (deviceId === null ? plugged[0] : undefined);
  return next === undefined || next === deviceId ? null : next;
}
