/** A film of a lesson: made in the page, kept as a file, and looked at elsewhere. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { cinema, toneMicrophone } from "../support/films.mjs";
import { AXE, Classroom, draw, eventually } from "../support/lesson.mjs";

const SHOTS = process.env.SCREENSHOTS;
const STROKES = 4;
/** What somebody says and what their hand does meanwhile are together, by the ear of a person. */
const TOGETHER_MS = 100;

let classroom;
let host;
let screen;
before(async () => {
  classroom = await Classroom.open("[recording]\nenabled = true\n");
  host = await classroom.person();
  await host.addInitScript(toneMicrophone);
  // A picker is a window of the system; without one a film is kept as a download is.
  await host.addInitScript(() => delete window.showSaveFilePicker);
  await host.goto(classroom.server.signInLink);
  screen = await cinema(classroom);
});
after(async () => {
  await screen.close();
  await classroom.close();
});

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

async function isAccessible(page) {
  await page.evaluate(await readFile(AXE, "utf8"));
  const found = await page.evaluate(async () => (await window.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
  assert.deepEqual(found, []);
}

const uploaded = (page) => page.waitForResponse((answer) => answer.url().includes("/chunks/") && answer.ok());

/** A lesson of which the host's voice is kept, and not that of Cleo, who said no: a tone for each stroke. */
async function recordedLesson() {
  const link = await classroom.lesson(host);
  const cleo = await classroom.guest(link, "Cleo");
  await host.getByRole("button", { name: "Menu" }).click();
  await host.getByRole("button", { name: "Recording…" }).click();
  await host.getByRole("button", { name: "Start recording" }).click();
  const question = (page) => page.getByRole("alertdialog", { name: "This lesson is being recorded" });
  await question(cleo).getByRole("button", { name: "No, not me" }).click();
  await cleo.getByRole("button", { name: "Turn the microphone on" }).click();
  await question(host).getByRole("button", { name: "Yes, record me" }).click();
  await host.getByRole("button", { name: "Turn the microphone on" }).click();
  await uploaded(host);
  await host.getByRole("button", { name: "Pen", exact: true }).click();
  for (let n = 0; n < STROKES; n += 1) {
    await draw(host, 300, 250 + 80 * n);
    await uploaded(host);
  }
  await host.getByRole("button", { name: "End lesson" }).first().click();
  await host.getByRole("dialog").getByRole("button", { name: "End lesson" }).click();
  await host.getByRole("button", { name: /history|History|Look back/ }).first().click();
  await cleo.context().close();
}

/**
 * How far most strokes are from their tones, in ms: the median, as on a busy machine one of them may come late to the
 * server, which is what the log says, and no doing of the film.
 */
function apart({ strokes, tones }) {
  const sorted = strokes.map((ms) => Math.min(...tones.map((tone) => Math.abs(tone - ms)))).sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** Makes a film as the dialog offers it, and returns its file. */
async function filmed() {
  await host.getByRole("button", { name: "Film…" }).press("Enter");
  const dialog = host.getByRole("dialog", { name: "The lesson as a film" });
  const saved = host.waitForEvent("download");
  await dialog.getByRole("button", { name: "Make the film" }).press("Enter");
  const download = await saved;
  await dialog.getByText("The film is saved.").waitFor();
  await host.keyboard.press("Escape");
  return download;
}

test("RT10: a film has the board and the voices, together, and no more of either than was recorded", async () => {
  await recordedLesson();
  // By then the takes are files.
  await host.getByRole("button", { name: "Film…" }).waitFor();
  const answer = host.waitForResponse((each) => /\/recordings\/$/.test(each.url()));
  await host.reload();
  const { takes } = await (await answer).json();
  assert.equal(takes.length, 1);
  await host.getByRole("button", { name: "Film…" }).press("Enter");
  await host.getByRole("dialog").getByRole("button", { name: "Make the film" }).waitFor();
  await shot(host, "film-dialog");
  await isAccessible(host);
  await host.keyboard.press("Escape");
  const download = await filmed();
  assert.match(download.suggestedFilename(), /^Geometry\.webm$/);

  if (SHOTS) await download.saveAs(`${SHOTS}/film.webm`);
  const film = await screen.look(await download.path());
  const said = JSON.stringify(film);
  assert.deepEqual(film.size, [1280, 720]);
  assert.ok(Math.abs(film.durationMs - takes[0].duration_ms) < 100, `${takes[0].duration_ms} ms were recorded: ${said}`);
  assert.ok(Math.abs(film.soundMs - takes[0].duration_ms) < 100, said);
  // Those of the strokes, and none of who said no.
  assert.deepEqual([film.strokes.length, film.tones.length], [STROKES, STROKES], said);
  assert.ok(apart(film) <= TOGETHER_MS, `${apart(film)} ms apart: ${said}`);
  // Ten frames a second at most, and none for a board that stands still.
  const gaps = film.frames.slice(1).map((ms, n) => ms - film.frames[n]);
  assert.ok(Math.min(...gaps) > 99 && Math.max(...gaps) > 500, said);

  // What measures it sees that a voice is late.
  await host.route("**/recordings/", async (route) => {
    const response = await route.fetch();
    const found = await response.json();
    for (const take of found.takes) take.start_at = new Date(Date.parse(take.start_at) + 300).toISOString();
    await route.fulfill({ response, json: found });
  });
  await host.reload();
  const late = await screen.look(await (await filmed()).path());
  assert.ok(apart(late) > TOGETHER_MS, `${apart(late)} ms apart: ${JSON.stringify(late)}`);
  await host.unroute("**/recordings/");
});

/** What the browser's own file system has of films, by name; and of what was chosen its size. */
function kept(page) {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("films", { create: true });
    const names = [];
    for await (const name of folder.keys()) names.push(name);
    const chosen = await root.getFileHandle("chosen.webm").then((handle) => handle.getFile(), () => null);
    return { names, chosen: chosen?.size ?? null };
  });
}

test("RT10: a film that is cancelled leaves nothing behind, a chosen file is written, and what a browser lacks is said", async () => {
  await host.reload();
  const open = host.getByRole("button", { name: "Film…" });
  const dialog = host.getByRole("dialog", { name: "The lesson as a film" });
  const make = dialog.getByRole("button", { name: "Make the film" });
  const before = await kept(host);

  // No voice comes, until it is cancelled; meanwhile the dialog may be closed.
  await open.click();
  let letGo = () => undefined;
  const held = new Promise((resolve) => {
    letGo = resolve;
  });
  await host.route("**/media*", async (route) => {
    await held;
    await route.continue();
  });
  await make.click();
  await dialog.getByText("0 % are done.").waitFor();
  await isAccessible(host);
  await host.keyboard.press("Escape");
  await host.getByRole("button", { name: "The film is being made" }).click();
  await dialog.getByRole("button", { name: "Cancel the film" }).click();
  letGo();
  await make.waitFor();
  assert.deepEqual(await kept(host), before);
  await host.unroute("**/media*");
  await host.keyboard.press("Escape");

  // A file of the browser's own stands for one that a person chooses in a window of the system.
  await host.evaluate(() => {
    window.showSaveFilePicker = async () => (await navigator.storage.getDirectory()).getFileHandle("chosen.webm", { create: true });
  });
  await open.click();
  await make.click();
  await dialog.getByText("The film is saved.").waitFor();
  const after = await kept(host);
  assert.deepEqual(after.names, before.names);
  assert.ok(after.chosen > 10_000, `${after.chosen} bytes`);
  await host.keyboard.press("Escape");

  await host.evaluate(() => delete window.VideoEncoder);
  await open.click();
  await dialog.getByText("This browser cannot make films", { exact: false }).waitFor();
  assert.equal(await make.count(), 0);
  await host.setViewportSize({ width: 360, height: 740 });
  await shot(host, "film-lacks-phone");
  await host.reload();
  await open.click();
  await make.waitFor();
  await shot(host, "film-dialog-phone");
  await isAccessible(host);
});
