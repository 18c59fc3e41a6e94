/** Several people in a room whose network loses, whose server refuses, whose pages are reloaded. */

import { describe, expect, test } from "vitest";
import { Replica, type Kept } from "../../../src/client/replica/replica.ts";
import { pendingOf, type Entry } from "../../../src/client/replica/pending.ts";
import type { ClientMessage, Edit, Element, ErrorData, ServerMessage, Stroke } from "../../../src/client/wire.ts";
import { event, FakeRoom } from "./fake_room.ts";
import { seeded } from "./seeded.ts";

class Peer {
  replica: Replica;
  toServer: ClientMessage[] = [];
  toClient: ServerMessage[] = [];
  /** Pages of the board, which come some time: anything else overtakes them. */
  behind: ServerMessage[] = [];
  isConnected = false;
  isSubscribed = false;
  isHeld = false;
  loads = 1;
  strokes = 0;
  /** The points of each stroke of which nothing may be missing. */
  readonly drawn = new Map<string, number[]>();

  constructor(readonly userId: number) {
    this.replica = new Replica(`client-${userId}`, userId > 1);
  }

  /** What a page load leaves behind: what has become of each by then. */
  get kept(): Kept[] {
    return this.replica.pending.map((entry) => ({
      ...pendingOf(entry),
      mayBeSent: entry.standing !== "unsent",
    }));
  }

  reload(): void {
    const { kept } = this;
    this.drop();
    this.loads += 1;
    this.replica = new Replica(`client-${this.userId}-${this.loads}`, this.userId > 1);
    this.replica.adopt(JSON.parse(JSON.stringify(kept)) as Kept[], true);
  }

  drop(): void {
    Object.assign(this, { isConnected: false, isSubscribed: false, isHeld: false, toServer: [], toClient: [], behind: [] });
    this.replica.closed();
  }

  submit(ops: readonly Edit[]): void {
    this.take(this.replica.submit(ops).reaction);
  }

  take({ send, happened }: ReturnType<Replica["receive"]>): void {
    this.toServer.push(...send);
    if (happened.some(({ type }) => type === "held")) this.isHeld = true;
    inOrder(this.replica.pending);
  }
}

/** What was sent stands before what was not, and each client's numbers rise. */
function inOrder(entries: readonly Entry[]): void {
  let isUnsent = false;
  const newest = new Map<string, number>();
  for (const { id, standing } of entries) {
    const [client = "", n = ""] = id.split(":");
    if (isUnsent && standing !== "unsent") throw new Error(`${id} was sent before what stands before it`);
    if (Number(n) <= (newest.get(client) ?? 0)) throw new Error(`${id} stands behind a later one`);
    isUnsent ||= standing === "unsent";
    newest.set(client, Number(n));
  }
}

function anyEdit(peer: Peer, random: () => number, n: number): Edit[] {
  const id = `e${Math.floor(random() * 6)}`;
  const kind = random();
  const point = [n, peer.userId, 0.5, 8];
  const own = `stroke-${peer.userId}-${peer.strokes}`;
  if (kind < 0.1 || (kind < 0.6 && !peer.drawn.has(own))) {
    peer.strokes += 1;
    const stroke: Stroke = { id: `stroke-${peer.userId}-${peer.strokes}`, layer: "base", type: "stroke", points: point };
    peer.drawn.set(stroke.id, point.slice());
    return [{ op: "put", element: stroke }];
  }
  if (kind < 0.6) {
    peer.drawn.get(own)?.push(...point);
    return [{ op: "append", id: own, points: point }];
  }
  const rect: Element = { id, layer: "base", type: "rect", x: n, y: 0, w: 10, h: 10 };
  if (kind < 0.75) return [{ op: "put", element: rect }];
  if (kind < 0.9) return [{ op: "patch", id, set: { y: n, style: { width: n } } }];
  return [{ op: "remove", ids: [id] }];
}

/** On three pages, from one to another, and pages that come and go. */
function anyEditOnPages(peer: Peer, random: () => number, n: number): Edit[] {
  const layer = ["base", "l2", "l3"][Math.floor(random() * 3)]!;
  const page = { base: "p1", l2: "p2", l3: "p3" }[layer]!;
  const kind = random();
  if (kind < 0.04) return [{ op: "clear", page }];
  if (kind < 0.07 && page !== "p1") return [{ op: "remove_page", id: page }];
  if (kind < 0.12 && page !== "p1") return [{ op: "add_page", page: { id: page }, layer: { id: layer, name: "Layer 1" } }];
  if (kind < 0.2) return [{ op: "patch", id: `e${Math.floor(random() * 6)}`, set: { layer } }];
  return anyEdit(peer, random, n).map((op) => (op.op === "put" && op.element.type === "rect" ? { ...op, element: { ...op.element, layer } } : op));
}

