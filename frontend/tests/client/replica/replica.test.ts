import { expect, test } from "vitest";
import { Replica, type Reaction } from "../../../src/client/replica/replica.ts";
import { permissionsOf } from "../../../src/client/replica/room_state.ts";
import type {
  ClientMessage,
  Element,
  Operation,
  Permissions,
  PermissionUpdate,
  ServerMessage,
  Welcome,
} from "../../../src/client/wire.ts";
import { event, FakeRoom, participant } from "./fake_room.ts";

function rect(id: string, x = 0): Element {
  return { id, layer: "base", type: "rect", x, y: 0, w: 10, h: 10 };
}
function put(id: string, x = 0): Operation[] {
  return [{ op: "put", element: rect(id, x) }];
}
function only(reaction: Reaction): ClientMessage {
  expect(reaction.send).toHaveLength(1);
  return reaction.send[0]!;
}

function joined(room: FakeRoom, userId = 1, replica = new Replica(`client-${userId}`)): Replica {
  replica.opened();
  const request = only(replica.receive(room.welcome(userId)));
  replica.receive(room.sync(userId, request));
  return replica;
}

test("[HS-6] the first thing a client says is where it stands", () => {
  const room = new FakeRoom();
  const replica = new Replica("client-1");
  replica.opened();
  expect(only(replica.receive(room.welcome(1)))).toEqual({
    ch: "board",
    type: "sync_request",
    data: {},
  });
});

test("[BD-28] one that takes parts asks for them at first", () => {
  const room = new FakeRoom();
  const replica = new Replica("client-1", true);
  replica.opened();
  expect(only(replica.receive(room.welcome(1))).data).toEqual({ parts: true });
});

test("[BD-5] what is drawn shows at once and is pending until the ack", () => {
  const room = new FakeRoom();
  const replica = joined(room);
  const { pending, reaction } = replica.submit(put("a"));
  expect(replica.board.elements.has("a")).toBe(true);
  expect(replica.state?.board.elements.has("a")).toBe(false);
  expect(replica.pending.map((one) => one.id)).toEqual([pending.id]);

  replica.receive(room.order(1, only(reaction)).answer);
  expect(replica.pending).toEqual([]);
  expect(replica.state?.board.elements.get("a")?.by).toBe(1);
});

test("[EN-2] a refused submission is rolled back and what came after it stays", () => {
  const room = new FakeRoom();
  const replica = joined(room);
  const first = only(replica.submit(put("a")).reaction);
  const second = only(replica.submit(put("b")).reaction);
  room.refuses = () => ({ code: "permission_denied", message: "this needs can_draw" });
  const reaction = replica.receive(room.order(1, first).answer);
  room.refuses = () => null;
  replica.receive(room.order(1, second).answer);

  expect([...replica.board.elements.keys()]).toEqual(["b"]);
  expect(reaction.happened).toMatchObject([
    { type: "refused", pending: { id: "client-1:1" }, error: { code: "permission_denied" } },
  ]);
});

test("[BD-4] a gap makes the client ask again from the last event it has", () => {
  const room = new FakeRoom();
  const replica = joined(room);
  const other = joined(room, 2);
  const lost = room.order(2, only(other.submit(put("a")).reaction)).event!;
  const seen = room.order(2, { ch: "board", type: "board_event", id: "client-2:2", data: { ops: put("b") } }).event!;
  expect(lost.seq).toBe(1);

  const request = only(replica.receive(event(seen, 1)));
  expect(request).toEqual({
    ch: "board",
    type: "sync_request",
    data: { epoch: "epoch-1", seq: 0 },
  });
  replica.receive(room.sync(1, request));
  expect([...replica.board.elements.keys()]).toEqual(["a", "b"]);
});

test("[BD-6] what was not acknowledged is sent again after resume, under the same id", () => {
  const room = new FakeRoom();
  const replica = joined(room);
  const sent = only(replica.submit(put("a")).reaction);
  replica.closed();
  replica.opened();
  const request = only(replica.receive(room.welcome(1)));
  expect(replica.receive(room.sync(1, request)).send).toEqual([sent]);
});

