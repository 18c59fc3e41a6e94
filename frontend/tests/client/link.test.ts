import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Ending } from "../../src/client/closing.ts";
import { Link } from "../../src/client/link.ts";
import { BOARD_SCHEMA, type ServerMessage } from "../../src/client/wire.ts";

class FakeSocket {
  static readonly opened: FakeSocket[] = [];
  readyState = 1;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(
    readonly url: URL,
    readonly protocols: readonly string[],
  ) {
    FakeSocket.opened.push(this);
  }

  send(): void {}
  close(): void {}
}

const welcome = JSON.stringify({ ch: "system", type: "welcome", data: {} });

function linked(): { readonly link: Link; readonly endings: Ending[]; readonly heard: ServerMessage[] } {
  const [endings, heard]: [Ending[], ServerMessage[]] = [[], []];
  const link = new Link(
    {
      url: "ws://lessons.test/ws/classroom/lesson-1/",
      token: "t",
      WebSocket: FakeSocket as unknown as typeof WebSocket,
      random: () => 1,
    },
    {
      opening: () => undefined,
      heard: (message) => heard.push(message),
      closed: () => undefined,
      reconnecting: () => undefined,
      ended: (ending) => endings.push(ending),
    },
  );
  link.open();
  return { link, endings, heard };
}

const socket = (): FakeSocket => FakeSocket.opened.at(-1)!;

/** Whether a new connection is opened within so long, and not before. */
async function reopensWithin(ms: number): Promise<boolean> {
  const before = FakeSocket.opened.length;
  await vi.advanceTimersByTimeAsync(ms);
  return FakeSocket.opened.length === before + 1;
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.opened.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

test("[HS-1] a connection says what its client knows of boards", () => {
  linked();
  expect(socket().url.searchParams.get("schema")).toBe(String(BOARD_SCHEMA));
});

test("a room that has moved is there at once, and not again where it moves on", async () => {
  linked();
  socket().onmessage?.({ data: welcome });
  socket().onclose?.({ code: 1012, reason: "moved" });
  expect(await reopensWithin(100)).toBe(true);
  socket().onclose?.({ code: 1012, reason: "moved" });
  expect(await reopensWithin(100)).toBe(false);
  expect(await reopensWithin(500)).toBe(true);
});

test("a connection that has held a while comes back from the next move at once as well", async () => {
  linked();
  socket().onclose?.({ code: 1012, reason: "moved" });
  expect(await reopensWithin(100)).toBe(true);
  socket().onmessage?.({ data: welcome });
  await vi.advanceTimersByTimeAsync(5_000);
  socket().onclose?.({ code: 1012, reason: "moved" });
  expect(await reopensWithin(100)).toBe(true);
});

test("a server that restarts is given time", async () => {
  linked();
  socket().onclose?.({ code: 1012, reason: "restarting" });
  expect(await reopensWithin(100)).toBe(false);
  expect(await reopensWithin(200)).toBe(true);
});

test("a rate limit is waited out", async () => {
  linked();
  socket().onclose?.({ code: 4429, reason: "retry after 900 ms" });
  expect(await reopensWithin(899)).toBe(false);
  expect(await reopensWithin(1)).toBe(true);
});

test("a client that is too old does not come back", async () => {
  const { endings } = linked();
  socket().onclose?.({ code: 4505, reason: "client too old" });
  expect(endings).toEqual(["client_too_old"]);
  expect(await reopensWithin(60_000)).toBe(false);
});
