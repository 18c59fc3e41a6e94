import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GATHER_MS } from "../../src/client/connection/gathering.ts";
import { connect, type RoomClient } from "../../src/client/room_client.ts";
import type { ServerMessage } from "../../src/client/wire.ts";
import { FakeRoom } from "./replica/fake_room.ts";

const PAGES = 40;
const ids = Array.from({ length: PAGES }, (_, n) => `p${n + 1}`);

class FakeSocket {
  static last: FakeSocket;
  readyState = 1;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  constructor() {
    FakeSocket.last = this;
  }
  send(): void {}
  close(): void {}
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function hear(message: ServerMessage): void {
  FakeSocket.last.onmessage?.({ data: JSON.stringify(message) });
}

/** A client to whom the first of many pages was told, and how often it says that something has changed. */
function opened(): { readonly room: RoomClient; readonly changes: () => number } {
  const room = connect({ url: "ws://lessons.test/", token: "t", takesParts: true, WebSocket: FakeSocket as unknown as typeof WebSocket });
  const fake = new FakeRoom();
  hear(fake.welcome(1));
  const full = fake.sync(1, { ch: "board", type: "sync_request", data: {} } as never) as Extract<ServerMessage, { type: "sync_response" }>;
  const board = { pages: ids.map((id) => ({ id })), layers: ids.map((id) => ({ id, name: "Layer 1", page: id })), elements: {} };
  let changes = 0;
  room.on("change", () => void (changes += 1));
  hear({ ...full, data: { ...full.data, board, rest: ids.slice(1) } } as unknown as ServerMessage);
  expect(changes).toBeGreaterThan(0);
  changes = 0;
  return { room, changes: () => changes };
}

const part = (page: string, elements: object = {}): ServerMessage =>
  ({ ch: "board", type: "board_part", data: { of: 0, page, elements } }) as unknown as ServerMessage;

test("[BD-28] pages that come one behind the other are told together, the last at once", () => {
  const { room, changes } = opened();
  expect(room.status.connection).toBe("live");
  for (const id of ids.slice(1, 20)) hear(part(id));
  // It is there, whoever asks.
  expect(room.state!.rest!.pages).toEqual(ids.slice(20));
  expect(changes()).toBe(0);
  vi.advanceTimersByTime(GATHER_MS);
  expect(changes()).toBe(1);
  for (const id of ids.slice(20)) hear(part(id));
  expect(room.state!.rest).toBe(null);
  expect(changes()).toBe(2);
  vi.advanceTimersByTime(10 * GATHER_MS);
  expect(changes()).toBe(2);
});

test("[BD-28] what is done meanwhile is shown at once, with the pages that have come", () => {
  const { room, changes } = opened();
  hear(part("p2"));
  void room.edit([{ op: "put", element: { type: "rect", id: "r", layer: "p1", x: 0, y: 0, w: 9, h: 9 } }]);
  expect(changes()).toBe(1);
  hear(part("p3"));
  FakeSocket.last.onclose?.({ code: 1006, reason: "" });
  expect(changes()).toBeGreaterThan(1);
  const before = changes();
  expect(room.status.connection).toBe("reconnecting");
  vi.advanceTimersByTime(GATHER_MS - 1);
  expect(changes()).toBe(before);
});
