import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Gathering, GATHER_MS } from "../../../src/client/connection/gathering.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function gathering(): { readonly gathering: Gathering; readonly count: () => number } {
  let told = 0;
  const one = new Gathering(
    () => void (told += 1),
    (delayMs, call) => void setTimeout(call, delayMs),
  );
  return { gathering: one, count: () => told };
}

test("what comes within a while is told once, that long after the first of it", () => {
  const { gathering: told, count } = gathering();
  for (let n = 0; n < 5; n += 1) {
    told.soon();
    vi.advanceTimersByTime(GATHER_MS / 10);
  }
  expect(count()).toBe(0);
  vi.advanceTimersByTime(GATHER_MS / 2);
  expect(count()).toBe(1);
  told.soon();
  vi.advanceTimersByTime(GATHER_MS);
  expect(count()).toBe(2);
});

test("what is told at once takes along what waits, and what comes after it waits its own while", () => {
  const { gathering: told, count } = gathering();
  told.soon();
  vi.advanceTimersByTime(GATHER_MS - 1);
  told.now();
  expect(count()).toBe(1);
  told.soon();
  vi.advanceTimersByTime(1);
  expect(count()).toBe(1);
  vi.advanceTimersByTime(GATHER_MS - 1);
  expect(count()).toBe(2);
});
