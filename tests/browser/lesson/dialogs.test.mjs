/** Dialogs: where the focus begins, and where it goes when they are closed. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Classroom, eventually } from "../support/lesson.mjs";

let classroom;
let host;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host();
});
after(() => classroom.close());

/** What has the focus, in words. */
function focused(page) {
  return page.evaluate(() => {
    const { activeElement: at } = document;
    return at.getAttribute("aria-label") ?? (at.labels?.[0]?.textContent || at.textContent.trim() || at.tagName);
  });
}

async function opens(page, button) {
  await button.click();
  await page.getByRole("dialog").waitFor();
}

test("what one types into a new dialog arrives there, spaces as well", async () => {
  await opens(host, host.getByRole("button", { name: "New lesson" }));
  await host.keyboard.type("a b");
  assert.equal(await host.getByLabel("What is the lesson about?").inputValue(), "a b");
  await host.keyboard.press("Enter");
  await host.getByRole("button", { name: "Start lesson" }).click();
  await host.getByText("Live").waitFor();
});

test("no dialog is closed, and nothing is done, by a key that was meant for something else", async () => {
  const menu = (name) => async () => {
    await host.getByRole("button", { name: "Menu" }).click();
    await host.getByText(name).click();
  };
  const ways = {
    "End lesson": () => host.getByRole("button", { name: "End lesson" }).click(),
    Devices: () => host.getByRole("button", { name: "Devices" }).click(),
    Invite: () => host.getByRole("button", { name: "Invite" }).click(),
    "Download the board…": menu("Download the board…"),
  };
  for (const [name, open] of Object.entries(ways)) {
    await open();
    await host.getByRole("dialog").waitFor();
    assert.notEqual(await focused(host), "Close", name);
    assert.notEqual(await focused(host), "End lesson", name);
    assert.equal(await host.evaluate(() => document.querySelector("dialog").contains(document.activeElement)), true, name);
    await host.keyboard.press("Escape");
    await host.getByRole("dialog").waitFor({ state: "detached" });
  }
});

test("the focus goes back to what opened the dialog, however it is closed", async () => {
  const button = host.getByRole("button", { name: "End lesson" });
  for (const close of [
    () => host.keyboard.press("Escape"),
    () => host.getByRole("button", { name: "Close" }).click(),
    () => host.getByRole("button", { name: "Cancel" }).click(),
  ]) {
    await button.focus();
    await host.keyboard.press("Enter");
    await host.getByRole("dialog").waitFor();
    await close();
    await host.getByRole("dialog").waitFor({ state: "detached" });
    await eventually(async () => (await focused(host)) === "End lesson", `it is where it was, after ${close}`);
  }
});

test("an invitation is a link, a code and a letter, each with one click", async () => {
  await host.getByRole("button", { name: "Invite" }).click();
  const link = await host.getByLabel("Link").inputValue();
  const code = await host.getByLabel("Access code").inputValue();
  assert.equal(code.replace("-", ""), new URL(link).hash.slice("#code=".length));
  const letter = await host.getByLabel("Invitation").inputValue();
  assert.ok(letter.includes(link) && letter.includes(code), letter);
  const mail = new URL(await host.getByRole("link", { name: "Write an e-mail" }).getAttribute("href"));
  assert.equal(mail.searchParams.get("body").replaceAll("\r\n", "\n"), letter);
  await host.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  for (const [name, text] of [["Copy link", link], ["Copy code", code], ["Copy text", letter]]) {
    await host.getByRole("button", { name }).click();
    await eventually(async () => (await host.evaluate(() => navigator.clipboard.readText())) === text, `${name} copies it`);
  }
  await host.keyboard.press("Escape");
});
