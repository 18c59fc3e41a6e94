/** The days of a month: whole weeks from Monday on. */

import { expect, test } from "vitest";
import { daysOf, keyOf, monthAfter } from "../../src/planning/month.ts";
import { daysApart } from "../../src/planning/plan.ts";
import { ruleOf } from "../../src/planning/repeating.ts";
import { chosen, USUAL } from "../../src/planning/settings.ts";

test("a month begins on a Monday and ends on a Sunday, with every day once", () => {
  for (const month of ["2026-02", "2026-03", "2026-10", "2027-02", "2028-02", "2026-11"]) {
    const days = daysOf(month);
    expect(days.length % 7).toBe(0);
    expect(days[0]!.getDay()).toBe(1);
    const keys = days.map(keyOf);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((key) => key.startsWith(month))[0]).toBe(`${month}-01`);
    expect(keys.slice(0, 7).some((key) => key.startsWith(month))).toBe(true);
    expect(keys.slice(-7).some((key) => key.startsWith(month))).toBe(true);
  }
});

test("months follow each other over the end of a year", () => {
  expect(monthAfter("2026-12", 1)).toBe("2027-01");
  expect(monthAfter("2027-01", -1)).toBe("2026-12");
});

test("days apart are days, over a change of summer time as well", () => {
  expect(daysApart("2026-10-24", "2026-10-26")).toBe(2);
  expect(daysApart("2027-03-01", "2027-02-28")).toBe(-1);
});

test("what is as usual is not said", () => {
  expect(chosen(USUAL)).toEqual({});
  expect(chosen({ ...USUAL, waiting_room: true, retention_days: 0 })).toEqual({ waiting_room: true, retention_days: 0 });
  expect(ruleOf("fortnightly", 4)).toBe("FREQ=WEEKLY;INTERVAL=2;COUNT=4");
});
