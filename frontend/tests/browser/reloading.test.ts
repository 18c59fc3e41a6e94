import { beforeEach, expect, test, vi } from "vitest";
import type { Connection, Status } from "../../src/client/room_client.ts";
import type { Ending } from "../../src/client/connection/closing.ts";

const items = new Map<string, string>();

beforeEach(() => {
  items.clear();
  vi.resetModules();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => items.set(key, value),
    removeItem: (key: string) => items.delete(key),
  });
  vi.stubGlobal("localStorage", {});
});

/** A page as it is loaded, and how often it loads itself anew. */
async function loaded(): Promise<{ follow: (connection: Connection, ending?: Ending) => void; reloads: () => number }> {
  const { Reloading } = await import("../../src/browser/reloading.ts");
  let reloads = 0;
  const reloading = new Reloading(() => {
    reloads += 1;
  });
  const rest = { reason: "", isSilent: false, unsaved: 0, sending: null };
  return {
    follow: (connection, ending) => {
      const status: Status = { connection, ending: ending ?? null, ...rest };
      reloading.follow({ status });
    },
    reloads: () => reloads,
  };
}

test("a page that is too old is loaded anew once, and then the person is told", async () => {
  const old = await loaded();
  old.follow("ended", "client_too_old");
  old.follow("ended", "client_too_old");
  expect(old.reloads()).toBe(1);
  const again = await loaded();
  again.follow("ended", "client_too_old");
  expect(again.reloads()).toBe(0);
});

test("a connection that works makes the next one possible", async () => {
  const old = await loaded();
  old.follow("ended", "client_too_old");
  const fresh = await loaded();
  fresh.follow("live");
  fresh.follow("ended", "client_too_old");
  expect(fresh.reloads()).toBe(1);
});

test("where nothing outlives a reload, and it would not end, there is none", async () => {
  Object.defineProperty(globalThis, "sessionStorage", {
    configurable: true,
    get: () => {
      throw new Error("refused");
    },
  });
  const old = await loaded();
  old.follow("ended", "client_too_old");
  expect(old.reloads()).toBe(0);
});

test("other endings are none of its business", async () => {
  const old = await loaded();
  old.follow("ended", "kicked");
  expect(old.reloads()).toBe(0);
});
