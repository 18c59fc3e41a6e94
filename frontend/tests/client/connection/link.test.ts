import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Ending } from "../../../src/client/connection/closing.ts";
import { Link } from "../../../src/client/connection/link.ts";
import { BOARD_SCHEMA, type ServerMessage } from "../../../src/client/wire.ts";

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

  readonly sent: string[] = [];
  isClosed = false;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.isClosed = true;
  }
}

const welcome = JSON.stringify({ ch: "system", type: "welcome", data: {} });

interface Options {
  readonly isLoading?: boolean;
  readonly token?: string;
  readonly renewToken?: () => Promise<string>;
}

interface Linked {
  readonly link: Link;
  readonly endings: Ending[];
  readonly heard: ServerMessage[];
  /** What it told of the server's silence, in order. */
  readonly silences: boolean[];
}

function linked({ isLoading = false, token = "t", renewToken }: Options = {}): Linked {
  const [endings, heard, silences]: [Ending[], ServerMessage[], boolean[]] = [[], [], []];
  const link = new Link(
    {
      url: "ws://lessons.test/ws/classroom/lesson-1/",
      token,
      ...(renewToken && { renewToken }),
      WebSocket: FakeSocket as unknown as typeof WebSocket,
      random: () => 1,
    },
    {
      opening: () => undefined,
      heard: (message) => heard.push(message),
      closed: () => undefined,
      reconnecting: () => undefined,
      silent: (isSilent) => silences.push(isSilent),
      isLoading: () => isLoading,
      ended: (ending) => endings.push(ending),
    },
  );
  link.open();
  return { link, endings, heard, silences };
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

const pong = JSON.stringify({ ch: "system", type: "pong", data: { t: 0 } });

test("a server that does not answer is told of after three seconds, and no longer once it does", async () => {
  const { silences } = linked();
  socket().onmessage?.({ data: welcome });
  await vi.advanceTimersByTimeAsync(4_999);
  expect(socket().sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(socket().sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2_999);
  expect(silences).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(silences).toEqual([true]);
  socket().onmessage?.({ data: pong });
  expect(silences).toEqual([true, false]);
  expect(socket().isClosed).toBe(false);
});

test("whoever is heard is not asked", async () => {
  linked();
  for (let n = 0; n < 20; n += 1) {
    socket().onmessage?.({ data: welcome });
    await vi.advanceTimersByTimeAsync(4_000);
  }
  expect(socket().sent).toEqual([]);
});

test("without a network it is told of at once, and another connection is made when there is one", async () => {
  const { link, silences } = linked();
  const first = socket();
  first.onmessage?.({ data: welcome });
  link.lost();
  expect(silences).toEqual([true]);
  link.openNow();
  expect(first.isClosed).toBe(true);
  expect(FakeSocket.opened).toHaveLength(2);
  expect(silences).toEqual([true, false]);
});

test("the network may be back before the connection is lost: then it goes on", async () => {
  const { link, silences } = linked();
  socket().onmessage?.({ data: welcome });
  link.lost();
  socket().onmessage?.({ data: pong });
  link.openNow();
  expect(silences).toEqual([true, false]);
  expect(FakeSocket.opened).toHaveLength(1);
});

test("a device that wakes asks at once, however long the connection was quiet", async () => {
  const { link, silences } = linked();
  socket().onmessage?.({ data: welcome });
  link.check();
  expect(socket().sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(silences).toEqual([true]);
});

test("a connection that answers no more is given up, but not while a large board comes", async () => {
  linked();
  const live = socket();
  live.onmessage?.({ data: welcome });
  await vi.advanceTimersByTimeAsync(16_000);
  expect(live.isClosed).toBe(false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(live.isClosed).toBe(true);

  const { silences } = linked({ isLoading: true });
  const loading = socket();
  loading.onmessage?.({ data: welcome });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(loading.isClosed).toBe(false);
  expect(silences).toEqual([]);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(loading.isClosed).toBe(true);
});

test("a connection that is never made is given up, too", async () => {
  linked({ isLoading: true });
  const first = socket();
  first.readyState = 0;
  await vi.advanceTimersByTimeAsync(12_000);
  expect(first.isClosed).toBe(true);
});

/** A token of an hour, `n`th of its kind. */
function token(n: number): string {
  const iat = Math.floor(Date.now() / 1_000);
  return ["head", btoa(JSON.stringify({ iat, exp: iat + 3_600, jti: n })), "sign"].join(".");
}

const shownTo = ({ sent }: FakeSocket): string[] =>
  sent.map((text) => JSON.parse(text)).filter(({ type }) => type === "token").map(({ data }) => data.token);
/** The server has spoken, so that nobody gives it up while time passes. */
async function passes(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 4_000) {
    await vi.advanceTimersByTimeAsync(Math.min(left, 4_000));
    socket().onmessage?.({ data: JSON.stringify({ ch: "system", type: "pong", data: { t: 0 } }) });
  }
}

test("[HS-8] a renewed token is shown on the connection that there is", async () => {
  const second = token(2);
  linked({ token: token(1), renewToken: () => Promise.resolve(second) });
  socket().onmessage?.({ data: welcome });
  await passes(2_390_000);
  expect(shownTo(socket())).toEqual([]);
  await passes(20_000);
  expect(shownTo(socket())).toEqual([second]);
  expect(FakeSocket.opened).toHaveLength(1);
});

test("[HS-8] a connection that was on its way shows it when it is there", async () => {
  const [first, second] = [token(1), token(2)];
  const { link } = linked({ token: first, renewToken: () => Promise.resolve(second) });
  vi.setSystemTime(Date.now() + 2_500_000);
  link.check();
  await vi.advanceTimersByTimeAsync(0);
  socket().onmessage?.({ data: welcome });
  expect(shownTo(socket()).at(-1)).toBe(second);
});

test("[HS-8] where the server took it, 4501 means another renewal; where not, a connection by it", async () => {
  const second = token(2);
  const renewToken = vi.fn(() => Promise.resolve(second));
  const { link } = linked({ token: token(1), renewToken });
  socket().onmessage?.({ data: welcome });
  vi.setSystemTime(Date.now() + 2_500_000);
  link.check();
  await vi.advanceTimersByTimeAsync(0);
  const first = socket();
  first.onclose?.({ code: 4501, reason: "the token has expired" });
  await vi.advanceTimersByTimeAsync(0);
  expect(FakeSocket.opened).toHaveLength(2);
  expect(renewToken).toHaveBeenCalledTimes(1);
  socket().onmessage?.({ data: welcome });
  socket().onmessage?.({ data: JSON.stringify({ ch: "system", type: "token", data: { expires_at: 1, ice_servers: [] } }) });
  socket().onclose?.({ code: 4501, reason: "signed out" });
  await vi.advanceTimersByTimeAsync(0);
  expect(renewToken).toHaveBeenCalledTimes(2);
});
