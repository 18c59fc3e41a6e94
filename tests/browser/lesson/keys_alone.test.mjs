/**
 * A maths lesson by keyboard alone: no click, and no focus but by Tab, arrows and Escape. SCREENSHOTS names a
 * folder for a picture of each step.
 */

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { Classroom, converged, count, eventually } from "../support/lesson.mjs";
import { drawn, exercises, isRed, onBoard, saved, written } from "../support/maths.mjs";

const SHOTS = process.env.SCREENSHOTS;
/** More than there are stops in the classroom with its panels, and controls in any bar. */
const STOPS = 120;
const CONTROLS = 30;

const SHEETS = 12;

let classroom;
let host;
let folder;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host({ viewport: { width: 1366, height: 768 } });
  folder = await mkdtemp(path.join(tmpdir(), "keys-"));
});
after(async () => {
  await classroom.close();
  await rm(folder, { recursive: true, force: true });
});

const times = (n, key) => Array.from({ length: n }, () => key);
const press = (...keys) => keys.reduce((before, key) => before.then(() => host.keyboard.press(key)), Promise.resolve());
const isOn = (page, text) => page.getByRole("group", { name: "Pages" }).getByText(text, { exact: true }).waitFor();

async function shot(name) {
  if (SHOTS) await host.screenshot({ path: path.join(SHOTS, `keys-${name}.png`) });
}

/** What has the focus: its name, and whether arrows lead on from it. */
function focused() {
  return host.evaluate(() => {
    const at = document.activeElement;
    const label = at.labels?.[0]?.textContent ?? at.textContent;
    return { name: (at.getAttribute("aria-label") ?? label).trim(), inBar: at.closest('[role="toolbar"]') !== null };
  });
}

/** Goes with Tab, and in bars with the arrows, until something of this name has the focus. */
async function reach(name) {
  const is = (there) => (typeof name === "string" ? there === name : name.test(there));
  const met = new Set();
  for (let stop = 0; stop < STOPS; stop += 1) {
    let at = await focused();
    const first = at.name;
    for (let n = 0; n < CONTROLS; n += 1) {
      met.add(at.name);
      if (is(at.name)) return;
      if (!at.inBar) break;
      await press("ArrowRight");
      at = await focused();
      if (at.name === first) break;
    }
    await press("Tab");
  }
  assert.fail(`“${name}” is not reached by keyboard: ${[...met].join(" · ")}`);
}

async function activate(...names) {
  for (const name of names) {
    await reach(name);
    await press("Enter");
  }
}

/** Back to the board from wherever one is. */
async function toBoard() {
  await eventually(async () => {
    if (await host.evaluate(() => document.activeElement.classList.contains("board"))) return true;
    await press("Escape");
    return false;
  }, "Escape leads back to the board");
}

/** What goes away gives the focus back to the board, without a key. */
function isOnBoard() {
  return eventually(() => host.evaluate(() => document.activeElement.classList.contains("board")), "the board has the focus");
}