test("[BD-7] what the log has already is not sent again after resume", () => {
  const room = new FakeRoom();
  const replica = joined(room);
  room.order(1, only(replica.submit(put("a")).reaction));
  replica.closed();
  replica.opened();
  const request = only(replica.receive(room.welcome(1)));
  const reaction = replica.receive(room.sync(1, request));
  expect(reaction.send).toEqual([]);
  expect(reaction.happened).toMatchObject([
    { type: "acknowledged", id: "client-1:1", seq: 1 },
    { type: "synced" },
  ]);
});

test("[BD-7] after a full sync an append that the board holds already is not doubled", () => {
  const room = new FakeRoom();
  room.window = 0;
  const replica = joined(room);
  const stroke: Element = { id: "s", layer: "base", type: "stroke", points: [0, 0, 0.5, 0] };
  const begin = only(replica.submit([{ op: "put", element: stroke }]).reaction);
  replica.receive(room.order(1, begin).answer);
  const append = only(
    replica.submit([{ op: "append", id: "s", points: [5, 5, 0.5, 8] }]).reaction,
  );
  room.order(1, append);
  replica.closed();
  replica.opened();
  const request = only(replica.receive(room.welcome(1)));
  for (const again of replica.receive(room.sync(1, request)).send) {
    replica.receive(room.order(1, again).answer);
  }
  expect(replica.board.elements.get("s")).toMatchObject({ points: [0, 0, 0.5, 0, 5, 5, 0.5, 8] });
});

test("[BD-7] a server that forgot acknowledged events gets them again", () => {
  const room = new FakeRoom();
  const replica = joined(room);
  for (const id of ["a", "b", "c"]) {
    replica.receive(room.order(1, only(replica.submit(put(id)).reaction)).answer);
  }
  room.forget(2);
  replica.closed();
  replica.opened();
  const request = only(replica.receive(room.welcome(1)));
  const reaction = replica.receive(room.sync(1, request));
  expect([...(replica.state?.board.elements.keys() ?? [])]).toEqual(["a"]);
  expect([...replica.board.elements.keys()], "what the server lost stays in sight").toEqual(["a", "b", "c"]);
  for (const again of reaction.send) replica.receive(room.order(1, again).answer);
  expect([...replica.board.elements.keys()]).toEqual(["a", "b", "c"]);
  expect([...room.board.elements.keys()]).toEqual(["a", "b", "c"]);
});

test("[BD-7] [BD-15] a stroke of which the server forgot more than is remembered is put whole", () => {
  const room = new FakeRoom();
  const replica = joined(room);
  const stroke: Element = { id: "s", layer: "base", type: "stroke", points: [0, 0, 0.5, 0] };
  replica.receive(room.order(1, only(replica.submit([{ op: "put", element: stroke }]).reaction)).answer);
  for (let n = 1; n <= 90; n += 1) {
    const piece = only(replica.submit([{ op: "append", id: "s", points: [n, 0, 0.5, 8] }]).reaction);
    replica.receive(room.order(1, piece).answer);
  }
  const drawn = replica.board.elements.get("s");
  room.forget(80);
  replica.closed();
  replica.opened();
  room.connected(1);
  const request = only(replica.receive(room.welcome(1)));
  const queue = [...replica.receive(room.sync(1, request)).send];
  expect(replica.board.elements.get("s"), "nothing of it goes out of sight").toEqual(drawn);
  for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
    queue.push(...replica.receive(room.order(1, message).answer).send);
  }
  expect(room.board.elements.get("s")).toEqual(drawn);
  expect(replica.board.elements.get("s")).toEqual(drawn);
  expect(replica.pending).toEqual([]);
});

test("[BD-15] a piece that an older page kept without its place is placed before it is sent", () => {
  const room = new FakeRoom();
  const other = joined(room, 1, new Replica("client-0"));
  const stroke: Element = { id: "s", layer: "base", type: "stroke", points: [0, 0, 0.5, 0] };
  room.order(1, only(other.submit([{ op: "put", element: stroke }]).reaction));
  const piece = { op: "append", id: "s", points: [5, 5, 0.5, 8] } as unknown as Operation;
  const replica = new Replica("client-1");
  replica.adopt([{ id: "client-0:2", ops: [piece], mayBeSent: true }], true);
  replica.opened();
  const request = only(replica.receive(room.welcome(1)));
  expect(replica.receive(room.sync(1, request)).send).toMatchObject([
    { id: "client-0:2", data: { ops: [{ op: "append", at: 1 }] } },
  ]);
});

