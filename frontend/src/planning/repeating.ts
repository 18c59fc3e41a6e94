/** How often a lesson repeats, as the form has it and as the server takes it (RFC 5545). */

export const REPEATS = ["once", "weekly", "fortnightly", "daily"] as const;
export type Repeat = (typeof REPEATS)[number];

/** Lessons of one series, at most. */
export const MOST_TIMES = 200;

const RULES: Readonly<Record<Exclude<Repeat, "once">, string>> = {
  weekly: "FREQ=WEEKLY",
  fortnightly: "FREQ=WEEKLY;INTERVAL=2",
  daily: "FREQ=DAILY",
};

export function ruleOf(repeat: Exclude<Repeat, "once">, times: number): string {
  return `${RULES[repeat]};COUNT=${times}`;
}

/** The zone whose clock hangs on the wall here. */
export function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}
