/** Words on all pages, in real browsers: by Ctrl+F, and the way to each. */

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { eventually } from "../support/lesson.mjs";
import { classroom, host, link } from "../support/lesson_each.mjs";

const SHOTS = process.env.SCREENSHOTS;
const pager = (page) => page.getByRole("group", { name: "Pages" });
const isOn = (page, n, of) => pager(page).getByText(`${n} / ${of}`, { exact: true }).waitFor();

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}

/** Writes a text on the board. */
async function write(page, x, y, words) {
  await page.locator(".board").focus();
  await page.keyboard.press("t");
  await page.mouse.click(x, y);
  await page.keyboard.type(words);
  await page.keyboard.press("Escape");
}

/** A document of one page, printed by the browser. */
async function printed(words) {
  const context = await classroom.browser.newContext();
  const page = await context.newPage();
  await page.setContent(`<h1>${words}</h1>`);
  const content = await page.pdf({ format: "A4" });
  await context.close();
  return content;
}

test("[PG-8] what is written anywhere is found, and one is taken there", async () => {
  await write(host, 500, 300, "Adding fractions");
  await pager(host).getByRole("button", { name: /All pages/ }).click();
  const pages = host.getByRole("complementary", { name: "Pages" });
  const file = { name: "Homework.pdf", mimeType: "application/pdf", buffer: await printed("Simplify each fraction") };
  await pages.locator("input[type=file]").setInputFiles(file);
  await pages.getByRole("button", { name: "Import", exact: true }).click();
  await isOn(host, 2, 2);
  await host.locator(".page-text").getByText("Simplify").waitFor({ state: "attached" });

  await host.keyboard.press("Control+f");
  const panel = host.getByRole("complementary", { name: "Find" });
  const box = panel.getByRole("searchbox");
  await eventually(() => box.evaluate((input) => input === document.activeElement), "one writes at once");
  await host.keyboard.type("FRACTION");
  await panel.getByText("Found: 2").waitFor();
  await shot(host, "finding");
  await host.keyboard.press("ArrowDown");
  await host.keyboard.press("Enter");
  await isOn(host, 1, 2);
  await host.locator(".selection, .frame, [data-selected]").first().waitFor({ state: "attached" });
  await panel.getByRole("button", { name: /Simplify each/ }).click();
  await isOn(host, 2, 2);
  await host.keyboard.press("Control+f");
  assert.equal(await box.evaluate((input) => input.selectionEnd - input.selectionStart), "FRACTION".length);
  await box.fill("nothing like this");
  await panel.getByText("Nothing found.").waitFor();
  await host.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
});

test("[PG-8] on a phone, too, and for whoever may only look", async () => {
  await write(host, 500, 300, "Adding fractions");
  await pager(host).getByRole("button", { name: /All pages/ }).click();
  await host.getByRole("complementary", { name: "Pages" }).getByRole("button", { name: "Add page" }).click();
  const phone = await classroom.guest(link, "Ada", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await isOn(phone, 1, 2);
  await pager(phone).getByRole("button", { name: /All pages/ }).tap();
  await phone.getByRole("button", { name: "Show Page 2" }).tap();
  await isOn(phone, 2, 2);
  await phone.getByRole("button", { name: "Find on all pages…" }).tap();
  const panel = phone.getByRole("complementary", { name: "Find" });
  await panel.getByRole("searchbox").fill("adding");
  await panel.getByRole("button", { name: /Adding fractions/ }).tap();
  await isOn(phone, 1, 2);
  await shot(phone, "finding-phone");
  await phone.context().close();
});
