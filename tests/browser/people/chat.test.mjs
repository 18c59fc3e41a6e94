/** The chat in a real browser against a real server. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Classroom, eventually } from "../support/lesson.mjs";

let classroom;
let host;
let link;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host();
  link = await classroom.lesson(host);
});
after(() => classroom.close());

async function openChat(page) {
  await page.getByRole("button", { name: /^Chat/ }).click();
  await page.getByRole("log", { name: "Chat" }).waitFor();
}

async function write(page, text) {
  await page.getByLabel("Write to everyone…").fill(text);
  await page.keyboard.press("Enter");
}

function shown(page) {
  return page.locator(".chat-line").allTextContents();
}

async function shows(page, texts) {
  await eventually(
    async () => JSON.stringify(await shown(page)) === JSON.stringify(texts),
    `${JSON.stringify(texts)} should be shown, not ${JSON.stringify(await shown(page))}`,
  );
}

const HOSTILE = '<img src=x onerror="alert(1)"> https://lessons.example.org/a?b=1.';

test("[CH-1] everyone reads what one writes, in one order, as text", async () => {
  const guest = await classroom.guest(link, "Ada");
  await openChat(guest);
  await write(guest, "Which page?");
  await write(guest, HOSTILE);
  const badge = host.getByRole("button", { name: "Chat: 2 new messages" });
  await badge.waitFor();
  await openChat(host);
  await host.getByRole("button", { name: "Chat", exact: true }).waitFor();
  await write(host, "Page 12");
  for (const page of [host, guest]) await shows(page, ["Which page?", HOSTILE, "Page 12"]);
  const address = guest.locator(".chat-line a");
  assert.equal(await address.getAttribute("href"), "https://lessons.example.org/a?b=1");
  assert.equal(await address.getAttribute("rel"), "noopener noreferrer");

  await guest.reload();
  await openChat(guest);
  await shows(guest, ["Which page?", HOSTILE, "Page 12"]);
  await guest.context().close();
});

test("[CH-3] who comes late reads what was written before, and it is no news to them", async () => {
  const late = await classroom.guest(link, "Grace");
  await late.getByRole("button", { name: "Chat", exact: true }).waitFor();
  await openChat(late);
  await shows(late, ["Which page?", HOSTILE, "Page 12"]);
  await late.context().close();
});

test("what one has not read is news after a reload, too, and what one has read is none", async () => {
  const guest = await classroom.guest(link, "Hypatia");
  const quiet = guest.getByRole("button", { name: "Chat", exact: true });
  await quiet.waitFor();
  await write(host, "Take a ruler");
  const news = guest.getByRole("button", { name: "Chat: 1 new message", exact: true });
  await news.waitFor();
  await guest.reload();
  await news.waitFor();
  await openChat(guest);
  await quiet.waitFor();
  await guest.reload();
  await guest.getByRole("button", { name: "People" }).waitFor();
  await quiet.waitFor();
  assert.equal(await news.count(), 0);
  await guest.context().close();
});

test("[CH-1] what is written without a network is sent when it is back", async () => {
  const { wire, link: wired } = await classroom.wired(link);
  const guest = await classroom.guest(wired, "Emmy");
  await openChat(guest);
  wire.cut();
  await guest.getByText("Reconnecting").first().waitFor();
  await write(guest, "From the train");
  await guest.locator(".chat-line[data-unsent]").waitFor();
  wire.mend();
  await shows(host, ["Which page?", HOSTILE, "Page 12", "Take a ruler", "From the train"]);
  await eventually(async () => (await guest.locator("[data-unsent]").count()) === 0, "it is sent");
  await guest.context().close();
});

test("[CH-2] the host says who may write, and that holds at once", async () => {
  const guest = await classroom.guest(link, "Sofia");
  await openChat(guest);
  await host.getByLabel("Who may write").selectOption("host_only");
  await guest.getByText("Only the host writes here for now.").waitFor();
  assert.equal(await guest.getByLabel("Write to everyone…").count(), 0);
  await write(host, "Listen, please");
  await eventually(async () => (await shown(guest)).at(-1) === "Listen, please", "the host writes");
  await host.getByLabel("Who may write").selectOption("all");
  await guest.getByLabel("Write to everyone…").waitFor();
  await guest.context().close();
});
