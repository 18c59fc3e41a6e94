import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiRefusal } from "../../../src/client/rest/http.ts";
import { Link } from "../../../src/client/connection/link.ts";
import { Renewing } from "../../../src/client/connection/renewing.ts";

const TTL_S = 7_200;

/** A token as the server mints it; nobody here looks at its signature. */
function token({ at = Date.now(), ttlS = TTL_S } = {}): string {
  const claims = { iat: Math.floor(at / 1_000), exp: Math.floor(at / 1_000) + ttlS, user_id: 7 };
  return `e30.${btoa(JSON.stringify(claims))}.${"s".repeat(43)}`;
}

const offline = (): Promise<string> => Promise.reject(new TypeError("Failed to fetch"));
const refused = (status: number) => (): Promise<string> =>
  Promise.reject(new ApiRefusal(status, { code: "unauthorized", message: "" }));
const minutes = (many: number): Promise<unknown> => vi.advanceTimersByTimeAsync(many * 60_000);

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test("[SY-9] a token is renewed well before it ends, and so is the one after it", async () => {
  const renew = vi.fn(() => Promise.resolve(token()));
  const took = vi.fn();
  const renewing = new Renewing(renew, took);
  renewing.begin(token());
  await minutes(79);
  expect(renew).not.toHaveBeenCalled();
  await minutes(2);
  expect(renew).toHaveBeenCalledTimes(1);
  expect(took).toHaveBeenCalledTimes(1);
  await minutes(81);
  expect(renew).toHaveBeenCalledTimes(2);
  renewing.stop();
  await minutes(500);
  expect(renew).toHaveBeenCalledTimes(2);
});

test("[SY-9] one that a reload brought along is renewed by its age; one that has ended at once", async () => {
  const renew = vi.fn(() => Promise.resolve(token()));
  new Renewing(renew, () => undefined).begin(token({ at: Date.now() - 70 * 60_000 }));
  await minutes(11);
  expect(renew).toHaveBeenCalledTimes(1);
  new Renewing(renew, () => undefined).begin(token({ at: Date.now() - 24 * 60 * 60_000 }));
  await minutes(0);
  expect(renew).toHaveBeenCalledTimes(2);
});

test("[SY-9] a device that slept over it renews when it wakes, before any timer runs", async () => {
  const renew = vi.fn(() => Promise.resolve(token()));
  const renewing = new Renewing(renew, () => undefined);
  renewing.begin(token());
  // The lid is closed: time passes, timers do not.
  vi.setSystemTime(Date.now() + 3 * 60 * 60_000);
  expect(renew).not.toHaveBeenCalled();
  renewing.look();
  renewing.look();
  expect(renew).toHaveBeenCalledTimes(1);
});

test("[SY-9] without a network it is tried again, ever more seldom, and at once when one is told", async () => {
  const renew = vi.fn(offline);
  const renewing = new Renewing(renew, () => undefined);
  renewing.begin(token());
  await minutes(80);
  expect(renew).toHaveBeenCalledTimes(1);
  await minutes(1);
  expect(renew.mock.calls.length).toBeGreaterThan(4);
  const before = renew.mock.calls.length;
  await minutes(10);
  expect(renew.mock.calls.length - before).toBeLessThanOrEqual(11);
  renew.mockImplementation(() => Promise.resolve(token()));
  const tried = renew.mock.calls.length;
  renewing.look();
  expect(renew).toHaveBeenCalledTimes(tried + 1);
});

test.each([401, 403, 404])("[SY-9] what is refused with %i is not asked for again and again", async (status) => {
  const renew = vi.fn(refused(status));
  const renewing = new Renewing(renew, () => undefined);
  renewing.begin(token());
  await minutes(200);
  renewing.look();
  expect(renew).toHaveBeenCalledTimes(1);
});

test("who asks while one is on its way gets that one", async () => {
  const renew = vi.fn(() => Promise.resolve(token()));
  const renewing = new Renewing(renew, () => undefined);
  expect(await Promise.all([renewing.now(), renewing.now()])).toEqual([token(), token()]);
  expect(renew).toHaveBeenCalledTimes(1);
});

test("what is no token is left alone", async () => {
  const renew = vi.fn(() => Promise.resolve("x"));
  const renewing = new Renewing(renew, () => undefined);
  for (const odd of ["", "t", "a.b.c", `e30.${btoa("{}")}.s`, token({ ttlS: 0 })]) renewing.begin(odd);
  await minutes(500);
  expect(renew).not.toHaveBeenCalled();
});

// -- with a connection

class FakeSocket {
  static opened: FakeSocket[] = [];
  readyState = 1;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  constructor(
    _url: URL,
    readonly protocols: readonly string[],
  ) {
    FakeSocket.opened.push(this);
  }

  send(): void {}
  close(): void {}

  get shown(): string {
    return this.protocols[1]!.slice("bearer.".length);
  }
}

function linked(renewToken: () => Promise<string>, first = token()): { link: Link; ended: string[] } {
  FakeSocket.opened = [];
  const ended: string[] = [];
  const link = new Link(
    {
      url: "ws://lessons.test/ws/classroom/x/",
      token: first,
      renewToken,
      WebSocket: FakeSocket as unknown as typeof WebSocket,
      random: () => 1,
    },
    {
      opening: () => undefined,
      heard: () => undefined,
      closed: () => undefined,
      reconnecting: () => undefined,
      silent: () => undefined,
      isLoading: () => false,
      ended: (ending) => ended.push(ending),
    },
  );
  link.open();
  return { link, ended };
}

const expired = { code: 4501, reason: "the token has expired" };
const newest = (): FakeSocket => FakeSocket.opened.at(-1)!;

test("[SY-9] a token that ends while there is no network costs no seat: it is renewed once there is one", async () => {
  let isOffline = true;
  const renewed = token({ at: Date.now() + 5_000 });
  const renew = vi.fn(() => (isOffline ? offline() : Promise.resolve(renewed)));
  const { link, ended } = linked(renew, token({ at: Date.now() - TTL_S * 1_000 }));
  for (let n = 0; n < 3; n += 1) {
    newest().onclose?.(expired);
    await vi.advanceTimersByTimeAsync(20_000);
  }
  expect(ended).toEqual([]);
  isOffline = false;
  newest().onclose?.(expired);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(newest().shown).toBe(renewed);
  expect(ended).toEqual([]);
  link.close();
});

test("[SY-9] a connection that is closed for its old token comes back with the new one at once", async () => {
  const renewed = token({ at: Date.now() + 5_000_000 });
  const renew = vi.fn(() => Promise.resolve(renewed));
  const { link } = linked(renew);
  await minutes(81);
  expect(renew).toHaveBeenCalledTimes(1);
  newest().onclose?.(expired);
  expect(newest().shown).toBe(renewed);
  expect(renew).toHaveBeenCalledTimes(1);
  link.close();
});

test.each([401, 403, 404])("a seat that is refused with %i is over", async (status) => {
  const { ended } = linked(refused(status));
  newest().onclose?.(expired);
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toEqual(["token_invalid"]);
});

test("whoever has left renews nothing any more", async () => {
  const renew = vi.fn(() => Promise.resolve(token()));
  const { link } = linked(renew);
  link.close();
  await minutes(500);
  expect(renew).not.toHaveBeenCalled();
});
