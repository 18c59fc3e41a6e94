/**
 * The beginning of a maths lesson on a tablet by pen alone, with the palm beside it: each act is a press, a way or a rest of the pen;
 * letters come from the keyboard that a tablet shows. SCREENSHOTS names a folder for a picture of each step.
 */

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { Hand } from "../support/hands.mjs";
import { cameraOf, Classroom, converged, count, leave } from "../support/lesson.mjs";
import { along, exercises, middleOf, onScreen } from "../support/maths.mjs";

const SHOTS = process.env.SCREENSHOTS;
const SHEETS = 12;
/** Of what a pen or a finger presses, in pixels. */
const LEAST = 44;

let classroom;
let host;
let hand;
let pen;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host({ viewport: { width: 768, height: 1024 }, hasTouch: true });
  hand = await Hand.on(host);
  pen = hand.asPen();
});
after(() => classroom.close());

/** What can be pressed and is smaller than a finger, as it is seen now. */
function small(page) {
  return page.evaluate((least) => {
    const all = [...document.querySelectorAll("button, a[href], select, input:not([type=file]), label.button, [role=switch]")];
    const seen = all.map((one) => [one, one.getBoundingClientRect()]).filter(([one, box]) => box.width > 1 && one.checkVisibility({ visibilityProperty: true }));
    const isSmall = ({ width, height }) => width < least || height < least;
    const name = (one) => `${one.className} “${(one.getAttribute("aria-label") ?? one.textContent).trim()}”`;
    return seen.filter(([, box]) => isSmall(box)).map(([one, { width, height }]) => `${name(one)}: ${width} by ${height}`);
  }, LEAST);
}

/** Everything that is shown is to be pressed by a pen. */
async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: path.join(SHOTS, `pen-${name}.png`) });
  if (SHOTS) console.log(name, await small(page));
}

const button = (name, page = host) => page.getByRole("button", { name, exact: true });
const pager = (page) => page.getByRole("group", { name: "Pages" });
const panel = (page) => page.getByRole("complementary", { name: "Pages" });
const isOn = (page, text) => pager(page).getByText(text, { exact: true }).waitFor();
const polygon = () => host.locator('[data-type="polygon"]');

/** Presses the pen on something that is to be seen whole, and large enough for it. */
async function tap(target) {
  await target.waitFor();
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  assert.ok(box.width >= LEAST && box.height >= LEAST, `${target} is ${box.width} by ${box.height}`);
  await pen.down(box.x + box.width / 2, box.y + box.height / 2);
  hand.wait(60);
  await pen.up();
}

/** Rests the pen on a place until the menu is there. */
async function rest(x, y) {
  await pen.down(x, y);
  await host.getByRole("menu").waitFor();
  await pen.up();
}

async function choose(...names) {
  for (const name of names) await tap(button(name));
}

/** Puts what the pen can take hold of elsewhere, by its middle. */
async function carry(element, ...to) {
  await along(pen, [await middleOf(element), to]);
}

test("[PG-7] a maths lesson by pen alone, the palm beside it: sheets, ink, squared paper, formula, menu, graph, triangle", async () => {
  const link = await classroom.lesson(host, { title: "By pen" });
  const pupil = await classroom.guest(link, "Maks", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await button("Pen", pupil).waitFor();

  await tap(pager(host).getByRole("button", { name: /All pages/ }));
  const chooser = host.waitForEvent("filechooser");
  await tap(host.locator("label", { hasText: "Import a document" }));
  await (await chooser).setFiles(await exercises(classroom, SHEETS));
  await tap(panel(host).getByRole("button", { name: "Import", exact: true }));
  await isOn(host, "2 / 13");
  await choose("Next page", "Next page");
  await isOn(host, "4 / 13");
  await shot(host, "third-sheet");

  // Ink on the sheet, with the palm beside it.
  await choose("Pen", "Red");
  const before = await cameraOf(host);
  const line = await Promise.all([[200, 700], [600, 700]].map(([x, y]) => onScreen(host, x, y)));
  await hand.touch(1, 400, 800);
  await along(pen, line, async () => {
    await hand.touch(1, 430, 830);
    await hand.touch(2, 300, 850);
  });
  await hand.lift(1);
  await hand.lift(2);
  assert.equal(await count(host), 1);
  assert.deepEqual(await cameraOf(host), before);
  await shot(host, "ink");

  await choose("Add page");
  await isOn(host, "5 / 14");
  // The browser's own list opens above the page.
  await panel(host).getByLabel("Paper").selectOption("squares");
  await host.locator(".paper path").first().waitFor();
  await shot(host, "squared");
  await tap(pager(host).getByRole("button", { name: /All pages/ }));
  await choose("Show everything");

  await choose("Formula, graph, table", "Formula");
  await host.locator(".tex").waitFor();
  await host.keyboard.insertText("\\frac{1}{2}x+\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}");
  await host.locator(".formula-look:not([data-old]) svg").waitFor();
  await shot(host, "formula-editor");
  await choose("Put on the board");
  await host.locator('[data-type="formula"] path').waitFor();
  await carry(host.locator(".frame"), 300, 180);
  // What has an editor is opened by the menu, where the pen rests.
  await rest(300, 180);
  await shot(host, "menu");
  await tap(host.getByRole("menuitem", { name: "Edit" }));
  await host.locator(".tex").waitFor();
  await choose("Cancel");
  await host.locator("dialog").waitFor({ state: "detached" });

  await choose("Formula, graph, table", "Graph");
  await tap(host.locator(".graph-expression"));
  await host.locator(".graph-expression").fill("1/x");
  await choose("Another function");
  await host.locator(".graph-expression").last().fill("sin x");
  await shot(host, "graph-editor");
  await choose("Put on the board");
  await host.locator('[data-type="graph"] path[stroke-linecap]').nth(1).waitFor();
  await carry(host.locator(".frame"), 540, 300);
  await shot(host, "formula-and-graph");

  // A triangle that is held, with the palm down.
  await choose("Pen", "Blue");
  await hand.touch(1, 420, 760);
  await along(pen, [[170, 620], [380, 610], [260, 450], [173, 614]], async () => {
    await hand.touch(2, 460, 740);
    await polygon().waitFor();
  });
  await hand.lift(1);
  await hand.lift(2);
  await converged([host], 3);
  await host.goto(classroom.server.signInLink.split("/").slice(0, 3).join("/"));
  await leave(pupil);
});
