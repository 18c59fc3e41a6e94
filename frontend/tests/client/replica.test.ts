import { describe, expect, test } from "vitest";
import { Replica, type Reaction } from "../../src/client/replica.ts";
import { permissionsOf } from "../../src/client/room_state.ts";
import type {
  ClientMessage,
  Element,
  Operation,
  Permissions,
  PermissionUpdate,
  ServerMessage,
  Welcome,
} from "../../src/client/wire.ts";
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

test("[FC-1] past the rate a submission is sent again under a new number, in its order", () => {
  const room = new FakeRoom();
  const replica = joined(room);
  const first = only(replica.submit(put("a")).reaction);
  room.refuses = () => ({ code: "rate_limited", message: "slower", retry_after_ms: 70 });
  expect(replica.receive(room.order(1, first).answer).happened).toEqual([
    { type: "held", retryAfterMs: 70 },
  ]);
  expect(replica.submit(put("b")).reaction.send).toEqual([]);
  expect([...replica.board.elements.keys()]).toEqual(["a", "b"]);

  const released = replica.release();
  expect(released.send.map((message) => message.id)).toEqual(["client-1:2", "client-1:3"]);
  expect(released.happened).toMatchObject([{ type: "renumbered", from: "client-1:1" }]);
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
    replica.submit([{ op: "append", id: "s", at: 1, points: [5, 5, 0.5, 8] }]).reaction,
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
  expect([...replica.board.elements.keys()]).toEqual(["a"]);
  for (const again of reaction.send) replica.receive(room.order(1, again).answer);
  expect([...replica.board.elements.keys()]).toEqual(["a", "b", "c"]);
  expect([...room.board.elements.keys()]).toEqual(["a", "b", "c"]);
});

test("[BD-6] what an earlier page load left pending goes out under its old ids", () => {
  const room = new FakeRoom();
  const replica = new Replica("client-new", [{ id: "client-old:7", ops: put("a") }]);
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

/** Mulberry32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

class Peer {
  readonly replica: Replica;
  toServer: ClientMessage[] = [];
  toClient: ServerMessage[] = [];
  isConnected = false;
  isSubscribed = false;

  constructor(readonly userId: number) {
    this.replica = new Replica(`client-${userId}`);
  }
}

function anyOperation(random: () => number, n: number): Operation[] {
  const id = `e${Math.floor(random() * 6)}`;
  const kind = random();
  if (kind < 0.1) {
    const stroke: Element = { id: "stroke", layer: "base", type: "stroke", points: [n, 0, 0.5, 0] };
    return [{ op: "put", element: stroke }];
  }
  if (kind < 0.4) return put(id, n);
  if (kind < 0.6) return [{ op: "patch", id, set: { y: n, style: { width: n } } }];
  if (kind < 0.75) return [{ op: "remove", ids: [id] }];
  if (kind < 0.95) return [{ op: "append", id: "stroke", at: 1, points: [n, n, 0.5, 8] }];
  return [{ op: "clear" }];
}

describe("[BD-2] clients converge whatever the network does", () => {
  test.each(Array.from({ length: 200 }, (_, seed) => seed))("seed %i", (seed) => {
    const random = seeded(seed);
    const room = new FakeRoom();
    room.window = seed % 3 === 0 ? 5 : 1_000;
    const peers = [1, 2, 3].map((userId) => new Peer(userId));
    const connect = (peer: Peer): void => {
      peer.isConnected = true;
      peer.replica.opened();
      peer.toServer.push(...peer.replica.receive(room.welcome(peer.userId)).send);
    };
    const drop = (peer: Peer): void => {
      Object.assign(peer, { isConnected: false, isSubscribed: false, toServer: [], toClient: [] });
      peer.replica.closed();
    };
    const serve = (peer: Peer): void => {
      const message = peer.toServer.shift();
      if (message === undefined) return;
      if (message.type === "sync_request") {
        peer.isSubscribed = true;
        peer.toClient.push(room.sync(peer.userId, message));
        return;
      }
      const { answer, event: logged } = room.order(peer.userId, message);
      peer.toClient.push(answer);
      if (logged === null) return;
      for (const other of peers) {
        if (other !== peer && other.isSubscribed) other.toClient.push(event(logged, other.userId));
      }
    };
    const hear = (peer: Peer): void => {
      const message = peer.toClient.shift();
      if (message !== undefined) peer.toServer.push(...peer.replica.receive(message).send);
    };

    for (let step = 0; step < 300; step += 1) {
      const peer = peers[Math.floor(random() * peers.length)]!;
      const choice = random();
      if (!peer.isConnected) {
        if (choice < 0.3) connect(peer);
        else if (choice < 0.6) peer.replica.submit(anyOperation(random, step));
      } else if (choice < 0.3) {
        peer.toServer.push(...peer.replica.submit(anyOperation(random, step)).reaction.send);
      } else if (choice < 0.6) serve(peer);
      else if (choice < 0.97) hear(peer);
      else drop(peer);
    }
    for (const peer of peers) if (!peer.isConnected) connect(peer);
    const isBusy = (peer: Peer): boolean => peer.toServer.length + peer.toClient.length > 0;
    for (let round = 0; peers.some(isBusy); round += 1) {
      expect(round, "the network comes to rest").toBeLessThan(5_000);
      for (const peer of peers) {
        serve(peer);
        hear(peer);
      }
    }

    const truth = Object.fromEntries(room.board.elements);
    for (const peer of peers) {
      expect(peer.replica.pending).toEqual([]);
      expect(Object.fromEntries(peer.replica.board.elements)).toEqual(truth);
      expect(Object.fromEntries(peer.replica.state!.board.elements)).toEqual(truth);
    }
  });
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