const REFUSALS: readonly ErrorData[] = [
  { code: "rate_limited", message: "slower", retry_after_ms: 7 },
  { code: "unavailable", message: "full", retry_after_ms: 9 },
];

interface World {
  readonly room: FakeRoom;
  readonly peers: readonly Peer[];
}

/** Runs a seed until all is quiet. */
function settled(seed: number, { keepsOrder = true, edit = anyEdit } = {}): World {
  const random = seeded(seed);
  const room = new FakeRoom();
  room.window = seed % 3 === 0 ? 5 : 1_000;
  room.keepsOrder = keepsOrder;
  let isKind = false;
  room.refuses = () => (!isKind && random() < 0.1 ? REFUSALS[Math.floor(random() * 2)]! : null);
  const peers = [1, 2, 3].map((userId) => new Peer(userId));
  const connect = (peer: Peer): void => {
    peer.isConnected = true;
    peer.replica.opened();
    room.connected(peer.userId);
    peer.take(peer.replica.receive(room.welcome(peer.userId)));
  };
  const serve = (peer: Peer): void => {
    const message = peer.toServer.shift();
    if (message === undefined) return;
    if (message.type === "sync_request") {
      peer.isSubscribed = true;
      const shown = room.board.pages[Math.floor(random() * room.board.pages.length)]!.id;
      const [answer, ...behind] = room.syncInParts(peer.userId, message, shown);
      peer.toClient.push(answer!);
      peer.behind = [...behind];
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
    // A part comes when nothing else is to be sent.
    const message = peer.toClient.shift() ?? peer.behind.shift();
    if (message !== undefined) peer.take(peer.replica.receive(message));
  };
  const release = (peer: Peer): void => {
    if (!peer.isHeld) return;
    peer.isHeld = false;
    peer.take(peer.replica.release());
  };

  for (let step = 0; step < 400; step += 1) {
    const peer = peers[Math.floor(random() * peers.length)]!;
    const choice = random();
    if (choice < 0.02) peer.reload();
    else if (!peer.isConnected) {
      if (choice < 0.3) connect(peer);
      else if (choice < 0.7) peer.submit(edit(peer, random, step));
    } else if (choice < 0.3) peer.submit(edit(peer, random, step));
    else if (choice < 0.6) serve(peer);
    else if (choice < 0.9) hear(peer);
    else if (choice < 0.97) release(peer);
    else peer.drop();
  }
  isKind = true;
  for (const peer of peers) if (!peer.isConnected) connect(peer);
  const isBusy = (peer: Peer): boolean => peer.isHeld || peer.toServer.length + peer.toClient.length + peer.behind.length > 0;
  for (let round = 0; peers.some(isBusy); round += 1) {
    expect(round, "the network comes to rest").toBeLessThan(5_000);
    for (const peer of peers) {
      serve(peer);
      hear(peer);
      release(peer);
    }
  }
  return { room, peers };
}

/** The strokes that are not on the server as they were drawn. */
function damaged({ room, peers }: World): string[] {
  return peers.flatMap(({ drawn }) =>
    [...drawn].flatMap(([id, points]) => {
      const stroke = room.board.elements.get(id);
      const isWhole = stroke?.type === "stroke" && stroke.points.join() === points.join();
      return isWhole ? [] : [id];
    }),
  );
}

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed);

describe("[BD-2] [BD-6] [BD-15] clients converge, and no stroke loses a point", () => {
  test.each(SEEDS)("seed %i", (seed) => {
    const world = settled(seed);
    const truth = Object.fromEntries(world.room.board.elements);
    for (const { replica } of world.peers) {
      expect(replica.pending).toEqual([]);
      expect(Object.fromEntries(replica.board.elements)).toEqual(truth);
      expect(Object.fromEntries(replica.state!.board.elements)).toEqual(truth);
    }
    expect(damaged(world)).toEqual([]);
  });
});

describe("[BD-28] so they do where boards come page by page", () => {
  test.each(SEEDS)("seed %i", (seed) => {
    const { room, peers } = settled(seed, { edit: anyEditOnPages });
    const truth = Object.fromEntries(room.board.elements);
    for (const { replica } of peers) {
      expect(replica.pending).toEqual([]);
      expect(replica.state?.rest).toBeNull();
      expect(replica.board.pages).toEqual(room.board.pages);
      expect(replica.board.layers).toEqual(room.board.layers);
      expect(Object.fromEntries(replica.board.elements)).toEqual(truth);
    }
  });
});

test("[BD-6] a room that takes what is behind a refused one costs strokes: this would be seen", () => {
  const worlds = SEEDS.slice(0, 50).map((seed) => settled(seed, { keepsOrder: false }));
  expect(worlds.flatMap(damaged).length).toBeGreaterThan(10);
});
