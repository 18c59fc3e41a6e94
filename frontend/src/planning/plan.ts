/** When a lesson is to be, as the inputs of a form have it: by the clock on the wall here. */

import type { SessionSummary } from "../client/rest/rest.ts";

export interface Plan {
  /** As in `2026-11-30`. */
  readonly day: string;
  /** As in `16:00`. */
  readonly time: string;
  /** In minutes. */
  readonly length: number;
}

export const USUAL_MINUTES = 60;
const HOUR_MS = 3_600_000;

type Times = Pick<SessionSummary, "scheduled_start" | "scheduled_end">;

const two = (value: number): string => String(value).padStart(2, "0");

/** A moment as the inputs of date and time have it, here. */
export function inputsOf(at: Date): Pick<Plan, "day" | "time"> {
  return {
    day: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: `${two(at.getHours())}:${two(at.getMinutes())}`,
  };
}

export function lengthOf({ scheduled_start: start, scheduled_end: end }: Times): number {
  const planned = start && end ? Math.round((Date.parse(end) - Date.parse(start)) / 60_000) : USUAL_MINUTES;
  return planned > 0 ? planned : USUAL_MINUTES;
}

/** The next full hour. */
export function soon(now = Date.now()): Plan {
  return { ...inputsOf(new Date(Math.ceil((now + 1) / HOUR_MS) * HOUR_MS)), length: USUAL_MINUTES };
}

export function planOf(session: Times): Plan {
  if (!session.scheduled_start) return { ...soon(), length: lengthOf(session) };
  return { ...inputsOf(new Date(session.scheduled_start)), length: lengthOf(session) };
}

/** The same weekday and time a week later: of the weeks to come the first, by the clock on the wall. */
export function aWeekLater(session: Times & Pick<SessionSummary, "actual_start">, now = Date.now()): Plan {
  const began = session.scheduled_start ?? session.actual_start;
  if (!began) return soon(now);
  const at = new Date(began);
  do at.setDate(at.getDate() + 7);
  while (at.getTime() <= now);
  return { ...inputsOf(at), length: lengthOf(session) };
}

/** Beginning and end in ISO 8601; null while something of it is missing. */
export function timesOf({ day, time, length }: Plan): { readonly start: string; readonly end: string } | null {
  const start = new Date(`${day}T${time}`);
  if (Number.isNaN(start.getTime())) return null;
  return { start: start.toISOString(), end: new Date(start.getTime() + length * 60_000).toISOString() };
}

/** How many days the second day is after the first; both as in `2026-11-30`. */
export function daysApart(first: string, second: string): number {
  return Math.round((Date.parse(`${second}T12:00Z`) - Date.parse(`${first}T12:00Z`)) / 86_400_000);
}
