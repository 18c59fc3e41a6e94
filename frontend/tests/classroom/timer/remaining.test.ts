import { expect, test } from "vitest";
import { remainingMs, shownMs } from "../../../src/classroom/timer/remaining.ts";

test("a timer that runs ends when the server's clock says so; one that stands has what it has", () => {
  expect(remainingMs({ seconds: 60, ends_at: 90_000 }, 30_500)).toBe(59_500);
  expect(remainingMs({ seconds: 60, ends_at: 90_000 }, 91_000)).toBe(-1_000);
  expect(remainingMs({ seconds: 60, left_ms: 12_000 }, 91_000)).toBe(12_000);
});

test("a second that has begun is shown, and 0 is the end", () => {
  expect([60_000, 59_001, 59_000, 1, 0, -5].map(shownMs)).toEqual([60_000, 60_000, 59_000, 1_000, 0, 0]);
});