test("[BD-9] what is larger than a message is cut once the room tells what it takes, and keeps its order", () => {
  const room = new FakeRoom();
  const replica = new Replica("client-1");
  const points = Array.from({ length: 4 * 9_000 }, (_, at) => at % 4 === 2 ? 0.5 : 12.25);
  replica.submit(put("a"));
  replica.submit([{ op: "put", element: { id: "s", layer: "base", type: "stroke", points } }]);
  replica.submit([{ op: "append", id: "s", points: [1, 1, 0.5, 8] }]);
  replica.opened();
  const request = only(replica.receive(room.welcome(1)));
  const queue = [...replica.receive(room.sync(1, request)).send];
  expect(queue.length).toBeGreaterThan(3);
  for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
    expect(JSON.stringify(message).length).toBeLessThanOrEqual(65_536);
    queue.push(...replica.receive(room.order(1, message).answer).send);
  }
  expect(room.board.elements.get("s")).toMatchObject({ points: [...points, 1, 1, 0.5, 8] });
  expect(replica.pending).toEqual([]);
});

test("[EN-3] what cannot be cut is refused here: the room would close the connection", () => {
  const room = new FakeRoom();
  const replica = joined(room);
  const text = "x".repeat(70_000);
  const element: Element = { id: "t", layer: "base", type: "text", x: 0, y: 0, text };
  const { reaction } = replica.submit([{ op: "put", element }]);
  expect(reaction.send).toEqual([]);
  expect(reaction.happened).toMatchObject([{ type: "refused", error: { code: "too_large" } }]);
  expect(replica.board.elements.size).toBe(0);
});

test("[BD-6] what an earlier page load left pending goes out under its old ids", () => {
  const room = new FakeRoom();
  const replica = new Replica("client-new");
  replica.adopt([{ id: "client-old:7", ops: put("a"), mayBeSent: true }], true);
  replica.opened();
  const request = only(replica.receive(room.welcome(1)));
  expect(replica.receive(room.sync(1, request)).send.map((message) => message.id)).toEqual([
    "client-old:7",
  ]);
});

test("[BD-3] what others may do follows from the roles, and from what was set for them", () => {
  const room = new FakeRoom();
  const replica = joined(room, 1);
  const update = (seq: number, data: PermissionUpdate): void => {
    replica.receive({ ch: "system", type: "permission_update", seq, at: 2_000, data });
  };
  const may = (): Permissions => permissionsOf(replica.state!, replica.state!.roster.get(2)!);
  replica.receive({
    ch: "system",
    type: "participant_update",
    seq: 1,
    at: 2_000,
    data: {
      change: "joined",
      participant: participant(2, { custom_permissions: { can_erase: false } }),
    },
  });
  expect(may()).toMatchObject({ can_draw: true, can_erase: false, can_export: false });
  update(2, { role: "student", permissions: { can_draw: false, can_erase: true }, effective: {} });
  expect(may()).toMatchObject({ can_draw: false, can_erase: false });
  const all = { ...may(), can_draw: true };
  update(3, { user_id: 2, permissions: all, overrides: { can_erase: false, can_draw: true } });
  expect(may()).toEqual(all);
  expect(replica.state?.permissions.can_draw).toBe(true);
});

test("[PE-5] tools are laid down and taken up, and what was set for each stays", () => {
  const room = new FakeRoom();
  const replica = joined(room, 2);
  const before = permissionsOf(replica.state!, replica.state!.roster.get(2)!);
  const tell = (seq: number, areDown: boolean, own: Partial<Permissions>): void => {
    const data = { permissions: {}, effective: { 2: { ...before, ...own } }, tools_down: areDown };
    replica.receive({ ch: "system", type: "permission_update", seq, at: 2_000, data });
  };
  tell(1, true, { can_draw: false });
  expect(replica.state?.session.tools_down).toBe(true);
  expect(replica.state?.permissions.can_draw).toBe(false);
  expect(replica.state?.rolePermissions.student.can_draw).toBe(true);
  tell(2, false, {});
  expect(replica.state?.session.tools_down).toBe(false);
  expect(replica.state?.permissions).toEqual(before);
});

