/** A film of ten minutes: of several pages, in 1080 lines, and with no more memory at its end than at its beginning. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { toneMicrophone } from "../support/films.mjs";
import { Classroom, draw, eventually } from "../support/lesson.mjs";

const SHOTS = process.env.SCREENSHOTS;
const MINUTES = 10;
const STROKE_EVERY_MS = 4_000;
const PAGE_EVERY = 30;
/** What the film of so long a lesson may leave in the page, beside what it has at a fifth of it. */
const GROWS_MOST_MB = 24;

let classroom;
let host;
before(async () => {
  classroom = await Classroom.open("[recording]\nenabled = true\n");
  host = await classroom.person();
  await host.addInitScript(toneMicrophone);
  await host.addInitScript(() => delete window.showSaveFilePicker);
  await host.goto(classroom.server.signInLink);
  await shortLesson();
});
after(() => classroom.close());

const uploaded = () => host.waitForResponse((answer) => answer.url().includes("/chunks/") && answer.ok());

/** A few seconds that are recorded: the ten minutes are made of them by turning their clock. */
async function shortLesson() {
  await classroom.lesson(host);
  await host.getByRole("button", { name: "Menu" }).click();
  await host.getByRole("button", { name: "Recording…" }).click();
  await host.getByRole("button", { name: "Start recording" }).click();
  await host.getByRole("alertdialog").getByRole("button", { name: "Yes, record me" }).click();
  await host.getByRole("button", { name: "Turn the microphone on" }).click();
  await uploaded();
  await host.getByRole("button", { name: "Pen", exact: true }).click();
  await draw(host, 300, 250);
  await uploaded();
  await host.getByRole("button", { name: "End lesson" }).first().click();
  await host.getByRole("dialog").getByRole("button", { name: "End lesson" }).click();
  await host.getByRole("button", { name: /history|History|Look back/ }).first().click();
  await host.getByRole("button", { name: "Film…" }).waitFor();
}

/** Ten minutes of strokes and words on new pages, from a moment on. */
function changesFrom(begin) {
  const items = [];
  for (let n = 0; n * STROKE_EVERY_MS < MINUTES * 60_000; n += 1) {
    const at = new Date(begin + (n + 1) * STROKE_EVERY_MS).toISOString();
    const page = Math.floor(n / PAGE_EVERY);
    const layer = page === 0 ? "base" : `layer${page}`;
    const points = Array.from({ length: 20 }, (_, k) => [k * 10, 30 * Math.sin(k + n), 0.5, 20]).flat();
    const y = 40 + 20 * (n % PAGE_EVERY);
    const ops = [{ op: "put", element: { id: `s${n}`, type: "stroke", layer, x: 60, y, points } }];
    if (n % PAGE_EVERY === 0 && page > 0) {
      ops.unshift({ op: "add_page", page: { id: `page${page}` }, layer: { id: layer, page: `page${page}` } });
      ops.push({ op: "put", element: { id: `t${n}`, type: "text", layer, x: 400, y: 40, text: `Page ${page + 1}` } });
    }
    items.push({ seq: n + 1, at, user_id: 1, ops });
  }
  return items;
}

async function turnTheClock() {
  let begin;
  await host.route("**/recordings/", async (route) => {
    const response = await route.fetch();
    const found = await response.json();
    begin = Date.parse(found.takes[0].start_at);
    found.takes[0].duration_ms = MINUTES * 60_000;
    await route.fulfill({ response, json: found });
  });
  await host.route("**/replay/**", async (route) => {
    await eventually(() => begin !== undefined, "when it began is known");
    await route.fulfill({ json: { items: changesFrom(begin), next_after: null } });
  });
  await host.reload();
  await host.getByRole("button", { name: "Film…" }).waitFor();
}

/** What the processes of pages have in memory that is theirs alone, in MB, behind a collection of garbage. */
async function memoryMb(devtools, system) {
  await devtools.send("HeapProfiler.collectGarbage");
  const { processInfo } = await system.send("SystemInfo.getProcessInfo");
  const sizes = await Promise.all(
    processInfo.filter(({ type }) => type === "renderer").map(async ({ id }) => /Pss_Anon:\s+(\d+)/.exec(await readFile(`/proc/${id}/smaps_rollup`, "utf8"))?.[1] ?? 0),
  );
  return sizes.reduce((sum, kb) => sum + Number(kb), 0) / 1_000;
}

/** Makes the film; returns its download, and by how much memory grew from a fifth of it to its end. */
async function filmed() {
  const devtools = await host.context().newCDPSession(host);
  const system = await classroom.browser.newBrowserCDPSession();
  await host.getByRole("button", { name: "Film…" }).click();
  const dialog = host.getByRole("dialog", { name: "The lesson as a film" });
  await dialog.getByText("A WebM, which browsers and most players play.", { exact: false }).waitFor();
  await dialog.getByLabel("Picture").selectOption("1080");
  if (SHOTS) await host.screenshot({ path: `${SHOTS}/film-long-dialog.png` });
  const saved = host.waitForEvent("download", { timeout: 280_000 });
  await dialog.getByRole("button", { name: "Make the film" }).click();
  const share = () => host.evaluate(() => document.querySelector("dialog progress")?.value ?? 1);
  const until = async (part) => {
    while ((await share()) < part) await new Promise((resolve) => setTimeout(resolve, 100));
    return memoryMb(devtools, system);
  };
  const early = await until(0.2);
  const late = await until(0.9);
  const download = await saved;
  await dialog.getByText("The film is saved.").waitFor();
  return { download, early, late };
}

test("RT10: ten minutes in 1080 lines take no more memory at their end than at their beginning", async () => {
  await turnTheClock();
  const { download, early, late } = await filmed();
  const film = await readFile(await download.path());
  if (SHOTS) await download.saveAs(`${SHOTS}/film-long.webm`);
  const told = `${early.toFixed(0)} MB at a fifth, ${late.toFixed(0)} MB near the end, ${(film.length / 1e6).toFixed(1)} MB of film`;
  assert.ok(late - early < GROWS_MOST_MB, told);
  const { size, seconds } = await host.evaluate(async (encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
    const player = document.createElement("video");
    player.src = URL.createObjectURL(new Blob([bytes], { type: "video/webm" }));
    await new Promise((resolve, reject) => Object.assign(player, { onloadedmetadata: resolve, onerror: () => reject(player.error) }));
    return { size: [player.videoWidth, player.videoHeight], seconds: player.duration };
  }, film.toString("base64"));
  assert.deepEqual(size, [1920, 1080]);
  assert.ok(Math.abs(seconds - MINUTES * 60) < 5, `${seconds} s`);
});

test("what measures it sees a page that keeps pictures", async () => {
  await host.addInitScript(() => {
    const { encode } = VideoEncoder.prototype;
    window.kept = [];
    let n = 0;
    VideoEncoder.prototype.encode = function encodeAndKeep(frame, ...rest) {
      n += 1;
      if (n % 40 === 0) window.kept.push(new Uint8Array(8_000_000).fill(n));
      return encode.call(this, frame, ...rest);
    };
  });
  await host.reload();
  const { early, late } = await filmed();
  assert.ok(late - early > GROWS_MOST_MB, `${early} MB, then ${late} MB`);
});
