/** The days that a month shows: whole weeks, from Monday on. */

const two = (value: number): string => String(value).padStart(2, "0");

/** A day here, as in `2026-11-30`. */
export function keyOf(day: Date): string {
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** @param month as in `2026-11`. */
export function beginOf(month: string): Date {
  const [year, number] = month.split("-").map(Number);
  return new Date(year!, number! - 1, 1);
}

export function monthAfter(month: string, by: number): string {
  const begin = beginOf(month);
  return keyOf(new Date(begin.getFullYear(), begin.getMonth() + by, 1)).slice(0, 7);
}

/** The weeks that a month has a day in, day by day. */
export function daysOf(month: string): readonly Date[] {
  const begin = beginOf(month);
  const ahead = (begin.getDay() + 6) % 7;
  const last = new Date(begin.getFullYear(), begin.getMonth() + 1, 0);
  const weeks = Math.ceil((ahead + last.getDate()) / 7);
  return Array.from({ length: weeks * 7 }, (_, n) => new Date(begin.getFullYear(), begin.getMonth(), 1 - ahead + n));
}
