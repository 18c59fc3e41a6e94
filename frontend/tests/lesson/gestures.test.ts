import { beforeEach, expect, test } from "vitest";
import type { RoomClient } from "../../src/client/room_client.ts";
import { Gestures } from "../../src/lesson/gestures.ts";

let gestures: Gestures;
let tell: (code: string, params?: object) => void;
let welcome: () => void;
const gone: string[] = [];

beforeEach(() => {
  const heard = new Map<string, (data?: unknown) => void>();
  const client = {
    on(name: string, listener: () => void) {
      heard.set(name, listener);
      return () => gone.push(name);
    },
  } as unknown as RoomClient;
  gestures = new Gestures(client);
  tell = (code, params) => heard.get("notification")!({ code, params });
  welcome = () => heard.get("welcome")!();
});

test("somebody is seen large until it ends, and put there anew they are another", () => {
  tell("spotlight", { user_id: 7, is_screen: false, by: 1 });
  const first = gestures.spotlight.value;
  expect(first).toEqual({ userId: 7, isScreen: false });
  tell("spotlight", { user_id: 7, is_screen: false, by: 1 });
  expect(gestures.spotlight.value).not.toBe(first);
  tell("spotlight_over");
  expect(gestures.spotlight.value).toBeNull();
});

test("those who look elsewhere come and go, one by one or at once", () => {
  tell("away", { users: [7, 9], is_away: true });
  tell("away", { users: [7], is_away: false });
  expect([...gestures.away.value]).toEqual([9]);
});

test("[RC-11] who is not recorded is known until it is over, and by who comes back from what they are told", () => {
  tell("unrecorded", { user_id: 7, tracks: [{ kind: "audio", why: "unable" }] });
  tell("unrecorded", { user_id: 9, tracks: [{ kind: "video", why: "failed" }] });
  tell("unrecorded", { user_id: 9, tracks: [] });
  expect([...gestures.unrecorded.value]).toEqual([[7, [{ kind: "audio", why: "unable" }]]]);
  welcome();
  expect(gestures.unrecorded.value.size).toBe(0);
});

test("one who comes back knows nothing but what they are told again", () => {
  tell("away", { users: [7], is_away: true });
  tell("spotlight", { user_id: 7, is_screen: true });
  welcome();
  expect([gestures.spotlight.value, gestures.away.value.size]).toEqual([null, 0]);
});

test("what was told before is known", () => {
  const client = { on: () => () => undefined } as unknown as RoomClient;
  const told = [{ level: "info", code: "away", message: "", params: { users: [3], is_away: true } }] as const;
  expect([...new Gestures(client, told).away.value]).toEqual([3]);
});

test("other notifications are none of it, and it can be ended", () => {
  tell("reaction", { user_id: 7, reaction: "clap" });
  tell("released");
  expect([gestures.spotlight.value, gestures.away.value.size]).toEqual([null, 0]);
  gestures.dispose();
  expect(gone).toEqual(["welcome", "notification"]);
});