test("[PG-4][BD-11][BD-22] a maths lesson by keyboard alone: sheets, ink, formula, graph, triangle, protractor, cards, laser; undone, ended, exported", async () => {
  const link = await classroom.lesson(host, { title: "By keys" });
  const pupil = await classroom.guest(link, "Maks");
  await toBoard();

  await activate(/All pages/);
  await reach(/^Import a document/);
  const chooser = host.waitForEvent("filechooser");
  await press("Space");
  await (await chooser).setFiles(await exercises(classroom, SHEETS));
  await host.getByRole("textbox", { name: "Pages" }).waitFor();
  await activate("Import");
  await isOn(host, "2 / 13");
  await toBoard();
  await press("PageDown", "PageDown");
  await isOn(host, "4 / 13");
  await shot("third-sheet");

  // Ink on the sheet: the pen is put down, led and lifted.
  await activate("Red");
  await toBoard();
  await press("p", "Enter", ...times(4, "ArrowDown"), "Enter", ...times(4, "Shift+ArrowRight"));
  await shot("pen-led");
  await press("Enter", "Escape");
  await converged([host], 1);
  const ink = await onBoard(host, '[data-type="stroke"]');

  await activate("Add page");
  await isOn(host, "5 / 14");
  await reach(/^Paper/);
  await host.keyboard.type("Squares");
  await host.locator(".paper path").first().waitFor();
  await reach("Everyone may move what lies here");
  await press("Space");
  await activate("Bring everyone here");
  await isOn(pupil, "5 / 14");
  await shot("squared");
  await toBoard();

  await activate("Formula, graph, table", "Formula");
  await host.locator(".tex").waitFor();
  await host.keyboard.type("\\frac{1}{2}x");
  await host.locator(".formula-look:not([data-old]) svg").waitFor();
  await activate("Put on the board");
  await host.locator('[data-type="formula"] path').waitFor();
  await isOnBoard();
  await activate("Formula, graph, table", "Graph");
  await host.locator(".graph-expression").waitFor();
  await reach(/^Function 1/);
  await press("Control+a");
  await host.keyboard.type("1/x");
  await activate("Put on the board");
  await host.locator('[data-type="graph"] path[stroke-linecap]').first().waitFor();
  await isOnBoard();
  await shot("formula-and-graph");

  // A triangle in the middle; led by a corner it has a right angle.
  await press("d", "Enter");
  await host.locator('[data-type="polygon"]').waitFor();
  const corners = () => host.locator('[data-type="polygon"] path').getAttribute("d");
  const isosceles = await corners();
  await press("Enter", "Shift+ArrowLeft", ...times(3, "ArrowLeft"));
  await eventually(async () => (await corners()) !== isosceles, "the corner is elsewhere");
  await shot("triangle");
  await press("Escape");

  await activate("Instruments", "Protractor");
  await reach(/^Protractor/);
  const lying = host.locator('[data-kind="protractor"]');
  const was = await lying.getAttribute("transform");
  await press("ArrowDown", ">");
  assert.notEqual(await lying.getAttribute("transform"), was, "it is moved and turned");
  await shot("protractor");
  await press("Escape");
  await isOnBoard();
  await reach(/^Protractor/);
  await press("Delete");
  await lying.waitFor({ state: "detached" });
  await isOnBoard();

  await press("n", "Enter");
  await host.keyboard.type("2x + 1 = 7");
  await press("Escape", ...times(5, "Control+d"));
  await eventually(async () => (await host.locator('[data-type="note"]').count()) === 6, "six exercises");
  await converged([host, pupil], 9);
  await shot("cards");

  // The laser shines where it is put, and goes with the arrows.
  await press("Escape", "k", "Enter");
  await eventually(async () => {
    await press("ArrowRight");
    return (await pupil.locator(".beam").count()) === 1;
  }, "the pupil sees the beam");
  await shot("laser");
  await press("Escape");
  await pupil.locator(".beam").waitFor({ state: "detached" });

  const all = await count(host);
  while (await host.getByRole("button", { name: "Undo", exact: true }).isEnabled()) await press("Control+z");
  await converged([host, pupil], 0);
  // Pages, too, come back, and one sees what comes.
  while (await host.getByRole("button", { name: "Redo", exact: true }).isEnabled()) await press("Control+y");
  await isOn(host, "5 / 14");
  await converged([host, pupil], all);

  await activate("End lesson");
  await host.locator("dialog").waitFor();
  await activate("End lesson");
  await host.getByRole("button", { name: "History", exact: true }).waitFor();
  await shot("over");
  await activate("Download the board…");
  const file = await saved(host, path.join(folder, "lesson.pdf"), () => activate(/^PDF/));
  assert.match(await written(file, "4"), /Exercise 3: triangles/);
  assert.doesNotMatch(await written(file, "5"), /Exercise/);
  const sheet = await drawn(file, "4", SHOTS && path.join(SHOTS, "keys-pdf-4.ppm"));
  assert.ok(isRed(sheet.at(...ink)), `ink on the sheet: ${sheet.at(...ink)}`);

  await activate("History");
  const shown = host.locator(".still-board [data-id]");
  for (const [page, expected] of [["Triangles · 3", 1], ["Page 5", 9], ["Triangles · 1", 0]]) {
    await activate(page);
    await eventually(async () => (await shown.count()) === expected, `${page} shows ${expected}`);
  }
  await host.locator(".still-board image").waitFor();
  await shot("history");
});
