import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EMPTY_BOARD, type Board } from "../../../src/client/replica/board.ts";
import type { LoggedOperation } from "../../../src/client/wire.ts";
import type { Course } from "../../../src/history/course.ts";
import { Changes } from "../../../src/history/replay/changes.ts";
import { Replay } from "../../../src/history/replay/replay.ts";

const T0 = 1_000_000;
const rect = (id: string): LoggedOperation => ({ op: "put", element: { type: "rect", id, layer: "base", x: 0, y: 0, w: 1, h: 1 } });

/** Two things were drawn, an hour apart, in a lesson that began to be recorded a second before. */
function set() {
  const shown: number[] = [];
  const course = {
    head: signal(9),
    board: signal<Board>(EMPTY_BOARD),
    showMoment: (board: Board, version: number) => {
      course.board.value = board;
      shown.push(version);
    },
  };
  const replay = new Replay(course as unknown as Course, { media: () => Promise.reject(new TypeError("offline")) }, {
    changes: new Changes([
      { seq: 3, at: T0 + 1_000, author: 1, ops: [rect("a")] },
      { seq: 5, at: T0 + 3_600_000, author: 1, ops: [rect("b")] },
    ]),
    takes: [],
    recordings: [{ recording_id: "one", started_at: new Date(T0).toISOString(), stopped_at: null }],
    seats: [],
  });
  return { replay, course, shown };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("requestAnimationFrame", (call: () => void) => setTimeout(call, 16));
  vi.stubGlobal("cancelAnimationFrame", clearTimeout);
});
afterEach(() => vi.useRealTimers());

test("it begins where one sees the newest, plays from the beginning, and stops at the end", () => {
  const { replay, course, shown } = set();
  expect(replay.span).toEqual([T0, T0 + 3_600_000]);
  expect(replay.elapsed.value).toBe(3_600_000);
  replay.play();
  vi.advanceTimersByTime(500);
  expect([replay.isPlaying.value, course.board.value.elements.size]).toEqual([true, 0]);
  vi.advanceTimersByTime(700);
  expect(course.board.value.elements.size).toBe(1);
  // Nobody waits for an hour in which nothing was drawn or said.
  vi.advanceTimersByTime(2_000);
  expect([replay.isPlaying.value, course.board.value.elements.size, shown.at(-1)]).toEqual([false, 2, 9]);
  expect(replay.elapsed.value).toBe(3_600_000);
});

test("one goes to any moment, within the lesson, also while it plays", () => {
  const { replay, course, shown } = set();
  replay.seek(T0 + 2_000);
  expect([course.board.value.elements.size, shown.at(-1), replay.elapsed.value]).toEqual([1, 3, 2_000]);
  replay.seek(0);
  expect([course.board.value.elements.size, replay.elapsed.value]).toEqual([0, 0]);
  replay.play();
  replay.seek(T0 + 9_999_999);
  expect([replay.isPlaying.value, replay.elapsed.value, course.board.value.elements.size]).toEqual([false, 3_600_000, 2]);
  replay.setSpeed(2);
  replay.mute(7, true);
  expect([replay.speed.value, [...replay.muted.value]]).toEqual([2, [7]]);
  replay.mute(7, false);
  expect(replay.muted.value.size).toBe(0);
  replay.dispose();
});
