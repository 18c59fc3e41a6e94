import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Keeping, type PendingStore } from "../../../src/client/connection/keeping.ts";
import { Replica } from "../../../src/client/replica/replica.ts";
import type { Entry, Kept } from "../../../src/client/replica/pending.ts";
import type { ClientMessage, Operation, ServerMessage } from "../../../src/client/wire.ts";
import { FakeRoom } from "../replica/fake_room.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const rect = (id: string): Operation => {
  return { op: "put", element: { id, layer: "base", type: "rect", x: 0, y: 0, w: 1, h: 1 } };
};

function entry(id: string, standing: Entry["standing"]): Entry {
  return { id, ops: [rect("r")], standing, isEcho: false };
}

test("[BD-6] a store that never answers holds nothing back for more than a second, and then nothing", async () => {
  const store: PendingStore = { load: () => new Promise(() => {}), write: () => new Promise(() => {}), close: () => {} };
  const keeping = new Keeping(store);
  keeping.follow([entry("client:1", "unsent")]);
  const written = keeping.follow([entry("client:1", "in_flight")]);
  let isWritten = false;
  void written?.then(() => (isWritten = true));
  await vi.advanceTimersByTimeAsync(999);
  expect(isWritten).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isWritten).toBe(true);
  keeping.follow([entry("client:2", "unsent")]);
  expect(keeping.follow([entry("client:2", "in_flight")])).toBe(null);
});

test("[BD-6] a store that was slow is waited for again once it has answered", async () => {
  let answer = (): void => {};
  const store: PendingStore = {
    load: () => new Promise(() => {}),
    write: () => new Promise((resolve) => (answer = resolve)),
    close: () => {},
  };
  const keeping = new Keeping(store);
  keeping.follow([entry("client:1", "unsent")]);
  await vi.advanceTimersByTimeAsync(1_000);
  answer();
  await vi.advanceTimersByTimeAsync(0);
  keeping.follow([entry("client:2", "unsent")]);
  expect(keeping.follow([entry("client:2", "in_flight")])).not.toBe(null);
});

const LEFT: readonly Kept[] = [
  { id: "earlier-load:1", ops: [rect("left")], mayBeSent: true },
  { id: "earlier-load:2", ops: [rect("left too")], mayBeSent: false },
];

test("[BD-6] what an earlier page load left comes late, and is sent between what is out and what is not", () => {
  const room = new FakeRoom();
  const replica = new Replica("present-load");
  const sent: ClientMessage[] = [];
  const receive = (message: ServerMessage): void => void sent.push(...replica.receive(message).send);
  replica.opened();
  receive(room.welcome(1));
  receive(room.sync(1, sent.pop()!));
  sent.push(...replica.submit([rect("own")]).reaction.send);
  sent.push(...replica.adopt(LEFT, true).send);
  replica.submit([rect("own again")]);
  expect([...replica.board.elements.keys()].sort()).toEqual(["left", "left too", "own", "own again"]);
  for (let at = 0; at < sent.length; at += 1) {
    receive({ ch: "board", type: "ack", id: sent[at]!.id!, seq: at + 1 } as ServerMessage);
  }
  expect(sent.map(({ id }) => id)).toEqual(["present-load:1", "earlier-load:1", "earlier-load:2", "present-load:2"]);
  expect(replica.pending).toEqual([]);
});