test("[SY-3] a kick and a permission change reach the state", () => {
  const room = new FakeRoom();
  const replica = joined(room, 2);
  replica.receive({
    ch: "system",
    type: "permission_update",
    seq: 1,
    at: 2_000,
    data: { user_id: 2, permissions: { can_draw: false } },
  });
  expect(replica.state?.permissions.can_draw).toBe(false);
  replica.receive({
    ch: "system",
    type: "participant_update",
    seq: 2,
    at: 2_000,
    data: { change: "kicked", participant: participant(3, { status: "kicked" }) },
  });
  expect(replica.state?.roster.get(3)?.status).toBe("kicked");
});

test("[RT-6] how good somebody's line is reaches the roster", () => {
  const room = new FakeRoom();
  const replica = joined(room, 2);
  const tell = (seq: number, user_id: number): void =>
    void replica.receive({ ch: "webrtc", type: "connection_quality", seq, at: 2_000, data: { user_id, quality: "weak" } });
  tell(1, 2);
  tell(2, 4_711);
  expect(replica.state?.seq).toBe(2);
  expect([...(replica.state?.roster.values() ?? [])].map(({ user_id, connection_quality: is }) => [user_id, is])).toContainEqual([2, "weak"]);
});

test("[WR-1] [WR-4] who waits in the lobby asks for nothing until they are let in", () => {
  const room = new FakeRoom();
  const replica = new Replica("client-2");
  replica.opened();
  const welcome = room.welcome(2).data as Welcome;
  const outside = { ...welcome.participant, status: "joining" as const, is_admitted: false };
  const reaction = replica.receive({
    ch: "system",
    type: "welcome",
    data: { ...welcome, participant: outside },
  });
  expect(reaction).toEqual({ send: [], happened: [{ type: "waiting" }] });

  const { send } = replica.receive({
    ch: "system",
    type: "notification",
    data: {
      level: "info",
      code: "admitted",
      message: "you were let in",
      params: { permissions: welcome.permissions, ice_servers: [{ urls: ["stun:192.0.2.1"] }] },
    },
  });
  expect(send.map((message) => message.type)).toEqual(["sync_request"]);
  expect(replica.state?.permissions.can_draw).toBe(true);
  expect(replica.welcome?.ice_servers).toEqual([{ urls: ["stun:192.0.2.1"] }]);
});

test("[BD-12] a restore brings back each element with its creator", () => {
  const room = new FakeRoom();
  const replica = joined(room, 2);
  replica.receive({
    ch: "board",
    type: "board_event",
    seq: 1,
    from: 1,
    at: 2_000,
    data: { restored: 640, ops: [{ op: "put", element: { ...rect("r"), by: 7 } }] },
  });
  expect(replica.board.elements.get("r")?.by).toBe(7);
});

test("[EN-1] a creator that a client claims is not its own to claim", () => {
  const room = new FakeRoom();
  const replica = joined(room, 2);
  replica.submit([{ op: "put", element: { ...rect("r"), by: 7 } }]);
  expect(replica.board.elements.get("r")?.by).toBe(2);
});

test("[BD-11] an undo shows at once, and stays when its event comes, before or after the reply", () => {
  const room = new FakeRoom();
  const replica = joined(room);
  const drawn = room.order(1, only(replica.submit(put("a")).reaction));
  replica.receive(drawn.answer);
  const preview = replica.preview([{ op: "remove", ids: ["a"] }]);
  expect(replica.board.elements.size).toBe(0);
  expect(replica.state?.board.elements.size).toBe(1);
  const undo = { ch: "board", type: "board_event", data: { ops: [{ op: "remove", ids: ["a"] }] } };
  const seq = replica.state!.seq + 1;
  replica.settle(preview, seq);
  expect(replica.board.elements.size).toBe(0);
  replica.receive({ ...undo, seq, from: 1, at: 2_000 } as ServerMessage);
  expect(replica.board.elements.size).toBe(0);
  expect(replica.state?.board.elements.size).toBe(0);

  const refused = replica.preview(put("b"));
  expect(replica.board.elements.size).toBe(1);
  replica.settle(refused, null);
  expect(replica.board.elements.size).toBe(0);
});
