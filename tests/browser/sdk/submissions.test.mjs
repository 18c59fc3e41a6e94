/** Whatever a person draws arrives whole and in order: the SDK over bad networks, against a real server. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { ClassroomApi, connect } from "../../../gateway/static/sdk/lessonroom.js";
import { eventually, Server, Wire } from "../support/lesson.mjs";
import { Network, Rows, seeded } from "../support/network.mjs";

/** How many schedules are tried; `make proof` tries more. */
const SEEDS = Number(process.env.LESSONROOM_SUBMISSION_SEEDS ?? 12);
const FIRST_SEED = Number(process.env.LESSONROOM_SUBMISSION_FIRST_SEED ?? 1);
const AT_A_TIME = 6;
const DELAYS_MS = [0, 40, 80, 300];
const STEPS = 80;

const POINT_NUMBERS = 4;
const pointsOf = (element) => (element?.points ?? []).filter((_, at) => at % POINT_NUMBERS === 0);
const piece = (from, count) => Array.from({ length: count }, (_, n) => [from + n, 1, 0.5, 8]).flat();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let server;
let origin;
let host;

before(async () => {
  // A thousand schedules are a thousand lessons of one teacher.
  server = await Server.start("[limits]\nsessions_per_min = 10000\n");
  const link = new URL(server.signInLink);
  origin = link.origin;
  host = new ClassroomApi(origin, (await new ClassroomApi(origin).signIn(link.hash.slice(1))).token);
});

after(() => server.stop());

/** A lesson that runs, and who is in it. */
async function begun() {
  const lesson = await host.createLesson("Geometry");
  const { token, ws_url: url } = await host.join(lesson.session_id);
  const teacher = connect({ url, token });
  await eventually(() => teacher.status.connection === "live", "the teacher is in");
  await teacher.command("start", {});
  return { lesson, teacher, seat: { url, token } };
}

function boardOf({ state }) {
  return { layers: state.board.layers, elements: Object.fromEntries(state.board.elements) };
}

/** The board as the server holds it, told to somebody who has just come. */
async function boardOfServer(seat) {
  const reader = connect(seat);
  await eventually(() => reader.status.connection === "live", "the board is read");
  const board = boardOf(reader);
  reader.leave();
  return board;
}

/** Waits until everything is on the server, then tells which strokes are not whole there, or here. */
async function damaged(author, seat, drawn) {
  await eventually(() => author.status.unsaved === 0, `${author.status.unsaved} stay unsaved`);
  const { elements } = await boardOfServer(seat);
  assert.deepEqual(boardOf(author).elements, elements, "the author's board is the server's");
  assert.deepEqual(Object.fromEntries(author.board.elements), elements, "and that is what is shown");
  return [...drawn].filter(([id, points]) => pointsOf(elements[id]).join() !== points.join()).map(([id]) => id);
}

for (const delayMs of [40, 0]) {
  test(`[BD-6] [BD-15] 40 strokes of 15 pieces, drawn before the connection opens, arrive whole over ${delayMs} ms`, async () => {
    const { teacher, seat } = await begun();
    teacher.leave();
    const { WebSocket } = new Network({ random: seeded(1), delayMs });
    const author = connect({ ...seat, WebSocket });
    const drawn = new Map();
    const edits = [];
    for (let s = 0; s < 40; s += 1) {
      const element = { id: `s${s}`, layer: "base", type: "stroke", points: piece(0, 4) };
      edits.push(author.edit([{ op: "put", element }]));
      for (let n = 1; n < 15; n += 1) edits.push(author.edit([{ op: "append", id: `s${s}`, points: piece(n * 4, 4) }]));
      drawn.set(`s${s}`, Array.from({ length: 60 }, (_, n) => n));
    }
    try {
      assert.equal(author.status.unsaved, 600);
      assert.deepEqual(await damaged(author, seat, drawn), []);
      // Whoever waits for a piece has the answer of what it went into.
      const seqs = new Set(await Promise.all(edits));
      assert.equal(seqs.size, 40);
    } finally {
      author.leave();
    }
  });
}

/** A person whose network is bad, whose page is reloaded, who draws. */
class Author {
  constructor(seat, name, options) {
    Object.assign(this, { name, random: options.random, drawn: new Map(), strokes: 0, loads: 0, seat });
    this.rows = new Rows();
    this.refusals = [];
    this.network = new Network(options);
  }

  async wired() {
    this.wire = await Wire.to(server.port);
    const url = new URL(this.seat.url);
    url.port = String(this.wire.port);
    this.url = url.href;
    this.load();
  }

  load() {
    this.loads += 1;
    const { url, rows: store } = this;
    const { WebSocket } = this.network;
    this.client = connect({ url, token: this.seat.token, store, WebSocket, random: this.random });
    this.client.on("refused", ({ error }) => {
      this.refusals.push(`${error.code} ${error.message} ${error.field}`);
    });
  }

  /** As a browser that is killed: the connection goes without a word. */
  reload() {
    this.wire.cut();
    this.client.leave();
    this.wire.mend();
    this.load();
  }

  draw() {
    const kind = this.random();
    const current = `${this.name}-${this.strokes}`;
    if (kind < 0.12 || !this.drawn.has(current)) {
      this.strokes += 1;
      const id = `${this.name}-${this.strokes}`;
      this.drawn.set(id, [0]);
      void this.client.edit([{ op: "put", element: { id, layer: "base", type: "stroke", points: piece(0, 1) } }]);
    } else if (kind < 0.7) {
      const points = this.drawn.get(current);
      const count = 1 + Math.floor(this.random() * 4);
      void this.client.edit([{ op: "append", id: current, points: piece(points.length, count) }]);
      for (let n = 0; n < count; n += 1) points.push(points.length);
    } else {
      const id = `r${Math.floor(this.random() * 4)}`;
      const put = { op: "put", element: { id, layer: "base", type: "rect", x: kind, y: 0, w: 9, h: 9 } };
      const patch = { op: "patch", id, set: { y: kind, style: { width: 3 } } };
      void this.client.edit([kind < 0.8 ? put : kind < 0.92 ? patch : { op: "remove", ids: [id] }]);
    }
  }

