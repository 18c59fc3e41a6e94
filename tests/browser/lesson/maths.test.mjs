/**
 * A lesson as a maths tutor holds it, from the sheet of exercises to the PDF that the parents get, by mouse and pen:
 * `pen_alone` and `keys_alone` are the same without a mouse. SCREENSHOTS names a folder for a picture of each step.
 */

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { Hand } from "../support/hands.mjs";
import { Classroom, converged, count, eventually, leave } from "../support/lesson.mjs";
import { along, drawn, exercises, isRed, middleOf, onScreen, saved, written } from "../support/maths.mjs";

const SHOTS = process.env.SCREENSHOTS;
const SHEETS = 12;
/** A4, in board units and in the points of a PDF. */
const [WIDTH, HEIGHT] = [794, 1123];

let classroom;
let host;
let folder;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host({ viewport: { width: 1366, height: 768 } });
  folder = await mkdtemp(path.join(tmpdir(), "maths-"));
});
after(async () => {
  await classroom.close();
  await rm(folder, { recursive: true, force: true });
});

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: path.join(SHOTS, `maths-${name}.png`) });
}

const button = (name, page = host) => page.getByRole("button", { name, exact: true });
const pager = (page) => page.getByRole("group", { name: "Pages" });
const panel = (page) => page.getByRole("complementary", { name: "Pages" });
const isOn = (page, n, of) => pager(page).getByText(`${n} / ${of}`, { exact: true }).waitFor();

const kept = (page) => SHOTS && path.join(SHOTS, `maths-pdf-${page}.ppm`);
/** Leads a hand along places of the board. */
const onBoardAlong = async (hand, places, resting) =>
  along(hand, await Promise.all(places.map(([x, y]) => onScreen(host, x, y))), resting);

const HANDS = {
  mouse: async (page) => ({
    down: (x, y) => page.mouse.move(x, y).then(() => page.mouse.down()),
    move: (x, y) => page.mouse.move(x, y),
    up: () => page.mouse.up(),
  }),
  pen: async (page) => (await Hand.on(page)).asPen(),
};

