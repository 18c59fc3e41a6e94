/**
 * A maths lesson by keyboard alone: no click, and no focus but by Tab, arrows and Escape. SCREENSHOTS names a
 * folder for a picture of each step.
 */

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { Classroom, converged, eventually } from "../support/lesson.mjs";

const SHOTS = process.env.SCREENSHOTS;
/** More than there are stops in the classroom with its panels, and controls in any bar. */
const STOPS = 120;
const CONTROLS = 30;

let classroom;
let host;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host({ viewport: { width: 1366, height: 768 } });
});
after(() => classroom.close());

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

/** Two sheets of exercises. */
async function exercises() {
  const context = await classroom.browser.newContext();
  const page = await context.newPage();
  await page.setContent("<h1>Exercise 1</h1><h1 style='break-before: page'>Exercise 2</h1>");
  const buffer = await page.pdf({ format: "A4" });
  await context.close();
  return { name: "Triangles.pdf", mimeType: "application/pdf", buffer };
}

test("[PG-4][BD-11] a maths lesson by keyboard alone: sheets, squared paper, formula, graph, instrument, cards, all undone", async () => {
  const link = await classroom.lesson(host, { title: "By keys" });
  const pupil = await classroom.guest(link, "Maks");
  await toBoard();

  await activate(/All pages/);
  await reach(/^Import a document/);
  const chooser = host.waitForEvent("filechooser");
  await press("Space");
  await (await chooser).setFiles(await exercises());
  await host.getByRole("textbox", { name: "Pages" }).waitFor();
  await activate("Import");
  await isOn(host, "2 / 3");
  await shot("imported");

  await activate("Add page");
  await isOn(host, "3 / 4");
  await reach(/^Paper/);
  await host.keyboard.type("Squares");
  await host.locator(".paper path").first().waitFor();
  await reach("Everyone may move what lies here");
  await press("Space");
  await activate("Bring everyone here");
  await isOn(pupil, "3 / 4");
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
  await press("Escape");
  for (let n = 0; n < 5; n += 1) await press("Control+d");
  await eventually(async () => (await host.locator('[data-type="note"]').count()) === 6, "six exercises");
  await converged([host, pupil], 8);
  await shot("cards");

  while (await host.getByRole("button", { name: "Undo", exact: true }).isEnabled()) await press("Control+z");
  await converged([host, pupil], 0);
});
