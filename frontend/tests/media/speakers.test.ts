import { expect, test } from "vitest";
import { Speakers, untilNextLook } from "../../src/media/speakers.ts";

const EVE = 7;
const everyone = (): boolean => true;

test("a voice is seen through the breath between two syllables, and no longer", () => {
  const speakers = new Speakers();
  speakers.hear(EVE, 0.3, 1_000);
  speakers.hear(EVE, 0.001, 1_130);
  expect([...speakers.now(everyone, 1_500)]).toEqual([EVE]);
  expect([...speakers.now(everyone, 1_501)]).toEqual([]);
});

test("who is muted stops at once, and is not taken up where they left off", () => {
  const speakers = new Speakers();
  speakers.hear(EVE, 0.3, 1_000);
  expect([...speakers.now(() => false, 1_001)]).toEqual([]);
  expect([...speakers.now(everyone, 1_002)]).toEqual([]);
});

test("a room's noise is nobody's voice", () => {
  const speakers = new Speakers();
  speakers.hear(EVE, 0.02, 1_000);
  expect([...speakers.now(everyone, 1_000)]).toEqual([]);
});

test("a short sound that comes again and again is heard within seconds, whatever its beat and where it begins", () => {
  // A generator of the test's own: each run is the same.
  let state = 1;
  const chance = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let every = 130; every <= 1_000; every += 10) {
    for (let begin = 0; begin < every; begin += 10) {
      let at = 0;
      while ((at + begin) % every >= 40) at += untilNextLook(chance());
      expect(at).toBeLessThan(40_000);
    }
  }
});
