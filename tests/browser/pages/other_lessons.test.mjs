/** Pages of another lesson come into this one, in real browsers. */

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { count, draw, eventually, goHome } from "../support/lesson.mjs";
import { classroom, host } from "../support/lesson_each.mjs";

const SHOTS = process.env.SCREENSHOTS;
const pager = (page) => page.getByRole("group", { name: "Pages" });
const isOn = (page, n, of) => pager(page).getByText(`${n} / ${of}`, { exact: true }).waitFor();
const openPages = async (page) => {
  await pager(page).getByRole("button", { name: /All pages/ }).click();
  return page.getByRole("complementary", { name: "Pages" });
};

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}

/** A lesson with two pages, over by now; a new one is open behind it. */
async function lessonBefore() {
  await draw(host, 500, 300);
  const panel = await openPages(host);
  await panel.getByRole("button", { name: "Add page" }).click();
  await isOn(host, 2, 2);
  await panel.getByLabel("Paper").selectOption("squares");
  await draw(host, 400, 300);
  await draw(host, 400, 400);
  await host.getByText("Saved", { exact: true }).waitFor();
  await goHome(host);
  return classroom.lesson(host);
}

test("[PG-2] pages of another lesson are chosen by what they look like, and stand behind the present one", async () => {
  const link = await lessonBefore();
  const guest = await classroom.guest(link, "Ada");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  const panel = await openPages(host);
  await panel.getByRole("button", { name: "Add page" }).click();
  await host.locator(".board").focus();
  await host.keyboard.press("PageUp");
  await isOn(host, 1, 2);
  await panel.getByRole("button", { name: "From another lesson…" }).click();
  const dialog = host.getByRole("dialog", { name: "Pages of another lesson" });
  await dialog.getByRole("listitem").first().waitFor();
  await shot(host, "other-lessons-list");
  // By keyboard alone.
  await dialog.getByRole("listitem").first().getByRole("button").focus();
  await host.keyboard.press("Enter");
  await dialog.getByRole("checkbox", { name: "Page 2" }).focus();
  await host.keyboard.press("Space");
  await dialog.locator(".choose-pages svg").nth(1).waitFor();
  await shot(host, "other-lessons-pages");
  await dialog.getByRole("button", { name: "Insert (1)" }).click();
  await isOn(host, 2, 3);
  await dialog.waitFor({ state: "detached" });
  assert.equal(await count(host), 2);
  await host.locator(".sheet, .paper").first().waitFor();
  await guest.locator(".board").focus();
  await guest.keyboard.press("PageDown");
  await eventually(async () => (await count(guest)) === 2, "everyone has it");

  // Both, in their order; one Ctrl+Z takes them back.
  await panel.getByRole("button", { name: "From another lesson…" }).click();
  await dialog.getByRole("listitem").first().getByRole("button").click();
  await dialog.getByRole("button", { name: "All", exact: true }).click();
  await dialog.getByRole("button", { name: "Insert (2)" }).click();
  await isOn(host, 3, 5);
  await dialog.waitFor({ state: "detached" });
  assert.equal(await count(host), 1);
  await host.locator(".board").focus();
  await host.keyboard.press("Control+z");
  await pager(host).getByText(/\/ 3$/).waitFor();
  assert.equal(await panel.getByRole("button", { name: "From another lesson…" }).count(), 1);
  const theirs = await openPages(guest);
  await theirs.getByRole("list").waitFor();
  assert.equal(await theirs.getByRole("button", { name: "From another lesson…" }).count(), 0);
  await guest.context().close();
});

test("[PG-2] on a phone, and what goes wrong is said", async () => {
  await lessonBefore();
  await host.setViewportSize({ width: 390, height: 844 });
  const panel = await openPages(host);
  await panel.getByRole("button", { name: "From another lesson…" }).click();
  const dialog = host.getByRole("dialog", { name: "Pages of another lesson" });
  await shot(host, "other-lessons-phone-list");
  await dialog.getByRole("listitem").first().getByRole("button").click();
  await dialog.getByRole("checkbox", { name: "Page 1" }).check();
  await shot(host, "other-lessons-phone");
  await dialog.getByRole("button", { name: "Other lessons" }).click();
  await dialog.getByPlaceholder("Search lessons and people").fill("no lesson is called this");
  await dialog.getByText("There is no other lesson of yours.").waitFor();
  await host.setViewportSize({ width: 1280, height: 800 });
});
