/** A lesson that is recorded, and heard again: three people, of whom one says no, one loads anew, one drops out. */

import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { after, before, test } from "node:test";
import { AXE, Classroom, draw, eventually } from "../support/lesson.mjs";
import { opened } from "../support/packs.mjs";

const SHOTS = process.env.SCREENSHOTS;
/** The voice that is heard, and the moment that is shown, by the ear of a person. */
const TOGETHER_MS = 150;

let classroom;
let host;
before(async () => {
  classroom = await Classroom.open("[recording]\nenabled = true\n");
  host = await classroom.person();
  await host.addInitScript(rememberPlayers);
  await host.goto(classroom.server.signInLink);
});
after(() => classroom.close());

/** Remembers every player of a page: they are in no document. */
function rememberPlayers() {
  window.players = new Set();
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = function (...args) {
    window.players.add(this);
    return play.apply(this, args);
  };
}

async function joined(link, name, options) {
  const page = await classroom.guest(link, name, options);
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  return page;
}

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

async function isAccessible(page) {
  await page.evaluate(await readFile(AXE, "utf8"));
  const found = await page.evaluate(async () => (await window.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
  assert.deepEqual(found, []);
}

async function playerOnPhones(page) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const [name, width, height] of [["phone", 360, 740], ["phone-on-its-side", 844, 390]]) {
      await page.setViewportSize({ width, height });
      await shot(page, `replay-${name}-${colorScheme}`);
    }
  }
}

const mark = (page) => page.locator(".recording-mark");
const question = (page) => page.getByRole("alertdialog", { name: "This lesson is being recorded" });
const microphone = (page, to) => page.getByRole("button", { name: `Turn the microphone ${to}` }).click();

async function recordings(page) {
  return page.evaluate(async () => {
    const id = location.pathname.split("/").at(-1);
    const token = sessionStorage.getItem(Object.keys(sessionStorage).find((key) => key.includes(id))) ?? "";
    const answer = await fetch(`/api/v1/classroom/sessions/${id}/recordings/`, { headers: { Authorization: `Bearer ${token}` } });
    return answer.json();
  });
}

/** How many chunks a page keeps that the server has not acknowledged, and the last one that it has. */
function waiting(page) {
  return page.evaluate(async () => {
    const { name } = (await indexedDB.databases()).find((each) => each.name.endsWith(".takes"));
    const settled = (request) => new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: reject }));
    const database = await settled(indexedDB.open(name));
    const count = await settled(database.transaction("chunks").objectStore("chunks").count());
    database.close();
    return count;
  });
}

/** Whoever leads reads in the list of people who is not recorded, as it changes. */
async function isReadByTheHost(cleo) {
  await host.getByRole("button", { name: /^People/ }).click();
  const line = host.locator(".person", { hasText: "Cleo" });
  await line.getByText("said no, is not recorded").waitFor();
  await cleo.evaluate(() => {
    MediaRecorder.isTypeSupported = () => false;
  });
  await mark(cleo).click();
  const mayBe = cleo.getByRole("switch", { name: "I may be recorded" });
  await mayBe.click();
  await line.getByText("agreed, but their device cannot record: voice").waitFor();
  await shot(host, "recording-unable");
  await mayBe.click();
  await line.getByText("said no, is not recorded").waitFor();
  await cleo.keyboard.press("Escape");
  await host.getByRole("button", { name: /^People/ }).click();
}

/** What is muted is not recorded, and another microphone is a take of its own. */
async function mutesAndChanges(page, takes) {
  const own = async (state) => (await takes()).filter((take) => (take.state === "open") === (state === "open")).length;
  await microphone(page, "off");
  await eventually(async () => (await own("open")) === 1 && (await own("done")) === 1, "his take is complete");
  await microphone(page, "on");
  await eventually(async () => (await own("open")) === 2, "a take of its own");
  await page.getByRole("button", { name: "Devices" }).click();
  const microphones = page.getByLabel("Microphone", { exact: true });
  await microphones.selectOption(await microphones.locator("option").nth(2).getAttribute("value"));
  await eventually(async () => (await takes()).length === 4 && (await own("open")) === 2, "and one of the other microphone");
  await page.keyboard.press("Escape");
}

