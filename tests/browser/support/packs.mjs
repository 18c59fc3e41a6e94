/** A lesson pack, unpacked on the disk, and its player with no server and no network. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { PATIENCE_MS, SERVER } from "./lesson.mjs";

const run = promisify(execFile);

/** What a command of a server says; beside it runs. */
export async function lessonroom(server, ...words) {
  return (await run(SERVER, [...words, "--data-dir", server.home], { cwd: server.home })).stdout;
}

/** Packs a session and opens its player, in a browser profile that has nothing to do with the server. */
export async function opened(classroom, sessionId) {
  const folder = await mkdtemp(path.join(tmpdir(), "lessonroom-pack-"));
  const file = path.join(folder, "lesson.zip");
  assert.match(await lessonroom(classroom.server, "rooms", "pack", sessionId, "--to", file), /as it was written/);
  await run(path.join(path.dirname(SERVER), "python"), ["-m", "zipfile", "-e", file, folder]);
  const context = await classroom.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", offline: true });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const faults = [];
  const address = pathToFileURL(path.join(folder, "player.html")).href;
  page.on("request", (request) => {
    const url = request.url();
    if (url !== address && !/^(blob|data):/.test(url)) faults.push(`asked for ${url}`);
  });
  // A breach of the policy is an error of the console, too.
  page.on("console", (message) => faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(String(error)));
  await page.goto(address);
  await page.locator(".still-board").waitFor();
  return { page, faults, folder };
}
