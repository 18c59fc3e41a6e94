/** One's shelf: pages and drawings are kept in one lesson, and used in another. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { AXE, Classroom, converged, count, draw, eventually, goHome } from "../support/lesson.mjs";

let classroom;
let host;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host();
});
after(() => classroom.close());

const shot = async (page, name) => {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `shelf-${name}.png`) });
};
const pager = (page) => page.getByRole("group", { name: "Pages" });
const isOn = (page, n, of) => pager(page).getByText(`${n} / ${of}`, { exact: true }).waitFor();
const dialog = (name) => host.getByRole("dialog", { name });
const openShelf = async () => {
  await host.getByRole("button", { name: "Menu" }).click();
  await host.getByRole("button", { name: "My shelf", exact: true }).click();
  await dialog("My shelf").getByRole("listitem").first().waitFor();
  return dialog("My shelf");
};
const keep = async (name, choice) => {
  const asked = dialog("Put on my shelf");
  if (choice) await asked.getByRole("radio", { name: choice }).check();
  await asked.getByLabel("Name").fill(name);
  await asked.getByRole("button", { name: "Put on my shelf" }).click();
  await asked.waitFor({ state: "detached" });
};

test("[PG-10] what is kept of a lesson comes into another one while it runs, and begins a third", async () => {
  await classroom.lesson(host, { title: "Angles" });
  await draw(host, 500, 300);
  await pager(host).getByRole("button", { name: /All pages/ }).click();
  const panel = host.getByRole("complementary", { name: "Pages" });
  await panel.getByRole("button", { name: "Add page" }).click();
  await isOn(host, 2, 2);
  await draw(host, 300, 400);
  // A page, from its own buttons; at once: what was drawn is saved first.
  await panel.getByRole("button", { name: /^Put .*Page 2.* on my shelf/ }).click();
  await keep("One page");
  await host.getByRole("status").filter({ hasText: "One page" }).first().waitFor();
  await panel.getByRole("button", { name: "From my shelf…" }).click();
  await dialog("My shelf").getByRole("button", { name: "Put on my shelf…" }).click();
  await keep("Усе про кути", /All pages/);
  // What is selected, by the keyboard alone.
  await host.locator(".board").focus();
  await host.keyboard.press("v");
  await host.keyboard.press("Control+a");
  await host.keyboard.press("Shift+F10");
  const entry = host.getByRole("menuitem", { name: "Put on my shelf…" });
  await entry.focus();
  await host.keyboard.press("Enter");
  await keep("A wave");
  await goHome(host);

  const link = await classroom.lesson(host, { title: "Later" });
  const guest = await classroom.guest(link, "Ada");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  let shelf = await openShelf();
  await host.evaluate(await readFile(AXE, "utf8"));
  const { violations } = await host.evaluate(() => window.axe.run(document));
  assert.deepEqual(violations.map(({ id }) => id), []);
  await shelf.locator("img[src]").nth(2).waitFor();
  await shot(host, "list");
  await shelf.getByRole("searchbox").fill("КУТИ");
  await eventually(async () => (await shelf.getByRole("listitem").count()) === 1, "it is found in any case");
  await shelf.getByRole("button", { name: /^Insert/ }).click();
  await shelf.getByRole("button", { name: "Insert (2)" }).click();
  await isOn(host, 2, 3);
  await eventually(async () => pager(guest).getByText("1 / 3").isVisible(), "everyone has both");
  await host.locator(".board").focus();
  await host.keyboard.press("Control+z");
  await isOn(host, 1, 1);

  shelf = await openShelf();
  await shelf.getByRole("button", { name: /^Insert .?A wave/ }).click();
  await shelf.waitFor({ state: "detached" });
  assert.equal(await count(host), 1);
  await converged([host, guest], 1);
  // Guests have no shelf.
  await guest.getByRole("button", { name: "Menu" }).click();
  assert.equal(await guest.getByRole("button", { name: "My shelf", exact: true }).count(), 0);
  await guest.context().close();

  shelf = await openShelf();
  await shelf.getByRole("button", { name: /^Rename .?A wave/ }).click();
  await shelf.getByRole("textbox", { name: /^Rename/ }).fill("Two waves");
  await host.keyboard.press("Enter");
  await shelf.getByText("Two waves").waitFor();
  await shelf.getByRole("button", { name: /^Delete .?Two waves/ }).click();
  await dialog(/^Delete/).getByRole("button", { name: "Delete", exact: true }).click();
  await shelf.getByText("Two waves").waitFor({ state: "detached" });
  await host.setViewportSize({ width: 360, height: 740 });
  assert.ok(await host.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is cut off");
  await shot(host, "phone");
  await host.emulateMedia({ colorScheme: "dark" });
  await shot(host, "dark");
  await host.setViewportSize({ width: 1280, height: 800 });
  await host.keyboard.press("Escape");
  await shelf.waitFor({ state: "detached" });

  await goHome(host);
  await host.getByRole("button", { name: "New lesson" }).click();
  await host.getByLabel("Begin with").selectOption({ label: "Усе про кути (2 pages)" });
  await host.locator(".template-field img").waitFor();
  await shot(host, "form");
  await host.getByRole("button", { name: "Create and enter" }).click();
  await isOn(host, 1, 2);
  await eventually(async () => (await count(host)) === 1, "the board of the template");
});
