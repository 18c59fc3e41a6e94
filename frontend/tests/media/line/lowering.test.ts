import { expect, test } from "vitest";
import type { Reading } from "../../../src/media/line/counters.ts";
import { climbed, NONE, stepFor, STEPS, TOP, voiceBits, type Ladder } from "../../../src/media/line/lowering.ts";
import { CLEAN } from "./readings.ts";

const SHARE = 800_000;

test.each<readonly [string, Partial<Reading>, number, number]>([
  ["a clean line", {}, 0, 0],
  ["5 % loss", { lossOut: 0.05 }, 0, 2],
  ["15 % loss", { lossOut: 0.15 }, 0, 3],
  ["a third lost", { lossOut: 0.33 }, 0, NONE],
  ["what comes in is not what one sends", { lossIn: 0.33 }, 0, 0],
  ["a queue", { queueMs: 300 }, 0, 2],
  ["a long queue", { queueMs: 700 }, 0, 3],
  ["a second of queue", { queueMs: 1_100 }, 0, NONE],
  ["a far country", { rttMs: 400 }, 0, 0],
  ["room for 300 kbit/s", { capacity: 300_000, isHeldDown: true }, 0, 2],
  ["room for 120 kbit/s", { capacity: 120_000, isHeldDown: true }, 0, 3],
  ["room for a voice", { capacity: 60_000, isHeldDown: true }, 0, NONE],
  ["room enough for the present step", { capacity: 180_000, isHeldDown: true }, 2, 0],
  ["little room that holds nothing down", { capacity: 60_000 }, 0, 0],
])("%s", (_, reading, step, asked) => {
  expect(stepFor({ ...CLEAN, ...reading }, step, SHARE)).toBe(asked);
});

test("who shares a line with many asks for no more than their share", () => {
  expect(stepFor({ ...CLEAN, capacity: 150_000, isHeldDown: true }, 0, 100_000)).toBe(0);
});

/** The steps after so many readings. */
function steps(readings: readonly Partial<Reading>[], from: Ladder = TOP): { readonly steps: number[]; readonly last: Ladder } {
  let ladder = from;
  return { steps: readings.map((reading) => (ladder = climbed(ladder, { ...CLEAN, ...reading }, SHARE)).step), last: ladder };
}

const many = (count: number, reading: Partial<Reading>): Partial<Reading>[] => Array<Partial<Reading>>(count).fill(reading);
const LOSSY = { lossOut: 0.05 };
const BROKEN = { lossOut: 0.4 };

test("it goes down after two readings, and no further than it must", () => {
  expect(steps([LOSSY, {}, LOSSY, {}]).steps).toEqual([0, 0, 0, 0]);
  expect(steps(many(6, LOSSY)).steps).toEqual([0, 2, 2, 2, 2, 2]);
});

test("where next to nothing comes through the camera goes off last", () => {
  expect(steps(many(7, BROKEN)).steps).toEqual([0, 2, 2, 3, 3, NONE, NONE]);
});

test("it comes back a step at a time, after a while", () => {
  const { last } = steps(many(6, BROKEN));
  expect(steps(many(30, {}), last).steps).toEqual([...many(5, {}).map(() => NONE), 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
});

test("a step up that was one too many is tried again later each time, and at most after a minute and a half", () => {
  let { last } = steps(many(2, LOSSY));
  const waited: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    let count = 0;
    const before = last.step;
    while (last.step === before) {
      last = climbed(last, CLEAN, SHARE);
      count += 1;
    }
    waited.push(count);
    last = steps(many(2, LOSSY), last).last;
  }
  expect(waited).toEqual([6, 12, 24, 48, 48]);
  // A line that holds is trusted again.
  expect(steps(many(120, {}), last).last).toMatchObject({ step: 0, patience: TOP.patience });
});

test("each step takes less than the one before, and a voice less on the lower ones", () => {
  for (const [n, step] of STEPS.slice(1).entries()) {
    expect(step.bits).toBeLessThan(STEPS[n]!.bits);
    expect(step.scale).toBeGreaterThan(STEPS[n]!.scale);
    expect(step.framesPerS).toBeLessThan(STEPS[n]!.framesPerS);
  }
  expect([0, 1, 2, 3, NONE].map(voiceBits)).toEqual([40_000, 40_000, 24_000, 24_000, 24_000]);
});
