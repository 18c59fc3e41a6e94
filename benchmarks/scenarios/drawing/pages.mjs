/**
 * A board of many pages beside one of a single page, in the same browser: prints a line of JSON for each.
 *
 *     node --experimental-websocket pages.mjs PAGES… STROKES_OF_A_PAGE
 */

import { readFile } from "node:fs/promises";
import { Classroom, eventually } from "../../../tests/browser/support/lesson.mjs";
import { memory, settled, strokes } from "./gestures.mjs";
import { ownHost, wayIn } from "./ours.mjs";

const PER_MESSAGE = 50;
/** Of boards with pages (BD-16). */
const SCHEMA = 6;
const counts = process.argv.slice(2).map(Number);
const strokesOfPage = counts.pop();

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

/** What the server holds of its own, in MB. */
async function held(server) {
  const status = await readFile(`/proc/${server.process.pid}/status`, "utf8");
  return Number(/RssAnon:\s+(\d+)/.exec(status)[1]) / 1_000;
}

const classroom = await Classroom.open();
try {
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
    const server = (await held(classroom.server)) - before;
    const sync = await speaker.sync();
    speaker.socket.close();
    await host.reload();
    await host.waitForFunction((all) => document.querySelectorAll(".board-svg [data-id]").length >= all, strokesOfPage, { polling: "raf" });
    const drawnMs = await host.evaluate(() => performance.now());
    await settled(host);
    const { "script's heap, MB": heap, "memory of the page's process, MB": process } = await memory(host);
    await host.context().close();
    console.log(JSON.stringify({ pages, sync_ms: sync.ms, sync_mb: sync.megabytes, drawn_ms: drawnMs, heap_mb: heap, page_mb: process, server_mb: server }));
  }
} finally {
  await classroom.close();
}