  async step() {
    const choice = this.random();
    if (choice < 0.03) this.reload();
    else if (choice < 0.07) this.wire.cut();
    else if (choice < 0.13) {
      this.wire.mend();
      this.client.reconnectNow();
    } else if (choice < 0.75) this.draw();
    else await pause(this.random() * 80);
  }

  async settled() {
    this.wire.mend();
    this.client.reconnectNow();
    await eventually(() => this.client.status.connection === "live", `${this.name} is back`);
    await pause(100);
    this.network.refuses = 0;
    await eventually(() => this.client.status.unsaved === 0, `${this.name} has ${this.client.status.unsaved} unsaved`);
  }

  close() {
    this.client.leave();
    this.wire.close();
  }
}

/** Runs one schedule; returns how much was drawn, and which strokes are damaged at its end. */
async function tried(seed, { keepsOrder = true } = {}) {
  const random = seeded(seed);
  const { lesson, teacher, seat } = await begun();
  // Both change whatever is there: who may do so is not what this is about.
  await teacher.command("set_permissions", { role: "student", permissions: { can_edit_others: true } });
  const joined = await new ClassroomApi(origin).join(lesson.session_id, {
    access_code: lesson.access_code,
    name: "Ada",
  });
  const options = { random, delayMs: DELAYS_MS[seed % DELAYS_MS.length] / 2, refuses: 0.15, keepsOrder };
  const ada = new Author({ url: joined.ws_url, token: joined.token }, `ada${seed}`, options);
  const ben = new Author(seat, `ben${seed}`, options);
  const authors = [ada, ben];
  try {
    for (const author of authors) await author.wired();
    for (let step = 0; step < STEPS; step += 1) {
      for (const author of authors) await author.step();
    }
    for (const author of authors) await author.settled();
    const { elements } = await boardOfServer(seat);
    const isAlike = ({ state, board }) =>
      [state.board, board].every((one) => isDeepStrictEqual(Object.fromEntries(one.elements), elements));
    const clients = [teacher, ...authors.map(({ client }) => client)];
    let diverged = 0;
    for (const client of clients) {
      const claim = () => isAlike(client);
      diverged += await eventually(claim, "alike").then(() => 0, () => 1);
    }
    const lost = authors.flatMap(({ drawn }) =>
      [...drawn].filter(([id, points]) => pointsOf(elements[id]).join() !== points.join()).map(([id]) => id),
    );
    const refused = authors.reduce((sum, { network }) => sum + network.refused, 0);
    const refusals = authors.flatMap((author) => author.refusals);
    return { strokes: ada.drawn.size + ben.drawn.size, lost, refusals, diverged, refused, loads: ada.loads + ben.loads };
  } finally {
    for (const author of authors) author.close();
    teacher.leave();
  }
}

/** Several schedules at a time: most of each is waiting. */
async function triedAll(seeds, options) {
  const outcomes = [];
  const left = [...seeds];
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
        try {
          outcomes.push({ seed, ...(await tried(seed, options)) });
        } catch (error) {
          // Nobody waits for the rest, and it would wait for a server that is gone.
          left.length = 0;
          throw new Error(`schedule ${seed}`, { cause: error });
        }
      }
    }),
  );
  return outcomes;
}

test("[BD-2] [BD-6] [BD-15] delays, refusals, cuts and reloads cost no stroke a point", async () => {
  const seeds = Array.from({ length: SEEDS }, (_, n) => FIRST_SEED + n);
  const outcomes = await triedAll(seeds);
  const sum = (of) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const figures = {
    runs: outcomes.length,
    strokes: sum(({ strokes }) => strokes),
    refused: sum(({ refused }) => refused),
    loads: sum(({ loads }) => loads),
    lost: sum(({ lost }) => lost.length),
    diverged: sum(({ diverged }) => diverged),
  };
  console.log(`FIGURES ${JSON.stringify(figures)}`);
  const bad = outcomes.filter(({ lost, diverged, refusals }) => lost.length + diverged + refusals.length > 0);
  assert.deepEqual(bad, []);
  assert.ok(figures.refused > 0 && figures.loads > 2 * SEEDS, "it was not a quiet network");
});

test("[BD-6] a page that is loaded anew after each piece loses none", async () => {
  const { teacher, seat } = await begun();
  teacher.leave();
  const author = new Author(seat, "ada", { random: seeded(7), delayMs: 20, refuses: 0.2 });
  await author.wired();
  try {
    for (let n = 0; n < 40; n += 1) {
      author.draw();
      // Some loads come at once, some when what was drawn is on its way, some when it has arrived.
      await pause(author.random() * 150);
      author.reload();
    }
    await author.settled();
    const { elements } = await boardOfServer(seat);
    for (const [id, points] of author.drawn) assert.deepEqual(pointsOf(elements[id]), points);
    assert.deepEqual(Object.fromEntries(author.client.board.elements), elements);
    assert.deepEqual(author.refusals, []);
  } finally {
    author.close();
  }
});

test("a room that takes what is behind a refused one is found out", async () => {
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map((seed) => tried(seed, { keepsOrder: false })));
  const isFound = ({ status, value }) => status === "rejected" || value.lost.length > 0;
  const found = outcomes.filter(isFound).length;
  console.log(`CONTROL ${found} of ${outcomes.length}`);
  assert.ok(found > 0);
});
