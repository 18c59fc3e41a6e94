import { expect, test } from "vitest";
import { Mix, mono, RATE, Speaking } from "../../../../src/history/film/sound/mixing.ts";

const tone = (ms: number, loud: number): Float32Array => new Float32Array((ms * RATE) / 1_000).fill(loud);

test("what lies at the same moment is summed, and what there is nothing of is silent", () => {
  const mix = new Mix(10);
  mix.add(tone(4, 0.25), 2);
  mix.add(tone(4, 0.5), 4);
  const at = (ms: number): number => mix.sum[Math.round((ms * RATE) / 1_000)]!;
  expect([0, 1.9, 2, 3.9, 4, 5.9, 6, 7.9, 8, 9.9].map(at)).toEqual([0, 0, 0.25, 0.25, 0.75, 0.75, 0.5, 0.5, 0, 0]);
  expect(mix.sum.length).toBe(480);
});

test("of what reaches over the ends of a window the rest is left to the next", () => {
  const mix = new Mix(10);
  mix.add(tone(4, 0.25), -2);
  mix.add(tone(4, 0.5), 8);
  mix.add(tone(4, 1), -20);
  mix.add(tone(4, 1), 20);
  expect([...new Set(mix.sum)]).toEqual([0.25, 0, 0.5]);
  expect(mix.sum.filter((value) => value !== 0).length).toBe(192);
});

test("sound is never louder than it can be, and comes at any rate", () => {
  const mix = new Mix(10);
  for (const sign of [1, -1]) for (let n = 0; n < 3; n += 1) mix.add(tone(1, sign * 0.6), sign > 0 ? 0 : 5);
  mix.add(Float32Array.from({ length: 24 }, (_, n) => n / 100), 8, 24_000);
  expect([mix.sum[0], mix.sum[245]]).toEqual([1, -1]);
  expect([...mix.sum.slice(384, 388)].map((value) => Math.round(1_000 * value))).toEqual([0, 5, 10, 15]);
  expect([...mono([new Float32Array([1, 0]), new Float32Array([0, 0.5])])]).toEqual([0.5, 0.25]);
});

test("somebody speaks from the first sound to the end of a silence that is longer than between words", () => {
  const speaking = new Speaking();
  const turns = [tone(1_000, 0), tone(400, 0.1), tone(400, 0), tone(200, 0.1), tone(2_000, 0.001)].flatMap((sound, n) =>
    speaking.add(sound, [5_000, 6_000, 6_400, 6_800, 7_000][n]!),
  );
  expect(turns).toEqual([
    { atMs: 6_000, speaks: true },
    { atMs: 7_400, speaks: false },
  ]);
});
