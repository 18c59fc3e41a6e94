/**
 * What a hand does on a board, alike in every program, and how long each frame takes: by the clock of
 * the page itself, from one animation frame to the next. Prints nothing.
 */

import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

/** The window of every contender. */
export const VIEW = { width: 1280, height: 800 };
const COLUMNS = 50;
const ACROSS = 70;
const DOWN = 30;
const POINTS = 40;

/** Handwriting in a grid, `n` strokes of 40 points each, as flat x, y, pressure. */
export function strokes(count) {
  return Array.from({ length: count }, (_, n) => {
    const points = [];
    for (let k = 0; k < POINTS; k += 1) {
      points.push([Math.round(k * 15) / 10, Math.round(100 * Math.sin(k / 5 + n)) / 10]);
    }
    return { x: 150 + (n % COLUMNS) * ACROSS, y: 110 + Math.floor(n / COLUMNS) * DOWN, points };
  });
}

/** Runs in the page before all else: notes frames, the way from a press to its frame, and long tasks. */
export function watch() {
  const noted = { frames: [], inks: [], quietAt: 0 };
  window.noted = noted;
  let last = performance.now();
  const frame = (now) => {
    noted.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.addEventListener(
    "pointermove",
    ({ timeStamp }) => {
      // What is drawn for an event is on the screen once the frame after it has begun.
      requestAnimationFrame(() => requestAnimationFrame((now) => noted.inks.push(now - timeStamp)));
    },
    { capture: true },
  );
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) noted.quietAt = Math.max(noted.quietAt, startTime + duration);
  }).observe({ type: "longtask", buffered: true });
}

/** Begins to count scripts and styles, as they would be sent, until asked. */
export function fetched(page) {
  const sizes = [];
  page.on("response", (response) => {
    if (/\.(js|css)$/.test(new URL(response.url()).pathname)) {
      sizes.push(response.body().then((body) => gzipSync(body, { level: 9 }).length, () => 0));
    }
  });
  return async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** What the page's own process holds, once what it needs no more is thrown away. */
export async function memory(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  const session = await page.context().browser().newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const kilobytes = await Promise.all(
    processInfo
      .filter(({ type }) => type === "renderer")
      .map(async ({ id }) => Number(/RssAnon:\s+(\d+)/.exec(await readFile(`/proc/${id}/status`, "utf8"))?.[1] ?? 0)),
  );
  return { "script's heap, MB": usedSize / 1e6, "memory of the page's process, MB": Math.max(...kilobytes) / 1_000 };
}

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** @returns what the page noted while `act` went on, the first frame left out. */
async function noted(page, act) {
  await settled(page);
  const cpu = await mainThread(page);
  const before = await cpu();
  await page.evaluate(() => {
    window.noted.frames.length = 0;
    window.noted.inks.length = 0;
  });
  await act();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const told = await page.evaluate(() => ({ frames: window.noted.frames.slice(1), inks: [...window.noted.inks] }));
  return { ...told, cpuMs: (await cpu()) - before };
}

/** The time of the main thread alone: it holds on a machine that does other things as well. */
async function mainThread(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1_000;
  };
}

/** Waits until the page has done nothing long for half a second. */
export async function settled(page) {
  await page.waitForFunction(() => performance.now() - window.noted.quietAt > 500, undefined, { polling: 100, timeout: 120_000 });
  return page.evaluate(() => window.noted.quietAt);
}

/**
 * @param board `pen`, `eraser`, `selectAll` choose a tool or all strokes, `grab` takes hold of them, as
 *   its owner would; `count` tells how many strokes there are.
 * @returns figures in ms.
 */
export async function measured(page, board) {
  const figures = {};
  await board.pen(page);
  const ink = await noted(page, async () => {
    await page.mouse.move(300, 400);
    await page.mouse.down();
    for (let n = 1; n <= 120; n += 1) await page.mouse.move(300 + n * 4, 400 + 60 * Math.sin(n / 9));
    await page.mouse.up();
  });
  figures["press to ink, p95"] = quantile(ink.inks, 0.95);
  figures["main thread: a move of the pen"] = ink.cpuMs / 120;
  await page.mouse.move(640, 420);
  const pan = await noted(page, async () => {
    for (let n = 0; n < 60; n += 1) await page.mouse.wheel(n % 30 < 15 ? 40 : -40, n % 20 < 10 ? 30 : -30);
  });
  figures["a pan frame, p50"] = quantile(pan.frames, 0.5);
  figures["a pan frame, p95"] = quantile(pan.frames, 0.95);
  figures["main thread: a step of panning"] = pan.cpuMs / 60;
  const zoom = await noted(page, async () => {
    await page.keyboard.down("Control");
    for (let n = 0; n < 40; n += 1) await page.mouse.wheel(0, n % 20 < 10 ? 30 : -30);
    await page.keyboard.up("Control");
  });
  figures["a zoom frame, p95"] = quantile(zoom.frames, 0.95);
  figures["main thread: a step of zooming"] = zoom.cpuMs / 40;
  figures["a zoom frame, worst"] = Math.max(...zoom.frames);
  await board.eraser(page);
  const all = await board.count(page);
  const erasing = await noted(page, async () => {
    await page.mouse.move(200, 200);
    await page.mouse.down();
    for (let row = 0; row < 8; row += 1) {
      const [from, to] = row % 2 ? [1_150, 200] : [200, 1_150];
      for (let n = 0; n <= 40; n += 1) await page.mouse.move(from + ((to - from) * n) / 40, 200 + row * DOWN);
    }
    await page.mouse.up();
  });
  const left = await board.count(page);
  if (left === all) throw new Error("nothing was erased");
  figures["erasing 200 strokes, worst frame"] = Math.max(...erasing.frames);
  figures["main thread: a move of the eraser"] = erasing.cpuMs / (8 * 41);
  await board.selectAll(page);
  const drag = await noted(page, async () => {
    await board.grab(page);
    for (let n = 1; n <= 40; n += 1) await page.mouse.move(640 + n * 3, 520 + n);
    await page.mouse.up();
  });
  figures["dragging everything, worst frame"] = Math.max(...drag.frames);
  figures["dragging everything, p95"] = quantile(drag.frames, 0.95);
  figures["main thread: a move of everything"] = drag.cpuMs / 40;
  return figures;
}