async function started(title) {
  const link = await classroom.lesson(host, { title });
  const pupil = await classroom.guest(link, "Maks", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await button("Pen", pupil).waitFor();
  return pupil;
}

/** Brings sheets 2 to 4, or all, behind the empty page. */
async function imports(pages) {
  await pager(host).getByRole("button", { name: /All pages/ }).click();
  await panel(host).locator("input[type=file]").setInputFiles(await exercises(classroom, SHEETS));
  await shot(host, "choosing");
  if (pages) await panel(host).getByRole("textbox", { name: "Pages" }).fill(pages);
  await panel(host).getByRole("button", { name: "Import", exact: true }).click();
}

/** Takes back all that was done, and does it again: others see both. */
async function undoneAndDone(pupil, untouched) {
  const all = await count(host);
  let steps = 0;
  await host.locator(".board").focus();
  while (await button("Undo").isEnabled()) {
    await host.keyboard.press("Control+z");
    steps += 1;
    assert.ok(steps < 100, "there is an end to it");
  }
  await shot(host, "undone");
  // One sees what is undone: in the end the ink on the third sheet.
  await converged([host, pupil], untouched);
  while (await button("Redo").isEnabled()) await host.keyboard.press("Control+y");
  await converged([host, pupil], all);
  return steps;
}

async function ended() {
  await button("End lesson").click();
  await host.locator("dialog").getByRole("button", { name: "End lesson" }).click();
  await button("History").waitFor();
}

async function exported() {
  await button("Download the board…").click();
  return saved(host, path.join(folder, "lesson.pdf"), () => host.locator("dialog").getByRole("button", { name: /^PDF/ }).click());
}

test("[PG-4][BD-22][BD-27] a lesson by mouse and pen: sheets, formulas, graphs, instruments, cards; undone, ended, exported", async () => {
  const pupil = await started("Triangles");
  await imports();
  await isOn(host, 2, SHEETS + 1);
  await host.locator(".notices").getByText(/has imported .*Triangles/).waitFor();
  await shot(host, "imported");
  await button("Next page").click();
  await button("Next page").click();
  await isOn(host, 4, SHEETS + 1);
  await host.locator(".page-text").getByText("Exercise 3").waitFor({ state: "attached" });
  await host.locator(".board-svg image").waitFor();
  await shot(host, "third-sheet");

  // Ink on the sheet.
  const mouse = await HANDS.mouse(host);
  await button("Pen").click();
  await button("Red").click();
  await onBoardAlong(mouse, [[120, 700], [670, 700], [670, 760]]);
  assert.equal(await count(host), 1);

  // Squared paper beside it.
  await panel(host).getByRole("button", { name: "Add page" }).click();
  await isOn(host, 5, SHEETS + 2);
  await panel(host).getByLabel("Paper").selectOption("squares");
  await host.locator(".paper path").first().waitFor();
  await pager(host).getByRole("button", { name: /All pages/ }).click();
  await shot(host, "squared");

  await button("Formula, graph, table").click();
  await button("Formula").click();
  await host.locator(".tex").fill("\\frac{1}{2}x+\\frac{a+b}{\\sqrt{c}}=\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}");
  await host.locator(".formula-look:not([data-old]) svg").waitFor();
  await shot(host, "formula-editor");
  await button("Put on the board").click();
  await host.locator('[data-type="formula"] path').waitFor();
  await host.mouse.move(...(await middleOf(host.locator(".frame"))));
  await host.mouse.down();
  await host.mouse.move(400, 190, { steps: 6 });
  await host.mouse.up();

  // What has an editor is opened by the menu, too, which a finger has.
  await host.mouse.click(400, 190, { button: "right" });
  await shot(host, "menu");
  await host.getByRole("menuitem", { name: "Edit" }).click();
  await host.locator(".tex").waitFor();
  await host.keyboard.press("Escape");
  await host.locator("dialog").waitFor({ state: "detached" });

  await button("Formula, graph, table").click();
  await button("Graph").click();
  await host.locator(".graph-expression").fill("1/x");
  await button("Another function").click();
  await host.locator(".graph-expression").last().fill("sin x");
  await shot(host, "graph-editor");
  await button("Put on the board").click();
  await host.locator('[data-type="graph"] path[stroke-linecap]').nth(1).waitFor();
  await host.mouse.move(...(await middleOf(host.locator(".frame"))));
  await host.mouse.down();
  await host.mouse.move(1_000, 330, { steps: 6 });
  await host.mouse.up();
  await shot(host, "formula-and-graph");

  // By pen: a triangle that is held, and an arc along the protractor.
  const pen = await HANDS.pen(host);
  await button("Pen").click();
  await button("Blue").click();
  await onBoardAlong(pen, [[240, 480], [470, 470], [330, 300], [243, 474]], () => host.locator('[data-type="polygon"]').waitFor());
  await button("Instruments").click();
  await button("Protractor").click();
  const protractor = host.locator('[data-kind="protractor"]');
  await host.mouse.move(...(await middleOf(protractor)));
  await host.mouse.down();
  await host.mouse.move(500, 560, { steps: 4 });
  await host.mouse.up();
  const box = await protractor.locator(".instrument-body").boundingBox();
  const [left, base] = [box.x, box.y + box.height];
  // Just inside of its edge, and along it: an arc of 30 to 130 degrees, whatever the hand does.
  const onArc = (degrees, off) => {
    const [far, angle] = [box.width / 2 - off, (degrees * Math.PI) / 180];
    return [left + box.width / 2 + far * Math.cos(angle), base - far * Math.sin(angle)];
  };
  await pen.down(...onArc(30, 3));
  for (let degrees = 40; degrees <= 130; degrees += 10) await pen.move(...onArc(degrees, (degrees % 20) - 10));
  await shot(host, "protractor");
  await pen.up();
  await button("Instruments").click();
  await button("Protractor").click();
  assert.equal(await count(host), 4);
  const arc = await host.locator('[data-type="stroke"]').boundingBox();
  assert.ok(arc.height > box.width / 4 && arc.height < box.width / 2, `an arc: ${JSON.stringify(arc)}`);

  // An exercise on a card, and five more of it, which the pupil sorts.
  await button("Note").click();
  await host.mouse.click(420, 500);
  await host.keyboard.type("2x + 1 = 7");
  await host.keyboard.press("Escape");
  await button("Select").or(host.getByRole("button", { name: /^Select/ })).first().click();
  await host.mouse.click(...(await middleOf(host.locator('[data-type="note"]'))));
  for (let n = 0; n < 5; n += 1) await host.keyboard.press("Control+d");
  await eventually(async () => (await host.locator('[data-type="note"]').count()) === 6, "six exercises");
  await pager(host).getByRole("button", { name: /All pages/ }).click();
  await panel(host).getByRole("switch", { name: "Everyone may move what lies here" }).click();
  await shot(host, "cards");
  await panel(host).getByRole("button", { name: "Bring everyone here" }).click();
  await isOn(pupil, 5, SHEETS + 2);
  await pupil.getByText("Operator brought you here").waitFor();
  await converged([host, pupil], 10);
  await shot(pupil, "brought-phone");
  await pupil.getByRole("button", { name: /^Select/ }).first().tap();
  await button("Show everything", pupil).tap();
  const finger = await Hand.on(pupil);
  const card = pupil.locator('[data-type="note"]').last();
  const [x, y] = await middleOf(card);
  await finger.touch(1, x, y);
  await finger.along([x, y], [x + 60, y + 90], 8, (...to) => finger.touch(1, ...to));
  await finger.lift(1);
  await eventually(async () => Math.abs((await middleOf(card))[1] - y - 90) < 12, "the pupil moves a card");
  await converged([host, pupil], 10);
  await shot(pupil, "sorted-phone");
  // What comes of nothing is not offered: the card is the host's.
  for (const name of ["Red", "Delete", "Bold"]) assert.equal(await button(name, pupil).count(), 0, name);
  await button("To the front", pupil).waitFor();

  await button("Laser pointer").click();
  await host.mouse.move(300, 400);
  await host.mouse.down();
  let n = 0;
  await eventually(async () => {
    n += 10;
    await host.mouse.move(300 + n, 400 + 40 * Math.sin(n / 20));
    return (await pupil.locator(".beam").count()) === 1;
  }, "the pupil sees the beam");
  await shot(host, "laser");
  await host.mouse.up();

  const steps = await undoneAndDone(pupil, 0);
  assert.ok(steps >= 12, `all of it: ${steps} steps`);
  await shot(host, "redone");

  await ended();
  await shot(host, "over");
  const file = await exported();
  assert.match(await written(file, "4"), /Exercise 3: triangles/);
  assert.doesNotMatch(await written(file, "5"), /Exercise/);
  const sheet = await drawn(file, "4", kept(4));
  assert.ok(Math.abs(sheet.width - WIDTH) <= 2 && Math.abs(sheet.height - HEIGHT) <= 2, `${sheet.width} by ${sheet.height}`);
  assert.ok(isRed(sheet.at(400, 700)), `ink on the sheet: ${sheet.at(400, 700)}`);
  await drawn(file, "5", kept(5));

  await button("History").click();
  const strip = host.getByRole("navigation", { name: "Pages" });
  const shown = host.locator(".still-board [data-id]");
  for (const [page, expected] of [[4, 1], [5, 10], [2, 0]]) {
    await strip.getByRole("button").nth(page - 1).click();
    await eventually(async () => (await shown.count()) === expected, `page ${page} shows ${expected}`);
  }
  await strip.getByRole("button").nth(4).click();
  await shot(host, "history");
  await host.goto(classroom.server.signInLink.split("/").slice(0, 3).join("/"));
  await leave(pupil);
});