test("[RC-4][RC-5][RC-7][RC-8][RC-11][LP-5] a lesson is recorded of who agreed, and heard again with the hand that drew", async () => {
  const link = await classroom.lesson(host);
  const { wire, link: wired } = await classroom.wired(link);
  const ben = await joined(wired, "Ben");
  const cleo = await joined(link, "Cleo", { viewport: { width: 360, height: 740 } });
  await host.getByRole("button", { name: "Menu" }).click();
  await host.getByRole("button", { name: "Recording…" }).click();
  await host.getByRole("dialog").getByRole("switch", { name: "Faces" }).waitFor();
  await shot(host, "recording-dialog");
  await isAccessible(host);
  await host.getByRole("button", { name: "Start recording" }).click();
  for (const page of [host, ben, cleo]) {
    await mark(page).getByText("Recording").waitFor();
    await question(page).waitFor();
    await eventually(async () => (await page.title()).startsWith("🔴"), "the title says so");
  }
  await shot(cleo, "recording-asked-phone");
  await shot(ben, "recording-asked");
  await isAccessible(cleo);
  await microphone(cleo, "on");
  await microphone(ben, "on");
  await microphone(host, "on");
  await question(host).getByRole("button", { name: "Yes, record me" }).click();
  await question(ben).getByRole("button", { name: "Yes, record me" }).press("Enter");
  await question(cleo).getByRole("button", { name: "No, not me" }).click();
  for (const page of [host, ben, cleo]) await question(page).waitFor({ state: "detached" });

  // Everyone sees of everyone who is in it.
  await mark(host).click();
  const people = host.getByRole("region", { name: "Who is in it" }).getByRole("listitem");
  await people.filter({ hasText: "Cleo" }).getByText("said no").waitFor();
  await people.filter({ hasText: "Ben" }).getByText("recorded", { exact: true }).waitFor();
  await shot(host, "recording-people");
  await host.keyboard.press("Escape");
  await isReadByTheHost(cleo);

  const takes = async () => (await recordings(host)).takes;
  await eventually(async () => (await takes()).length === 2, "two voices are on their way");
  await mutesAndChanges(ben, takes);
  await draw(host, 400, 300);

  // The line goes, and what is recorded meanwhile comes later.
  wire.cut();
  await ben.getByText("Nothing gets through", { exact: false }).or(ben.locator('.saved[data-state="offline"]')).first().waitFor();
  await eventually(async () => (await waiting(ben)) >= 2, "chunks wait on his device");
  wire.mend();
  await ben.locator('.saved[data-state="saved"]').waitFor();

  // Loaded anew he is in it again as soon as he speaks: what he answered stays.
  await ben.reload();
  await mark(ben).waitFor();
  await microphone(ben, "on");
  await eventually(async () => (await takes()).length === 5, "a take of its own");
  const heardAgain = ben.waitForResponse((answer) => answer.url().includes("/chunks/") && answer.ok());
  await draw(host, 400, 450);
  await heardAgain;

  // Who comes later is told, before they enter.
  const dora = await classroom.person();
  await dora.goto(link);
  await dora.getByText("This lesson is being recorded.", { exact: false }).waitFor();
  await shot(dora, "recording-join");

  await host.getByRole("button", { name: "End lesson" }).first().click();
  await host.getByRole("dialog").getByRole("button", { name: "End lesson" }).click();
  const endedAt = Date.now();
  await host.getByRole("button", { name: /history|History|Look back/ }).first().click();
  const play = host.getByRole("button", { name: "Play with the voices" });
  await play.waitFor();
  await play.click();
  await eventually(() => host.evaluate(() => [...window.players].some((player) => !player.paused && player.currentTime > 0.3)), "a voice is heard");
  const took = Date.now() - endedAt;
  assert.ok(took < 8_000, `it is heard ${took} ms after the end`);
  await shot(host, "replay");
  const heard = host.getByRole("list", { name: "Who is heard when" }).getByRole("listitem");
  await heard.filter({ hasText: "Cleo" }).getByText("said no, is not recorded").waitFor();
  await heard.filter({ hasText: "Ben" }).getByText(/heard: /).waitFor({ state: "attached" });
  await isAccessible(host);

  // Every voice that sounds is at the moment that is shown.
  const starts = (await recordings(host).catch(() => ({ takes: [] }))).takes.map(({ start_at: at }) => Date.parse(at));
  const apart = () =>
    host.evaluate((begins) => {
      const now = Date.parse(document.querySelector(".replay .slider time").dateTime);
      const playing = [...window.players].filter((player) => !player.paused && !player.seeking);
      return playing.map((player) => Math.min(...begins.map((begin) => Math.abs(begin + player.currentTime * 1_000 - now))));
    }, starts);
  if (starts.length > 0) {
    await eventually(async () => {
      const found = await apart();
      return found.length > 0 && found.every((ms) => ms < TOGETHER_MS);
    }, "voices and hand are together");
  }

  // By the keys: to the end, where all is drawn; and back.
  const moment = host.getByRole("slider", { name: "Moment of the lesson" });
  await moment.focus();
  await host.keyboard.press("End");
  await eventually(async () => (await host.locator(".still-board path").count()) === 2, "both strokes are there");
  await host.keyboard.press("Home");
  await eventually(async () => (await host.locator(".still-board path").count()) === 0, "nothing is drawn yet");
  await host.getByRole("button", { name: "Do not hear Ben" }).click();
  await host.getByRole("button", { name: "Hear Ben again" }).waitFor();
  const saved = host.waitForEvent("download");
  await host.getByRole("button", { name: "Save what was recorded of Ben" }).click();
  assert.match((await saved).suggestedFilename(), /Ben.*voice.*\.webm$/);
  if (SHOTS) await playerOnPhones(host);

  // All of it is had as one file; from the disk it is heard as well, with no server.
  await host.setViewportSize({ width: 1280, height: 800 });
  await moment.press("End");
  await host.getByRole("button", { name: "Download the board…" }).click();
  // More of Ben may be on its way.
  const coming = host.waitForEvent("download", (one) => one.suggestedFilename().endsWith(".zip"));
  await shot(host, "pack-dialog");
  await host.getByRole("button", { name: /^Whole lesson/ }).click();
  assert.match((await coming).suggestedFilename(), /-pack\.zip$/);
  const { page, faults, folder } = await opened(classroom, new URL(host.url()).pathname.split("/").at(-1));
  await page.evaluate(rememberPlayers);
  await page.getByRole("button", { name: "Play with the voices" }).click();
  await eventually(() => page.evaluate(() => [...window.players].some((player) => !player.paused && player.currentTime > 0.3)), "a voice is heard");
  await shot(page, "player-voices");
  assert.deepEqual(faults, []);
  await rm(folder, { recursive: true });
});
