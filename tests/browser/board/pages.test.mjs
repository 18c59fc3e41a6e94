/** Pages of the board, in real browsers: turning, adding, naming, moving, bringing everyone along. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { count, draw, eventually, goHome } from "../support/lesson.mjs";
import { classroom, host, link } from "../support/lesson_each.mjs";

const SHOTS = process.env.SCREENSHOTS;

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}

const pager = (page) => page.getByRole("group", { name: "Pages" });
const isOn = (page, n, of) => pager(page).getByText(`${n} / ${of}`, { exact: true }).waitFor();
const openPages = async (page) => {
  await pager(page).getByRole("button", { name: /All pages/ }).click();
  await page.getByRole("complementary", { name: "Pages" }).getByRole("list").waitFor();
};

test("[PG-1] pages are added, turned, named, moved, duplicated and deleted, and all of it undone", async () => {
  await draw(host, 500, 300);
  await isOn(host, 1, 1);
  await openPages(host);
  const panel = host.getByRole("complementary", { name: "Pages" });
  await panel.getByRole("button", { name: "Add page" }).click();
  await isOn(host, 2, 2);
  assert.equal(await count(host), 0, "only what lies on the shown page is drawn");
  await draw(host, 400, 300);
  await draw(host, 400, 400);
  await panel.getByLabel("Paper").selectOption("squares");
  await panel.getByLabel("Size").selectOption("a4");
  await host.locator(".sheet").first().waitFor();
  await shot(host, "pages-squares-a4");

  await panel.getByRole("button", { name: "Rename Page 2" }).click();
  await panel.getByRole("textbox", { name: "Rename Page 2" }).fill("Exercises");
  await host.keyboard.press("Enter");
  await panel.getByText("Exercises", { exact: true }).waitFor();

  await panel.getByRole("button", { name: "Duplicate Exercises" }).click();
  await isOn(host, 3, 3);
  assert.equal(await count(host), 2);
  // A copy is a step like any other.
  await host.locator(".board").focus();
  await host.keyboard.press("Control+z");
  await isOn(host, 2, 2);
  await host.keyboard.press("Control+y");
  await pager(host).getByText(/\/ 3$/).waitFor();
  await host.keyboard.press("PageDown");
  await isOn(host, 3, 3);

  await panel.getByRole("button", { name: "Move Exercises up" }).click();
  await isOn(host, 2, 3);
  await panel.getByRole("button", { name: "Delete Exercises" }).click();
  await host.getByRole("button", { name: "Delete", exact: true }).click();
  await isOn(host, 2, 2);
  await host.locator(".board").focus();
  await host.keyboard.press("Control+z");
  await pager(host).getByText(/\/ 3$/).waitFor();
  await shot(host, "pages-panel");

  await host.keyboard.press("PageUp");
  await host.keyboard.press("PageUp");
  await isOn(host, 1, 3);
  assert.equal(await count(host), 1);
  await host.keyboard.press("PageDown");
  assert.equal(await count(host), 2);
});

test("[PG-4] who is where is shown, and pointers only to those on the same page", async () => {
  const guest = await classroom.guest(link, "Ada");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await openPages(host);
  const panel = host.getByRole("complementary", { name: "Pages" });
  await panel.getByRole("button", { name: "Add page" }).click();
  await isOn(guest, 1, 2);
  await guest.mouse.move(500, 300);
  await guest.mouse.move(520, 320);
  const first = panel.getByRole("listitem").first();
  await first.getByText("Here: Ada").waitFor();
  assert.equal(await host.locator(".cursor").count(), 0);
  await guest.locator(".board").focus();
  await guest.keyboard.press("PageDown");
  await panel.getByRole("listitem").nth(1).getByText(/Here: .*Ada/).waitFor();
  await guest.mouse.move(540, 340);
  await host.locator(".cursor").waitFor();
  await shot(host, "pages-who-is-where");
});

test("[PG-4] everyone is brought along, late-comers too, until they are released", async () => {
  const guest = await classroom.guest(link, "Ada");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await openPages(host);
  const panel = host.getByRole("complementary", { name: "Pages" });
  await panel.getByRole("button", { name: "Add page" }).click();
  await panel.getByRole("button", { name: "Bring everyone here" }).click();
  await isOn(guest, 2, 2);
  await guest.getByText("Operator brought you here").waitFor();
  await shot(guest, "pages-brought");
  await guest.getByRole("button", { name: "Back", exact: true }).click();
  await isOn(guest, 1, 2);

  await panel.getByRole("button", { name: "Add page" }).click();
  await isOn(guest, 3, 3);
  const late = await classroom.guest(link, "Ben");
  await isOn(late, 3, 3);
  await late.getByText("Operator brought you here").waitFor();
  await shot(host, "pages-bringing");
  await host.locator(".notice").getByRole("button", { name: "Release everyone" }).click();
  await late.getByText("Operator brought you here").waitFor({ state: "detached" });
  await host.locator(".board").focus();
  await host.keyboard.press("PageUp");
  await isOn(host, 2, 3);
  await isOn(late, 3, 3);
});

test("[PG-4] who follows the host turns pages with them", async () => {
  const guest = await classroom.guest(link, "Ada");
  await guest.getByRole("button", { name: "Follow the host" }).click();
  await openPages(host);
  const panel = host.getByRole("complementary", { name: "Pages" });
  await panel.getByRole("button", { name: "Add page" }).click();
  await isOn(guest, 2, 2);
  await host.locator(".board").focus();
  await host.keyboard.press("PageUp");
  await isOn(guest, 1, 2);
});

test("[PG-1] each kind of paper is drawn, on sheets and on endless pages", async () => {
  await draw(host, 500, 300);
  await openPages(host);
  const panel = host.getByRole("complementary", { name: "Pages" });
  for (const kind of ["squares", "lined", "seyes", "millimetre", "isometric", "music", "axes", "dots", "blank"]) {
    await panel.getByLabel("Size").selectOption(kind === "axes" ? "a4wide" : "endless");
    await panel.getByLabel("Paper").selectOption(kind);
    const lines = host.locator(".board-svg .paper path");
    if (kind === "blank") await eventually(async () => (await lines.count()) === 0, "nothing is printed");
    else if (kind !== "dots") await lines.first().waitFor();
    await shot(host, `paper-${kind}`);
  }
});

test("[PG-4] on a phone, too", async () => {
  const phone = await classroom.guest(link, "Ada", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await openPages(host);
  const panel = host.getByRole("complementary", { name: "Pages" });
  await panel.getByRole("button", { name: "Add page" }).click();
  await isOn(phone, 1, 2);
  await shot(phone, "pages-phone");
  await pager(phone).getByRole("button", { name: /All pages/ }).tap();
  await phone.getByRole("button", { name: "Show Page 2" }).tap();
  await isOn(phone, 2, 2);
  await shot(phone, "pages-phone-panel");
});

/** A document of so many pages, printed by the browser. */
async function printed(pages) {
  const context = await classroom.browser.newContext();
  const page = await context.newPage();
  const sheets = Array.from({ length: pages }, (_, n) => `<h1 style="break-after: page">Exercise ${n + 1}</h1>`);
  await page.setContent(sheets.join(""));
  const content = await page.pdf({ format: "A4" });
  await context.close();
  return content;
}

