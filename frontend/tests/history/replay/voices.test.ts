import { beforeEach, expect, test, vi } from "vitest";
import { Voices, type Playable } from "../../../src/history/replay/voices.ts";

class FakePlayer {
  currentTime = 0;
  playbackRate = 1;
  preservesPitch = false;
  muted = false;
  paused = true;
  ended = false;
  seeking = false;
  readyState = 0;
  src = "";
  onerror: (() => void) | null = null;

  play(): Promise<void> {
    this.paused = false;
    return Promise.resolve();
  }

  pause(): void {
    this.paused = true;
  }

  removeAttribute(): void {
    this.src = "";
  }
}

const VOICE: Playable = { takeId: "v", userId: 7, kind: "audio", begin: 100_000, end: 160_000 };
const running = { isRunning: true, speed: 1, muted: new Set<number>() };

function set(fetch: (id: string) => Promise<Blob> = () => Promise.resolve(new Blob())) {
  const players: FakePlayer[] = [];
  const faults: string[] = [];
  const voices = new Voices([VOICE], {
    fetch,
    make: () => {
      players.push(new FakePlayer());
      return players.at(-1) as unknown as HTMLMediaElement;
    },
    onFault: ({ takeId }) => faults.push(takeId),
  });
  return { voices, players, faults };
}

beforeEach(() => {
  vi.stubGlobal("URL", { createObjectURL: () => "blob:v", revokeObjectURL: () => undefined });
});

test("a voice is fetched shortly before it is heard, waited for, and laid on the clock", async () => {
  const { voices, players } = set();
  voices.follow(50_000, running);
  expect(players).toEqual([]);
  voices.follow(95_000, running);
  await Promise.resolve();
  const [player] = players;
  expect([player!.src, player!.paused, voices.isThere(95_000, 1), voices.isThere(100_000, 1)]).toEqual(["blob:v", true, true, false]);
  player!.readyState = 4;
  expect(voices.isThere(100_000, 1)).toBe(true);
  voices.follow(130_000, running);
  expect([player!.currentTime, player!.paused, player!.preservesPitch]).toEqual([30, false, true]);
  player!.currentTime = 31.06;
  voices.follow(131_000, running);
  expect([player!.currentTime, player!.playbackRate]).toEqual([31.06, 0.94]);
  voices.follow(131_060, { ...running, speed: 2 });
  expect(player!.playbackRate).toBe(2);
});

test("it is still where the clock stands, outside of it, and faster than one understands", async () => {
  const { voices, players } = set();
  voices.follow(100_000, running);
  await Promise.resolve();
  const [player] = players;
  expect(voices.isThere(130_000, 4)).toBe(true);
  for (const [ms, options] of [
    [130_000, { ...running, isRunning: false }],
    [161_000, running],
    [130_000, { ...running, speed: 4 }],
  ] as const) {
    player!.paused = false;
    voices.follow(ms, options);
    expect(player!.paused).toBe(true);
  }
  voices.follow(130_000, { ...running, muted: new Set([7]) });
  expect([player!.paused, player!.muted]).toEqual([false, true]);
});

test("what cannot be had is told once and not waited for; what is far is let go of", async () => {
  const broken = set(() => Promise.reject(new TypeError("offline")));
  broken.voices.follow(100_000, running);
  await new Promise((resolve) => void setImmediate(resolve));
  expect([broken.faults, broken.voices.isThere(120_000, 1)]).toEqual([["v"], true]);
  const { voices, players } = set();
  voices.follow(100_000, running);
  await Promise.resolve();
  voices.follow(300_000, running);
  expect(players[0]!.src).toBe("");
  voices.follow(130_000, running);
  expect(players).toHaveLength(2);
});
