/** When the next lesson is to be: by the clock on the wall, also over a change of summer time. */

import { expect, test } from "vitest";
import { aWeekLater, planOf, soon, timesOf } from "../../src/planning/plan.ts";

const at = (day: string, time: string): string => new Date(`${day}T${time}`).toISOString();
const lesson = (day: string, from: string, to: string) => ({
  scheduled_start: at(day, from),
  scheduled_end: at(day, to),
  actual_start: null,
});

test("a week later is the same weekday at the same time, over a change of summer time as well", () => {
  const last = lesson("2026-10-22", "16:00", "16:45");
  const now = Date.parse(at("2026-10-22", "17:00"));
  expect(aWeekLater(last, now)).toEqual({ day: "2026-10-29", time: "16:00", length: 45 });
});

test("of an old lesson it is the first of the weeks to come", () => {
  const last = lesson("2026-09-03", "16:00", "17:00");
  expect(aWeekLater(last, Date.parse(at("2026-09-24", "16:00"))).day).toBe("2026-10-01");
  expect(aWeekLater(last, Date.parse(at("2026-09-24", "15:59"))).day).toBe("2026-09-24");
});

test("without a plan it is the time at which the lesson began, or else soon", () => {
  const began = { scheduled_start: null, scheduled_end: null, actual_start: at("2026-09-03", "10:05") };
  expect(aWeekLater(began, Date.parse(at("2026-09-03", "11:00")))).toEqual({ day: "2026-09-10", time: "10:05", length: 60 });
  const never = { ...began, actual_start: null };
  expect(aWeekLater(never, Date.parse(at("2026-09-03", "11:10"))).time).toBe("12:00");
});

test("what a form holds is a moment, or nothing while a part is missing", () => {
  const plan = planOf(lesson("2026-12-31", "23:30", "23:59"));
  expect(plan).toEqual({ day: "2026-12-31", time: "23:30", length: 29 });
  expect(timesOf(plan)).toEqual({ start: at("2026-12-31", "23:30"), end: at("2026-12-31", "23:59") });
  expect(timesOf({ ...plan, day: "" })).toBeNull();
  expect(soon(Date.parse(at("2026-12-31", "23:30")))).toEqual({ day: "2027-01-01", time: "00:00", length: 60 });
});
