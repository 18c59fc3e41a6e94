/** Formulas, graphs and tables, made and changed by keyboard and by mouse, in a real browser against a real server. */

import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { AXE, Classroom, count, eventually, goHome, leave } from "../support/lesson.mjs";
import { saved, written } from "../support/maths.mjs";

const SHOTS = process.env.SCREENSHOTS;

let classroom;
let host;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host();
});
let link = null;
beforeEach(async () => {
  if (link !== null) await goHome(host);
  link = await classroom.lesson(host);
});
after(async () => {
  // The browser itself complains of what the server does not understand.
  classroom.faults = classroom.faults.filter((fault) => !/422 .*\/formulas\//.test(fault));
  await classroom.close();
});

const formula = (page = host) => page.locator('[data-type="formula"] path');
const dialog = (page = host) => page.getByRole("dialog");

async function pupil() {
  const student = await classroom.guest(link, "Ben");
  await student.locator(".board").waitFor();
  await student.getByRole("button", { name: "Pen" }).waitFor();
  return student;
}

async function openFormula(page = host) {
  await page.locator(".board").focus();
  await page.keyboard.press("f");
  await dialog(page).locator(".tex").waitFor();
}

async function look(page = host) {
  await dialog(page).locator(".formula-look:not([data-old]) svg").waitFor();
}

test("a formula is written by keyboard, looked at, and put on the board for everyone", async () => {
  const student = await pupil();
  await openFormula();
  await host.keyboard.type("\\frac{-b\\pm\\sqrt{b^2-4ac}}{2a}");
  await look();
  await host.keyboard.press("Control+Enter");
  await formula().waitFor();
  await dialog().waitFor({ state: "detached" });
  await formula(student).waitFor();
  assert.equal(await formula(student).getAttribute("d"), await formula().getAttribute("d"));
  // Who does not see it hears it, as it was written.
  await host.locator(".for-screen-readers li", { hasText: "\\frac{-b" }).waitFor({ state: "attached" });
  // It is selected, and one step of undo.
  await host.locator(".frame").waitFor();
  await host.keyboard.press("Control+z");
  await formula(student).waitFor({ state: "detached" });
});

test("buttons write what is hard to type, Tab leads from place to place", async () => {
  await host.getByRole("button", { name: "Formula, graph, table" }).click();
  await host.getByRole("button", { name: "Formula", exact: true }).click();
  await dialog().getByRole("button", { name: "Fraction" }).click();
  await host.keyboard.type("1");
  await host.keyboard.press("Tab");
  await dialog().getByRole("button", { name: "Square root" }).click();
  await dialog().getByRole("button", { name: "\\pi" }).click();
  assert.equal(await dialog().locator(".tex").inputValue(), "\\frac{1}{\\sqrt{\\pi}}");
  await look();
  await dialog().getByRole("button", { name: "Put on the board" }).click();
  await formula().waitFor();
});

test("what is wrong is told at its place, and the place is selected", async () => {
  await openFormula();
  await host.keyboard.type("1+\\foo");
  await dialog().locator(".formula-wrong", { hasText: "Character 3: there is no command \\foo here" }).waitFor();
  await dialog().locator(".formula-place").click();
  const at = await dialog().locator(".tex").evaluate((area) => [area.selectionStart, area.selectionEnd]);
  assert.deepEqual(at, [2, 3]);
  await host.keyboard.press("Control+Enter");
  assert.equal(await count(host), 0);
  await host.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
});

test("a formula is changed where it lies: by a double click, or Enter", async () => {
  await openFormula();
  await host.keyboard.type("x");
  await host.keyboard.press("Control+Enter");
  await formula().waitFor();
  const before = await formula().boundingBox();
  const path = await formula().getAttribute("d");
  await host.mouse.dblclick(before.x + before.width / 2, before.y + before.height / 2);
  await dialog().locator(".tex").waitFor();
  await host.keyboard.press("End");
  await host.keyboard.type("+1");
  await host.keyboard.press("Control+Enter");
  await eventually(async () => (await formula().getAttribute("d")) !== path, "it is another one");
  assert.equal(await count(host), 1);
  const after = await formula().boundingBox();
  assert.ok(Math.abs(after.x - before.x) < 2, "it stays where it was");
  await host.keyboard.press("Enter");
  await dialog().locator(".tex").waitFor();
  await host.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
});

test("of two who change one formula nobody's is lost", async () => {
  const student = await pupil();
  await openFormula(student);
  await student.keyboard.type("x");
  await student.keyboard.press("Control+Enter");
  await formula().waitFor();
  // Both have it open; the pupil is done first.
  const box = await formula().boundingBox();
  await host.locator(".board").focus();
  await host.keyboard.press("v");
  await host.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
  await dialog().locator(".tex").waitFor();
  await student.keyboard.press("Enter");
  await dialog(student).locator(".tex").fill("z");
  await student.keyboard.press("Control+Enter");
  await dialog().getByText("Somebody else has changed this").waitFor();
  await dialog().locator(".tex").fill("y");
  await host.keyboard.press("Control+Enter");
  await eventually(async () => (await count(student)) === 2, "both are there");
  await leave(student);
});

test("the editor has no flaws that axe finds, and is readable in either theme", async () => {
  await openFormula();
  await host.keyboard.type("\\frac{1}{2}+\\foo");
  await dialog().locator(".formula-wrong").waitFor();
  await dialog().locator(".tex").fill("\\int_0^1\\frac{x^2}{2}\\,dx");
  await look();
  await host.evaluate(await readFile(AXE, "utf8"));
  const found = await host.evaluate(async () => {
    const { violations } = await window.axe.run(document);
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
  });
  assert.deepEqual(found, []);
  await host.keyboard.press("Escape");
});

// -- graphs

const graph = (page = host) => page.locator('[data-type="graph"]');

/** The curves of the only graph: as many paths as there are functions, behind grid and axes. */
function curves(page = host) {
  return graph(page).locator("path[stroke-linecap]").evaluateAll((all) => all.map((one) => one.getAttribute("d")));
}

async function openGraph(page = host) {
  await page.locator(".board").focus();
  await page.keyboard.press("g");
  await dialog(page).locator(".graph-expression").waitFor();
}

test("a graph of functions as a school writes them is put on the board for everyone", async () => {
  const student = await pupil();
  await openGraph();
  await host.keyboard.type("1/x");
  await host.keyboard.press("Enter");
  await host.keyboard.type("0,5x^2 - 3");
  await host.keyboard.press("Control+Enter");
  await graph(student).waitFor();
  const [hyperbola, parabola] = await curves(student);
  assert.equal(hyperbola.match(/M/g).length, 2, "no line leads across the pole");
  assert.ok(parabola.length > 100);
  await host.locator(".for-screen-readers li", { hasText: "y = 1/x; y = 0,5x^2 - 3" }).waitFor({ state: "attached" });
  await leave(student);
});

test("what is no function is told, and not put on the board", async () => {
  await openGraph();
  await host.keyboard.type("2x + foo");
  await dialog().getByText("“foo” is not understood.").waitFor();
  assert.ok(await dialog().getByRole("button", { name: "Put on the board" }).isDisabled());
  await host.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
});

test("a drag moves the window, the wheel and the keys zoom it, and a graph is changed where it lies", async () => {
  await openGraph();
  await host.keyboard.type("sin x");
  const window = dialog().locator(".graph-window");
  const from = dialog().getByLabel("x from");
  assert.equal(await from.inputValue(), "-10");
  const box = await window.boundingBox();
  await host.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await host.mouse.down();
  await host.mouse.move(box.x + box.width / 4, box.y + box.height / 2, { steps: 4 });
  await host.mouse.up();
  await eventually(async () => Math.abs(Number(await from.inputValue()) + 5) < 0.3, "it has moved");
  await host.mouse.wheel(0, -120);
  await eventually(async () => Number(await from.inputValue()) > -4.8, "it is nearer");
  await window.focus();
  await host.keyboard.press("-");
  await from.fill("0,5");
  await host.keyboard.press("Control+Enter");
  await graph().waitFor();
  const before = await curves();
  await host.keyboard.press("Enter");
  await dialog().locator(".graph-expression").fill("tg x");
  await host.keyboard.press("Control+Enter");
  await eventually(async () => (await curves())[0] !== before[0], "it is another one");
  assert.equal(await count(host), 1);
});

test("[BD-24] axes have names, for everyone, in the PDF and in the history", async () => {
  const student = await pupil();
  await openGraph();
  await host.keyboard.type("x^2");
  await dialog().getByLabel("Name of the x axis").fill("t in s");
  await dialog().getByLabel("Name of the y axis").fill("Weg <m>");
  if (SHOTS) await host.screenshot({ path: path.join(SHOTS, "graph-names.png") });
  await host.keyboard.press("Control+Enter");
  for (const page of [host, student]) for (const name of ["t in s", "Weg <m>"]) await graph(page).getByText(name, { exact: true }).waitFor();
  // It is changed where it lies, also by a page that has it from the server.
  await host.reload();
  await graph().getByText("t in s").waitFor();
  await host.locator(".board").focus();
  await host.keyboard.press("v");
  await host.keyboard.press("Enter");
  await host.keyboard.press("Enter");
  await dialog().getByLabel("Name of the y axis").fill("s in m");
  await host.keyboard.press("Control+Enter");
  await graph(student).getByText("s in m").waitFor();
  assert.equal(await count(host), 1);
  await host.getByRole("button", { name: "Menu" }).click();
  await host.getByRole("button", { name: "Download the board…" }).click();
  const file = await saved(host, path.join(tmpdir(), `axes-${process.pid}.pdf`), () => dialog().getByRole("button", { name: /^PDF/ }).click());
  const text = await written(file, "1");
  await rm(file);
  for (const name of ["t in s", "s in m"]) assert.ok(text.includes(name), `${name}: ${text}`);
  await host.getByRole("button", { name: "Menu" }).click();
  await host.getByRole("button", { name: "History" }).click();
  await host.locator(".still-board").getByText("t in s").waitFor();
  if (SHOTS) await host.screenshot({ path: path.join(SHOTS, "graph-history.png") });
  await host.getByRole("button", { name: "Back to the lesson" }).click();
  await leave(student);
});

test("the editor of graphs has no flaws that axe finds", async () => {
  await openGraph();
  await host.keyboard.type("sin x");
  await host.keyboard.press("Enter");
  await host.keyboard.type("x^2");
  await host.evaluate(await readFile(AXE, "utf8"));
  const found = await host.evaluate(async () => {
    const { violations } = await window.axe.run(document);
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
  });
  assert.deepEqual(found, []);
  await host.keyboard.press("Escape");
});

// -- tables

const table = (page = host) => page.locator('[data-type="table"]');

async function openTable(page = host) {
  await page.locator(".board").focus();
  await page.keyboard.press("b");
  await dialog(page).locator(".table-editor textarea").first().waitFor();
}

test("a table is written by keyboard alone, and shown to everyone", async () => {
  const student = await pupil();
  await openTable();
  await host.keyboard.type("x");
  await host.keyboard.press("Tab");
  await host.keyboard.type("x²");
  await host.keyboard.press("Enter");
  await host.keyboard.type("4");
  await host.keyboard.press("ArrowLeft");
  await host.keyboard.press("ArrowLeft");
  await host.keyboard.type("2");
  await host.keyboard.press("Control+Enter");
  await table(student).waitFor();
  const texts = () => table(student).locator("tspan").allTextContents();
  await eventually(async () => (await texts()).join() === "x,x²,2,4", "each stands in its cell");
  await leave(student);
});

test("cells of a spreadsheet that are pasted fill the table, which grows for them", async () => {
  await openTable();
  await dialog().locator('[data-at="2:2"]').evaluate((area) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "1\t2\n3\t4");
    area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  await dialog().locator('[data-at="3:3"]').waitFor();
  assert.equal(await dialog().locator('[data-at="3:3"]').inputValue(), "4");
  await dialog().getByRole("button", { name: "Remove row" }).click();
  await dialog().getByRole("button", { name: "Column right" }).click();
  assert.equal(await dialog().locator(".table-editor td").count(), 15);
  await host.keyboard.press("Control+Enter");
  await table().waitFor();
});

test("two people write in two cells of one table, and both words stay", async () => {
  const student = await pupil();
  await openTable(student);
  await student.keyboard.type("first");
  await student.keyboard.press("Control+Enter");
  await table().waitFor();
  const box = await table().boundingBox();
  await host.locator(".board").focus();
  await host.keyboard.press("v");
  await host.mouse.dblclick(box.x + 20, box.y + 20);
  await dialog().locator('[data-at="1:1"]').fill("host");
  await student.keyboard.press("Enter");
  await dialog(student).locator('[data-at="0:0"]').fill("pupil");
  await student.keyboard.press("Control+Enter");
  await table().locator("tspan", { hasText: "pupil" }).waitFor();
  await host.keyboard.press("Control+Enter");
  await table(student).locator("tspan", { hasText: "host" }).waitFor();
  await table(student).locator("tspan", { hasText: "pupil" }).waitFor();
  assert.equal(await count(student), 1);
  await leave(student);
});

test("the editor of tables has no flaws that axe finds", async () => {
  await openTable();
  await host.evaluate(await readFile(AXE, "utf8"));
  const found = await host.evaluate(async () => {
    const { violations } = await window.axe.run(document);
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
  });
  assert.deepEqual(found, []);
  await host.keyboard.press("Escape");
});
