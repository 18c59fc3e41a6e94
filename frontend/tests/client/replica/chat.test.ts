import { expect, test } from "vitest";
import { Replica } from "../../../src/client/replica/replica.ts";
import type { ServerMessage } from "../../../src/client/wire.ts";
import { FakeRoom } from "./fake_room.ts";

function joined(room: FakeRoom): Replica {
  const replica = new Replica("client-1");
  replica.opened();
  return synced(room, replica);
}

function synced(room: FakeRoom, replica: Replica): Replica {
  const [request] = replica.receive(room.welcome(1)).send;
  replica.receive(room.sync(1, request!));
  return replica;
}

function said(seq: number, text: string, id?: string): ServerMessage {
  const from = id === undefined ? 2 : 1;
  return { ch: "system", type: "chat_message", seq, from, at: 5_000, ...(id && { id }), data: { text } };
}

function ack(id: string, seq: number): ServerMessage {
  return { ch: "system", type: "ack", id, seq, data: {} };
}

test("[CH-1] what one writes is pending until the ack, and stands in its place then", () => {
  const replica = joined(new FakeRoom());
  const { pending, reaction } = replica.submit([], { text: "Hello", at: 7_000 });
  expect(reaction.send).toEqual([
    { ch: "system", type: "chat_message", id: "client-1:1", data: { text: "Hello" } },
  ]);
  expect(replica.state?.chat).toEqual([]);
  replica.receive(said(1, "Good morning"));
  replica.receive(ack(pending.id, 2));
  expect(replica.pending).toEqual([]);
  expect(replica.state?.chat).toEqual([
    { seq: 1, from: 2, at: 5_000, text: "Good morning" },
    { seq: 2, from: 1, at: 7_000, text: "Hello" },
  ]);
});

test("[CH-1] what was not acknowledged is sent again in its order, under the same ids", () => {
  const room = new FakeRoom();
  const replica = joined(room);
  replica.submit([], { text: "one", at: 1 });
  replica.submit([{ op: "remove", ids: ["a"] }]);
  replica.submit([], { text: "two", at: 2 });
  replica.closed();
  replica.opened();
  const [request] = replica.receive(room.welcome(1)).send;
  const { send } = replica.receive(room.sync(1, request!));
  expect(send.map(({ id, type }) => [id, type])).toEqual([
    ["client-1:1", "chat_message"],
    ["client-1:2", "board_event"],
    ["client-1:3", "chat_message"],
  ]);
});

test("[CH-1] an own message whose ack was lost is there once", () => {
  const replica = joined(new FakeRoom());
  const { pending } = replica.submit([], { text: "Hello", at: 7_000 });
  replica.receive(said(1, "Hello", pending.id));
  expect(replica.pending).toEqual([]);
  replica.receive(ack(pending.id, 1));
  expect(replica.state?.chat.map(({ text }) => text)).toEqual(["Hello"]);
});

test("[CH-1] a refused message is not shown", () => {
  const replica = joined(new FakeRoom());
  const { pending } = replica.submit([], { text: "Hello", at: 7_000 });
  const error = { code: "permission_denied", message: "the chat is switched off" } as const;
  const { happened } = replica.receive({ ch: "system", type: "error", id: pending.id, data: error });
  expect(happened).toMatchObject([{ type: "refused", error }]);
  expect(replica.pending).toEqual([]);
  expect(replica.state?.chat).toEqual([]);
});

test("[CH-3] a full sync says from where on the chat is known", () => {
  const room = new FakeRoom();
  const replica = joined(room);
  replica.receive(said(1, "Good morning"));
  room.log = [
    { seq: 1, from: 2, id: "client-2:1", ops: [] },
    { seq: 2, from: 2, id: "client-2:2", ops: [] },
  ];
  room.window = 0;
  replica.closed();
  replica.opened();
  synced(room, replica);
  expect([replica.state?.chat, replica.state?.chatSince]).toEqual([[], 2]);
});

test("[CH-2] a change of the session tells who may write", () => {
  const replica = joined(new FakeRoom());
  expect(replica.state?.session.chat_policy).toBe("all");
  const plan = { title: "Geometry", max_participants: 9, scheduled_start: null, scheduled_end: null, is_recorded: false };
  for (const [seq, settings] of [[1, { chat_policy: "off" }], [2, {}]] as const) {
    replica.receive({
      ch: "system",
      type: "session_update",
      seq,
      at: 1,
      data: { ...plan, settings, booking_id: null, by: 1, host_id: 1 },
    });
    expect(replica.state?.session.chat_policy).toBe(seq === 1 ? "off" : "all");
  }
});

test("[SY-7] a change of the session tells who hosts it, unless it is of an old log", () => {
  const replica = joined(new FakeRoom());
  const plan = { title: "Geometry", max_participants: 9, scheduled_start: null, scheduled_end: null, is_recorded: false };
  for (const [seq, hostId] of [[1, 7], [2, null]] as const) {
    const data = { ...plan, settings: {}, booking_id: null, by: null, host_id: hostId };
    replica.receive({ ch: "system", type: "session_update", seq, at: 1, data });
    expect(replica.state?.session.host_id).toBe(7);
  }
});

test("[CH-4][CH-6] what is hidden keeps the order, and what is removed loses its text", () => {
  const replica = joined(new FakeRoom());
  const at = 5_000;
  replica.receive({ ch: "system", type: "chat_message", seq: 1, from: 2, at, data: { text: "rude", to: 1, reply_to: 7 } });
  replica.receive({ ch: "board", type: "hidden", seq: 2, data: {} });
  replica.receive({ ch: "system", type: "chat_remove", seq: 3, from: 1, at: 6_000, data: { message: 1, author: 2, to: 1 } });
  expect(replica.state?.seq).toBe(3);
  const removed = { by: 1, at: 6_000 };
  expect(replica.state?.chat).toEqual([{ seq: 1, from: 2, at, text: "", to: 1, reply_to: 7, removed }]);
  expect(replica.state?.chatRemoved).toEqual(new Map([[1, removed]]));
  const { pending, reaction } = replica.submit([], { text: "fine", at: 9, to: 2, reply_to: 1 });
  expect(reaction.send[0]?.data).toEqual({ text: "fine", to: 2, reply_to: 1 });
  replica.receive(ack(pending.id, 4));
  expect(replica.state?.chat.at(-1)).toEqual({ seq: 4, from: 1, at: 9, text: "fine", to: 2, reply_to: 1 });
});
