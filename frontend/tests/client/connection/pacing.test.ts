import { expect, test } from "vitest";
import { Pacing } from "../../../src/client/connection/pacing.ts";

function paced() {
  const sent: number[] = [];
  const timers: (() => void)[] = [];
  const pacing = new Pacing<number>(
    (message) => sent.push(message),
    (_, call) => timers.push(call),
  );
  return { sent, pacing, tick: () => timers.splice(0).forEach((call) => call()), timers };
}

test("[FC-1] signals past the burst wait their turn, and none is lost", () => {
  const { sent, pacing, tick, timers } = paced();
  for (let n = 0; n < 200; n += 1) pacing.push(n);
  expect(sent.length).toBe(150);
  tick();
  expect(sent.length).toBe(154);
  for (let n = 0; n < 12; n += 1) tick();
  expect(sent).toEqual(Array.from({ length: 200 }, (_, n) => n));
  // At rest it regains what it may send at once, and then has nothing to do.
  for (let n = 0; n < 60; n += 1) tick();
  expect(timers.length).toBe(0);
  for (let n = 0; n < 150; n += 1) pacing.push(n);
  expect(sent.length).toBe(350);
});

test("[FC-1] a new connection begins anew, without what was meant for the old", () => {
  const { sent, pacing, tick } = paced();
  for (let n = 0; n < 160; n += 1) pacing.push(n);
  pacing.reset();
  pacing.push(1000);
  expect(sent.slice(150)).toEqual([1000]);
  tick();
  expect(sent.length).toBe(151);
});
