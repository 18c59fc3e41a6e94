/** The demo's lesson as a pack: opened from the disk, with no server and no request. */

import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { after, before, test } from "node:test";
import { AXE, Classroom, eventually } from "../support/lesson.mjs";
import { lessonroom, opened } from "../support/packs.mjs";

const SHOTS = process.env.SCREENSHOTS;

let classroom;
let pack;
before(async () => {
  classroom = await Classroom.open();
  await lessonroom(classroom.server, "demo", "--speed", "0", "--keep");
  const [{ session_id: id }] = JSON.parse(await lessonroom(classroom.server, "rooms", "list", "--all", "--json")).rooms;
  pack = await opened(classroom, id);
});
after(async () => {
  await classroom.close();
  await rm(pack.folder, { recursive: true });
});

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

test("[LP-5] a pack plays from the disk: nothing is asked for, and no policy is broken", async () => {
  const { page, faults } = pack;
  await classroom.server.kill();
  const board = page.locator(".still-board");
  const drawn = () => board.locator("path").count();
  await eventually(async () => (await drawn()) > 20, "the board is there as it was at the end");
  const whole = await drawn();
  await shot(page, "player");
  await page.getByRole("slider", { name: "Moment of the lesson" }).focus();
  await page.keyboard.press("Home");
  await eventually(async () => (await drawn()) < whole, "and nearly empty at its beginning");
  await page.getByLabel("Speed").selectOption("16");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await eventually(async () => (await drawn()) === whole, "it is drawn again");
  // The list of what happened is as in any history, and hundreds of lines long.
  await page.evaluate(await readFile(AXE, "utf8"));
  const found = await page.evaluate(async () => (await window.axe.run({ exclude: [[".timeline ol"]] })).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
  assert.deepEqual(found, []);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  await shot(page, "player-phone-dark");
  assert.deepEqual(faults, []);
});