test("[PG-1] a PDF is brought page by page behind the page that is open, and everyone sees it", async () => {
  const guest = await classroom.guest(link, "Ada");
  await openPages(host);
  const panel = host.getByRole("complementary", { name: "Pages" });
  const file = { name: "Fractions.pdf", mimeType: "application/pdf", buffer: await printed(3) };
  await panel.locator("input[type=file]").setInputFiles(file);
  await panel.getByRole("button", { name: "Choose by picture…" }).click();
  const dialog = host.getByRole("dialog", { name: file.name });
  await eventually(async () => (await dialog.locator("img").count()) === 3, "each page is shown");
  await shot(host, "document-by-picture");
  await dialog.getByRole("button", { name: "None" }).click();
  await dialog.getByRole("checkbox", { name: "1" }).focus();
  await host.keyboard.press("ArrowRight");
  await host.keyboard.press("Space");
  await host.keyboard.press("ArrowRight");
  await host.keyboard.press("Space");
  await dialog.getByRole("button", { name: "Choose (2)" }).click();
  assert.equal(await panel.getByRole("textbox", { name: "Pages" }).inputValue(), "2-3");
  await panel.getByRole("textbox", { name: "Pages" }).fill("3, 1-2");
  await panel.getByRole("button", { name: "Import", exact: true }).click();
  await isOn(host, 2, 4);
  await panel.getByText("Fractions · 3", { exact: true }).waitFor();
  await host.locator(".board-svg image").first().waitFor();
  await shot(host, "pages-document");
  await isOn(guest, 1, 4);

  await panel.locator("input[type=file]").setInputFiles({ ...file, buffer: Buffer.from("no document") });
  await panel.getByRole("button", { name: "Import", exact: true }).click();
  await panel.getByRole("alert").getByText(/not a PDF/).waitFor();
  const [refusal, ...others] = classroom.faults.splice(0);
  assert.match(refusal, /422.*\/documents\//);
  assert.deepEqual(others, []);
  await guest.context().close();
});

/** Drops files on the board, as from a folder. */
async function drop(page, files) {
  const encoded = files.map(({ name, type, buffer }) => ({ name, type, content: buffer.toString("base64") }));
  await page.evaluate((given) => {
    const data = new DataTransfer();
    for (const { name, type, content } of given) {
      const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
      data.items.add(new File([bytes], name, { type }));
    }
    document.querySelector(".board").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, encoded);
}

test("[PG-7] a document that is dropped on the board asks which pages; everyone sees how far it is", async () => {
  const guest = await classroom.guest(link, "Ada");
  const other = { name: "Fractions.pdf", type: "application/pdf", buffer: await printed(40) };
  await drop(host, [other]);
  const panel = host.getByRole("complementary", { name: "Pages" });
  await panel.getByText("Fractions.pdf").waitFor();
  assert.equal(await panel.getByRole("textbox", { name: "Pages" }).evaluate((box) => box === document.activeElement), true);
  await panel.getByRole("button", { name: "Import", exact: true }).click();
  const seen = guest.locator(".notices").getByText(/imports .*Fractions.*: [1-9]\d* of 40/);
  await seen.waitFor();
  assert.equal(await guest.getByRole("button", { name: "Stop importing" }).count(), 0, "a pupil stops no one's import");
  await shot(guest, "document-notice-guest");
  await shot(host, "document-notice-host");
  await host.locator(".notices").getByRole("button", { name: "Stop importing" }).click();
  await guest.locator(".notices").getByText(/Fractions.* was stopped: \d+ of 40 are there/).waitFor();
  await isOn(host, 2, Number((await pager(host).getByText(/ \/ /).textContent()).split("/")[1]));
  await guest.context().close();
});

test("[PG-8] what is written on an imported page is there for those who do not see it", async () => {
  await drop(host, [{ name: "Fractions.pdf", type: "application/pdf", buffer: await printed(1) }]);
  const panel = host.getByRole("complementary", { name: "Pages" });
  await panel.getByRole("button", { name: "Import", exact: true }).click();
  await host.locator(".page-text").getByText("Exercise 1").waitFor({ state: "attached" });
  await host.locator(".notices").getByText(/has imported .*Fractions/).waitFor();
});

test("[PG-9] a board is saved as a file and opened in another lesson, as one step; what is no such file is said", async () => {
  await draw(host, 500, 300);
  await openPages(host);
  const panel = host.getByRole("complementary", { name: "Pages" });
  await panel.getByRole("button", { name: "Add page" }).click();
  await isOn(host, 2, 2);
  await draw(host, 400, 300);
  await draw(host, 400, 400);
  await host.locator('.saved[data-state="saved"]').waitFor();
  const menu = (name) => host.getByRole("button", { name: "Menu" }).click().then(() => host.getByRole("button", { name }).click());
  await menu("Download the board…");
  await shot(host, "lesson-file-save");
  const coming = host.waitForEvent("download");
  await host.locator("dialog").getByRole("button", { name: /^Lesson file/ }).click();
  const saved = await coming;
  assert.match(saved.suggestedFilename(), /\.lessonroom$/);
  const buffer = await readFile(await saved.path());

  await goHome(host);
  await classroom.lesson(host);
  await drop(host, [{ name: "Geometry.lessonroom", type: "", buffer }]);
  await panel.getByText("Geometry.lessonroom").waitFor();
  const begin = panel.getByRole("button", { name: "Import", exact: true });
  await eventually(() => begin.evaluate((button) => button === document.activeElement), "one goes on with Enter");
  assert.equal(await panel.getByRole("textbox", { name: "Pages" }).count(), 0);
  await shot(host, "lesson-file-open");
  await host.keyboard.press("Enter");
  await isOn(host, 2, 3);
  await host.getByText("2 pages added").first().waitFor();
  await eventually(async () => (await count(host)) === 1, "the first of them is shown");
  await host.locator(".board").focus();
  await host.keyboard.press("PageDown");
  await eventually(async () => (await count(host)) === 2, "and so is the second");
  await host.keyboard.press("Control+z");
  await isOn(host, 1, 1);
  await host.keyboard.press("Control+y");
  await pager(host).getByText(/\/ 3$/).waitFor();

  const chooser = host.waitForEvent("filechooser");
  await menu("Open a file…");
  await (await chooser).setFiles({ name: "notes.json", mimeType: "application/json", buffer: Buffer.from('{"format":"lessonroom.board"}') });
  await begin.click();
  await panel.getByRole("alert").getByText("This file was not saved by such a server, or it is damaged.", { exact: true }).waitFor();
  await shot(host, "lesson-file-refused");
  const [refusal, ...others] = classroom.faults.splice(0);
  assert.match(refusal, /422.*\/import\//);
  assert.deepEqual(others, []);
});

test("[PG-1] the lines of a paper have a distance and a colour of their own", async () => {
  await openPages(host);
  const panel = host.getByRole("complementary", { name: "Pages" });
  await panel.getByLabel("Paper").selectOption("squares");
  const distance = panel.getByLabel("Distance");
  await distance.fill("64");
  await distance.press("Enter");
  await panel.getByLabel("Colour of its lines").fill("#ff0000");
  const lines = host.locator(".paper g[stroke]").first();
  await eventually(async () => (await lines.getAttribute("stroke")) !== "var(--paper-line)");
  await shot(host, "paper-red");
  await distance.fill("2");
  await distance.press("Enter");
  await eventually(async () => (await distance.inputValue()) === "64");
  await panel.getByRole("button", { name: "Usual colour" }).click();
  await eventually(async () => (await lines.getAttribute("stroke")) === "var(--paper-line)");
});

test("[PG-6] the history shows a page at a time, with its paper, and turns to where somebody was", async () => {
  await draw(host, 500, 300);
  await openPages(host);
  const panel = host.getByRole("complementary", { name: "Pages" });
  await panel.getByRole("button", { name: "Add page" }).click();
  await isOn(host, 2, 2);
  await panel.getByLabel("Paper").selectOption("squares");
  await draw(host, 400, 300);
  await draw(host, 400, 400);
  await host.getByText("Saved", { exact: true }).waitFor();
  const room = host.url();
  await host.goto(room.replace("/room/", "/history/"));
  const shown = host.locator(".still-board [data-id]");
  const strip = host.getByRole("navigation", { name: "Pages" });
  await eventually(async () => (await shown.count()) === 1, "one page, not all above each other");
  await strip.getByRole("button", { name: "Page 2" }).click();
  await eventually(async () => (await shown.count()) === 2);
  await host.locator(".still-board .paper").waitFor();
  await shot(host, "history-pages");
  await host.getByText("added a page").waitFor();
  await host.getByText("changed the pages").waitFor();
  // The first line of the course that somebody drew: on the first page.
  await host.getByRole("listitem").filter({ hasText: /drew/ }).first().getByRole("button").click();
  await eventually(async () => (await shown.count()) === 1 && (await strip.count()) === 0);
  await host.goto(room);
});
