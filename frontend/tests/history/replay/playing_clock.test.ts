import { expect, test } from "vitest";
import { PlayingClock } from "../../../src/history/replay/playing_clock.ts";
import { correction } from "../../../src/history/replay/following_clock.ts";

test("room time passes at its speed while it runs, and stands else", () => {
  let now = 0;
  const clock = new PlayingClock(() => now);
  clock.seek(1_000_000);
  now = 500;
  expect(clock.ms).toBe(1_000_000);
  clock.run(true);
  now = 1_500;
  expect(clock.ms).toBe(1_001_000);
  clock.speed = 2;
  now = 2_500;
  expect(clock.ms).toBe(1_003_000);
  clock.run(false);
  now = 9_999;
  expect(clock.ms).toBe(1_003_000);
  clock.seek(7);
  clock.run(true);
  now = 10_000;
  expect(clock.ms).toBe(9);
});

test("what is a little off is played a little slower or faster; what is more, jumps", () => {
  expect(correction(10, 1)).toEqual({ jumps: false, rate: 1 });
  expect(correction(60, 1).rate).toBeCloseTo(0.94);
  expect(correction(-60, 2).rate).toBeCloseTo(2.12);
  expect(correction(130, 1).jumps).toBe(true);
  expect(correction(-130, 2).jumps).toBe(false);
  expect(correction(-250, 2).jumps).toBe(true);
});
