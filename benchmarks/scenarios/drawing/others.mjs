/** Excalidraw and tldraw under `gestures.mjs`, from a folder that `contenders/boards.py` has built. */

import { readFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { fetched, measured, memory, settled, strokes, VIEW, watch } from "./gestures.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml" };

/** How each of them is asked for its tools: by its own keys. */
export const OTHERS = {
  excalidraw: { pen: "p", eraser: "e", select: "v" },
  tldraw: { pen: "d", eraser: "e", select: "v" },
};

/** Serves the folder, and the strokes, on loopback. */
async function served(folder, count) {
  const server = http.createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, "http://board");
    try {
      const isStrokes = pathname === "/strokes.json";
      const content = isStrokes ? JSON.stringify(strokes(count)) : await readFile(path.join(folder, path.normalize(pathname)));
      response.writeHead(200, { "content-type": TYPES[path.extname(pathname)] ?? "application/octet-stream" }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return server;
}

/** @returns the figures of one of them with so many strokes. */
export async function other(browser, folder, name, count) {
  const keys = OTHERS[name];
  const server = await served(folder, count);
  const context = await browser.newContext({ viewport: VIEW, locale: "en-GB", reducedMotion: "reduce" });
  try {
    const page = await context.newPage();
    // Fonts and telemetry from elsewhere are no part of it.
    await page.route("**/*", (route) => (new URL(route.request().url()).hostname === "127.0.0.1" ? route.continue() : route.abort()));
    await page.addInitScript(watch);
    const loaded = fetched(page);
    await page.goto(`http://127.0.0.1:${server.address().port}/${name}.html`);
    await page.waitForFunction((all) => window.drawn?.() >= all, count, { timeout: 120_000 });
    const opened = await settled(page);
    const bytes = await loaded();
    const figures = await measured(page, {
      pen: (on) => on.keyboard.press(keys.pen),
      eraser: (on) => on.keyboard.press(keys.eraser),
      selectAll: async (on) => {
        await on.keyboard.press(keys.select);
        await on.keyboard.press("Control+a");
      },
      grab: async (on) => {
        await on.mouse.move(640, 520);
        await on.mouse.down();
      },
      count: (on) => on.evaluate(() => window.drawn()),
    });
    return { "open to drawn": opened, ...figures, ...(await memory(page)), "scripts and styles until drawn, gzip kB": bytes / 1_000 };
  } finally {
    await context.close();
    server.close();
  }
}
