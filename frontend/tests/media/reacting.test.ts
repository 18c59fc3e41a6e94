import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RoomClient } from "../../src/client/room_client.ts";
import { Reacting } from "../../src/media/reacting.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function lesson() {
  let tell: (told: object) => void = () => undefined;
  const client = { on: (_: string, heard: typeof tell) => ((tell = heard), () => (tell = () => undefined)) };
  const reacting = new Reacting(client as unknown as RoomClient);
  const react = (user_id: number, reaction: string): void => tell({ code: "reaction", params: { user_id, reaction } });
  return { reacting, react, tell: (told: object) => tell(told), shown: () => Object.fromEntries(reacting.faces.value) };
}

test("a face is shown for a glance, each person's by itself", () => {
  const { react, shown } = lesson();
  react(1, "heart");
  vi.advanceTimersByTime(3_000);
  react(2, "yes");
  expect(shown()).toEqual({ 1: "❤️", 2: "👍" });
  vi.advanceTimersByTime(1_000);
  expect(shown()).toEqual({ 2: "👍" });
});

test("the newest holds, and as long as the first would have", () => {
  const { react, shown } = lesson();
  react(1, "heart");
  vi.advanceTimersByTime(3_900);
  react(1, "no");
  vi.advanceTimersByTime(3_900);
  expect(shown()).toEqual({ 1: "👎" });
  vi.advanceTimersByTime(100);
  expect(shown()).toEqual({});
});

test("what a newer server may tell is nobody's face, nor is other news", () => {
  const { react, tell, shown } = lesson();
  react(1, "juggles");
  react(1, "constructor");
  tell({ code: "muted" });
  expect(shown()).toEqual({});
});

test("who has left is told nothing more", () => {
  const { reacting, react, shown } = lesson();
  react(1, "heart");
  reacting.dispose();
  react(2, "yes");
  vi.advanceTimersByTime(10_000);
  expect(shown()).toEqual({ 1: "❤️" });
});
