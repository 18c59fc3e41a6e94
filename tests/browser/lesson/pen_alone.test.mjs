/**
 * A maths lesson on a tablet by pen alone, with the palm beside it: each act is a press, a way or a rest of the pen; letters come
 * from the keyboard that a tablet shows. SCREENSHOTS names a folder for a picture of each step.
 */

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { Hand } from "../support/hands.mjs";
import { cameraOf, Classroom, converged, count, eventually, leave } from "../support/lesson.mjs";
import { along, drawn, exercises, isRed, middleOf, onScreen, saved, written } from "../support/maths.mjs";

const SHOTS = process.env.SCREENSHOTS;
const SHEETS = 12;
/** Of what a pen or a finger presses, in pixels. */
const LEAST = 44;

let classroom;
let host;
let hand;
let pen;
let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "pen-"));
  classroom = await Classroom.open();
  host = await classroom.host({ viewport: { width: 768, height: 1024 }, hasTouch: true });
  hand = await Hand.on(host);
  pen = hand.asPen();
});
after(async () => {
  await classroom.close();
  await rm(folder, { recursive: true, force: true });
});

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

/** Presses a button for as long as it does something. */
async function exhaust(name) {
  let presses = 0;
  while (await button(name).isEnabled()) {
    await tap(button(name));
    presses += 1;
    assert.ok(presses < 100, `there is an end to ${name}`);
  }
  return presses;
}

test("[PG-4][PG-7][BD-11][BD-22][BD-27] a maths lesson by pen alone, the palm beside it: sheets, ink, formula, graph, triangle, protractor, cards, laser; undone, ended, exported", async () => {
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

  // The protractor is put where it is needed by its middle, and drawn along at its edge.
  await choose("Instruments", "Protractor");
  const protractor = host.locator('[data-kind="protractor"]');
  await carry(protractor, 470, 640);
  const box = await protractor.locator(".instrument-body").boundingBox();
  const onArc = (degrees) => {
    const [far, angle] = [box.width / 2 - 3, (degrees * Math.PI) / 180];
    return [box.x + box.width / 2 + far * Math.cos(angle), box.y + box.height - far * Math.sin(angle)];
  };
  await along(pen, Array.from({ length: 10 }, (_, n) => onArc(30 + 10 * n)));
  await shot(host, "protractor");
  await choose("Instruments", "Protractor");
  await protractor.waitFor({ state: "detached" });
  await converged([host], 4);

  // An exercise on a card, and five more of it.
  await choose("Note");
  await along(pen, [[300, 780]]);
  await host.keyboard.insertText("2x + 1 = 7");
  await tap(host.getByRole("button", { name: /^Selecting/ }));
  await tap(host.locator(".flyout").getByRole("button", { name: "Select", exact: true }));
  await converged([host], 5);
  const cards = host.locator('[data-type="note"]');
  await along(pen, [await middleOf(cards.first())]);
  for (let n = 0; n < 5; n += 1) await tap(button("Duplicate"));
  await eventually(async () => (await cards.count()) === 6, "six exercises");
  await shot(host, "cards");
  await tap(pager(host).getByRole("button", { name: /All pages/ }));
  await tap(panel(host).getByRole("switch", { name: "Everyone may move what lies here" }));
  await shot(host, "open");
  await tap(panel(host).getByRole("button", { name: "Bring everyone here" }));
  await tap(panel(host).getByRole("button", { name: "Close" }));
  await isOn(pupil, "5 / 14");
  await converged([host, pupil], 10);

  // The pupil sorts one, by finger.
  await pupil.getByRole("button", { name: /^Selecting/ }).tap();
  await pupil.locator(".flyout").getByRole("button", { name: "Select", exact: true }).tap();
  await button("Show everything", pupil).tap();
  const finger = await Hand.on(pupil);
  const card = pupil.locator('[data-type="note"]').last();
  const from = await middleOf(card);
  await finger.touch(1, ...from);
  await finger.along(from, [from[0] + 40, from[1] - 120], 8, (...to) => finger.touch(1, ...to));
  await finger.lift(1);
  await eventually(async () => Math.abs((await middleOf(card))[1] - from[1] + 120) < 12, "the pupil moves a card");
  await converged([host, pupil], 10);

  await choose("Laser pointer");
  await pen.down(300, 400);
  let way = 0;
  await eventually(async () => {
    way += 10;
    await pen.move(300 + (way % 300), 400 + 40 * Math.sin(way / 20));
    return (await pupil.locator(".beam").count()) === 1;
  }, "the pupil sees the beam");
  await shot(host, "laser");
  await pen.up();

  const steps = await exhaust("Undo");
  assert.ok(steps >= 12, `all of it: ${steps} steps`);
  await converged([host, pupil], 0);
  await shot(host, "undone");
  await exhaust("Redo");
  await isOn(host, "5 / 14");
  await converged([host, pupil], 10);

  await choose("End lesson");
  await tap(host.locator("dialog").getByRole("button", { name: "End lesson" }));
  await button("History").waitFor();
  await shot(host, "over");
  await choose("Download the board…");
  const file = await saved(host, path.join(folder, "lesson.pdf"), () => tap(host.locator("dialog").getByRole("button", { name: /^PDF/ })));
  assert.match(await written(file, "4"), /Exercise 3: triangles/);
  assert.doesNotMatch(await written(file, "5"), /Exercise/);
  const sheet = await drawn(file, "4", SHOTS && path.join(SHOTS, "pen-pdf-4.ppm"));
  assert.ok(isRed(sheet.at(400, 700)), `ink on the sheet: ${sheet.at(400, 700)}`);

  await choose("History");
  const strip = host.getByRole("navigation", { name: "Pages" });
  const shown = host.locator(".still-board [data-id]");
  for (const [page, expected] of [[4, 1], [5, 10], [2, 0]]) {
    await tap(strip.getByRole("button").nth(page - 1));
    await eventually(async () => (await shown.count()) === expected, `page ${page} shows ${expected}`);
  }
  await shot(host, "history");
  await host.goto(classroom.server.signInLink.split("/").slice(0, 3).join("/"));
  await leave(pupil);
});
