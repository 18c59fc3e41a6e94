/**
 * A board of many pages beside one of a single page, in the same browser, each opened in turns: prints a
 * line of JSON for each, with medians.
 *
 *     node --experimental-websocket pages.mjs ROUNDS PAGES… STROKES_OF_A_PAGE
 */

import { readFile } from "node:fs/promises";
import { Classroom, eventually } from "../../../tests/browser/support/lesson.mjs";
import { memory, settled, strokes } from "./gestures.mjs";
import { ownHost, wayIn } from "./ours.mjs";

const PER_MESSAGE = 50;
/** Of boards with pages (BD-16). */
const SCHEMA = 6;
const [rounds, ...counts] = process.argv.slice(2).map(Number);
const strokesOfPage = counts.pop();
/** Of the clock of the kernel, which counts what a process has worked. */
const TICK_MS = 10;

/** Somebody without a page, who fills a board, and who is told all of it. */
class Speaker {
  #acknowledged = 0;
  #sent = 0;
  #told;
  /** What the room said instead. */
  #fault = null;

  static async to({ url, token }) {
    const speaker = new Speaker();
    speaker.socket = new WebSocket(`${url}?schema=${SCHEMA}`, ["lessonroom.v1.json", `bearer.${token}`]);
    speaker.socket.onmessage = ({ data }) => {
      const { type } = JSON.parse(data);
      if (type === "ack") speaker.#acknowledged += 1;
      if (type === "error") speaker.#fault = data;
      if (type === "sync_response") speaker.#told = { at: performance.now(), bytes: data.length };
    };
    speaker.socket.onclose = ({ code, reason }) => {
      speaker.#fault ??= `closed: ${code} ${reason}`;
    };
    await new Promise((resolve) => {
      speaker.socket.onopen = resolve;
    });
    return speaker;
  }

  /** @returns how long a full sync took, and how large it was. */
  async sync() {
    this.#told = undefined;
    const asked = performance.now();
    this.socket.send(JSON.stringify({ ch: "board", type: "sync_request", data: {} }));
    await eventually(() => this.#told !== undefined, "the board came");
    return { ms: this.#told.at - asked, megabytes: this.#told.bytes / 1e6 };
  }

  async edit(ops) {
    this.#sent += 1;
    this.socket.send(JSON.stringify({ ch: "board", type: "board_event", id: `pages-bench:${this.#sent}`, data: { ops } }));
    await eventually(() => this.#fault !== null || this.#acknowledged === this.#sent, "acknowledged");
    if (this.#fault !== null) throw new Error(this.#fault);
  }
}

/** Runs in the page before all else: counts what its socket is told. */
function listen() {
  const told = { bytes: 0, at: 0 };
  window.told = told;
  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", ({ data }) => {
        told.bytes += data.length;
        told.at = performance.now();
      });
    }
  };
}

/** What the server has worked until now, in ms. */
async function worked(server) {
  const fields = (await readFile(`/proc/${server.process.pid}/stat`, "utf8")).split(") ").at(-1).split(" ");
  return TICK_MS * (Number(fields[11]) + Number(fields[12]));
}

/** What the page's own thread has worked since it was navigated, in ms; its clock does not count what others do meanwhile. */
async function threadOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1_000 * metrics.find(({ name }) => name === "TaskDuration").value;
  };
}

/** Opens the page anew: what that took until its strokes were there, and until all pages were. */
async function opened({ host: page, thread }, server) {
  const before = await worked(server);
  await page.reload();
  await page.waitForFunction((all) => document.querySelectorAll(".board-svg [data-id]").length >= all, strokesOfPage, { polling: "raf" });
  const drawn = await page.evaluate(() => ({ ms: performance.now(), bytes: window.told.bytes }));
  await page.waitForFunction(() => performance.now() - window.told.at > 500, undefined, { polling: 100 });
  await settled(page);
  const whole = await page.evaluate(() => window.told);
  const page_ms = await thread();
  return { drawn_ms: drawn.ms, drawn_mb: drawn.bytes / 1e6, whole_ms: whole.at, whole_mb: whole.bytes / 1e6, page_ms, server_ms: (await worked(server)) - before };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** What the server holds of its own, in MB. */
async function held(server) {
  const status = await readFile(`/proc/${server.process.pid}/status`, "utf8");
  return Number(/RssAnon:\s+(\d+)/.exec(status)[1]) / 1_000;
}

const classroom = await Classroom.open();
try {
  const lessons = [];
  for (const pages of counts) {
    const host = await ownHost(classroom);
    await classroom.lesson(host);
    const before = await held(classroom.server);
    const speaker = await Speaker.to(await wayIn(host));
    await speaker.sync();
    for (let page = 1; page <= pages; page += 1) {
      const layer = page === 1 ? "base" : `l${page}`;
      if (page > 1) await speaker.edit([{ op: "add_page", page: { id: `p${page}` }, layer: { id: layer, name: "Layer 1" } }]);
      const elements = strokes(strokesOfPage).map(({ x, y, points }, n) => ({
        id: `p${page}s${n}`, layer, type: "stroke", x, y, style: { width: 3 }, points: points.flatMap(([px, py]) => [px, py, 0.5, 8]),
      }));
      for (let n = 0; n < elements.length; n += PER_MESSAGE) {
        await speaker.edit(elements.slice(n, n + PER_MESSAGE).map((element) => ({ op: "put", element })));
      }
    }
    const server_mb = (await held(classroom.server)) - before;
    const sync = await speaker.sync();
    speaker.socket.close();
    await host.addInitScript(listen);
    lessons.push({ pages, host, thread: await threadOf(host), server_mb, sync, found: [] });
  }
  // In turns, so that what else the machine does is the same for all. The first time is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const lesson of lessons) {
      const one = await opened(lesson, classroom.server);
      if (round > 0) lesson.found.push(one);
    }
  }
  const lines = [];
  // The largest first: what is told is what the largest process of a page holds.
  for (const { pages, host, server_mb, sync, found } of lessons.toReversed()) {
    const { "script's heap, MB": heap_mb, "memory of the page's process, MB": page_mb } = await memory(host);
    const medians = Object.fromEntries(Object.keys(found[0]).map((name) => [name, median(found.map((one) => one[name]))]));
    await host.context().close();
    lines.unshift(JSON.stringify({ pages, sync_ms: sync.ms, sync_mb: sync.megabytes, ...medians, heap_mb, page_mb, server_mb }));
  }
  for (const line of lines) console.log(line);
} finally {
  await classroom.close();
}
