/**
 * The classroom's page in Chromium, with a board of 3,000 strokes: prints figures as JSON.
 *
 * Times of the main thread are the browser's own (`TaskDuration`), so that they hold on a machine
 * that does other things as well.
 */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Classroom, count, draw, eventually } from "../../tests/browser/support/lesson.mjs";

const STATIC = fileURLToPath(new URL("../../gateway/static/", import.meta.url));
const STROKES = 3000;
const PER_MESSAGE = 100;
const POINTS = 300;
const REPEATS = 40;

/** What the document names, and so loads before the first lesson: scripts and styles, gzip. */
async function bundleBytes() {
  const document = await readFile(path.join(STATIC, "index.html"), "utf8");
  const files = [...document.matchAll(/(?:src|href)="\.?\/([^"]+\.(?:js|css))"/g)].map(([, file]) => file);
  const contents = await Promise.all(files.map((file) => readFile(path.join(STATIC, file))));
  return contents.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).length, 0);
}

function stroke(n) {
  const points = [];
  for (let k = 0; k < 40; k += 1) {
    const y = Math.round(10 * Math.sin(k / 5 + n));
    points.push(Math.round(k * 1.5 * 10) / 10, y, 0.5, 8);
  }
  const [x, y] = [(n % 60) * 70, Math.floor(n / 60) * 30];
  return { id: `s${n}`, layer: "base", type: "stroke", x, y, style: { color: "#1e1e1e", width: 3 }, points };
}

/** Somebody else in the lesson, without a page. */
class Other {
  constructor(url, token) {
    this.sent = 0;
    this.acknowledged = 0;
    this.socket = new WebSocket(url, ["lessonroom.v1.json", `bearer.${token}`]);
    this.socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "ack") this.acknowledged += 1;
      if (message.type === "error") throw new Error(data);
    };
  }

  async opened() {
    await new Promise((resolve) => {
      this.socket.onopen = resolve;
    });
    this.socket.send(JSON.stringify({ ch: "board", type: "sync_request", data: {} }));
  }

  async put(elements) {
    this.sent += 1;
    const ops = elements.map((element) => ({ op: "put", element }));
    const id = `page-bench:${this.sent}`;
    this.socket.send(JSON.stringify({ ch: "board", type: "board_event", id, data: { ops } }));
    await eventually(() => this.acknowledged === this.sent, "acknowledged");
  }
}

/** The milliseconds of the page's main thread that one of `REPEATS` actions takes. */
async function mainThreadMs(metrics, action) {
  const before = await metrics();
  for (let n = 0; n < REPEATS; n += 1) await action(n);
  return ((await metrics()) - before) / REPEATS;
}

const frame = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

async function main() {
  const classroom = await Classroom.open();
  try {
    const host = await classroom.host();
    await classroom.lesson(host);
    const address = host.url();
    const sessionId = new URL(address).pathname.split("/").at(-1);
    const kept = await host.evaluate(() => Object.entries(sessionStorage));
    const token = kept.find(([key]) => key.endsWith(sessionId))?.[1];
    const other = new Other(`${address.replace(/^http/, "ws").replace("/room/", "/ws/classroom/")}/`, token);
    await other.opened();

    const sent = [];
    host.on("websocket", (socket) => socket.on("framesent", ({ payload }) => sent.push(String(payload))));
    await host.reload();
    await host.locator('.saved[data-state="saved"]').waitFor();
    await host.keyboard.press("p");
    await draw(host, 100, 300, { points: POINTS - 1 });
    await host.locator('.saved[data-state="saved"]').waitFor();
    const drawn = sent.filter((text) => text.includes('"board_event"'));
    const points = drawn
      .flatMap((text) => JSON.parse(text).data.ops)
      .reduce((sum, op) => sum + (op.points ?? op.element?.points ?? []).length / 4, 0);
    const strokeBytes = drawn.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

    for (let n = 0; n < STROKES; n += PER_MESSAGE) {
      await other.put(Array.from({ length: PER_MESSAGE }, (_, k) => stroke(n + k)));
    }
    // Only what is in view is painted: all of it is, so that the figures are those of a full board.
    await host.locator(".board").focus();
    await eventually(async () => {
      await host.keyboard.press("1");
      return (await count(host)) >= STROKES;
    }, "all strokes are painted");

    const devtools = await host.context().newCDPSession(host);
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    const metrics = async () => {
      const { metrics: found } = await devtools.send("Performance.getMetrics");
      return found.find(({ name }) => name === "TaskDuration").value * 1000;
    };
    const change = await mainThreadMs(metrics, async (n) => {
      await other.put([stroke(STROKES + n)]);
      await frame(host);
    });
    await host.mouse.move(600, 400);
    const pan = await mainThreadMs(metrics, async (n) => {
      await host.mouse.wheel(0, n % 2 ? 40 : -40);
      await frame(host);
    });
    const idle = await mainThreadMs(metrics, () => frame(host));

    const fresh = await host.context().newPage();
    await fresh.addInitScript((entries) => {
      for (const [key, value] of entries) sessionStorage.setItem(key, value);
      const watch = new MutationObserver(() => {
        if (document.querySelector('.saved[data-state="saved"]') === null) return;
        window.readyAtMs = performance.now();
        watch.disconnect();
      });
      watch.observe(document, { subtree: true, childList: true, attributes: true });
    }, kept);
    const ready = async (url) => {
      await fresh.goto(url);
      await fresh.waitForFunction(() => window.readyAtMs !== undefined);
      return fresh.evaluate(() => window.readyAtMs);
    };
    const withBoardMs = await ready(address);
    await host.goto(new URL("/", address).href);
    await classroom.lesson(host, { title: "Empty" });
    const ofEmpty = await host.evaluate(() => Object.entries(sessionStorage));
    await fresh.evaluate((entries) => {
      for (const [key, value] of entries) sessionStorage.setItem(key, value);
    }, ofEmpty);
    const emptyMs = await ready(host.url());

    return [
      { name: "page: scripts and styles of the classroom, gzip", value: kB(await bundleBytes()), target: "70 kB" },
      { name: `page: a stroke of ${points} points on the wire`, value: kB(strokeBytes), target: "25 kB" },
      { name: "page: from navigation to a board one can draw on, empty", value: ms(emptyMs), target: "1,000 ms" },
      { name: `page: the same with ${STROKES} strokes`, value: ms(withBoardMs), target: "" },
      { name: `page: main thread for a change, ${STROKES} strokes on the board`, value: ms(change - idle), target: "" },
      { name: "page: main thread for a frame of panning", value: ms(pan - idle), target: "" },
    ];
  } finally {
    await classroom.close();
  }
}

const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const ms = (value) => `${value.toFixed(1)} ms`;

console.log(JSON.stringify(await main()));
