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

test("[CH-4][CH-5] what is written to one person is for them and the host; it is answered, and gone to", async () => {
  const [ada, ben] = [await classroom.guest(link, "Ada L"), await classroom.guest(link, "Ben R")];
  for (const page of [ada, ben]) await openChat(page);
  const before = (await shown(ben)).length;
  await host.getByLabel("To", { exact: true }).selectOption({ label: "Ada L" });
  await host.getByText(/^Only .*Ada L.* and those who lead the lesson read this/).waitFor();
  await host.getByRole("textbox", { name: /^Write to .*Ada L/ }).fill("How is it going?");
  await host.keyboard.press("Enter");
  const secret = ada.locator(".chat-row", { hasText: "How is it going?" });
  await secret.locator("[data-private]").waitFor();
  await ada.getByText(/only for .?you/).waitFor();
  await secret.hover();
  await secret.getByRole("button", { name: /^Reply to/ }).click();
  await ada.getByText(/^An answer to/).waitFor();
  await ada.getByRole("textbox", { name: /^Write to/ }).fill("Fine, thanks");
  await ada.keyboard.press("Enter");
  const quote = host.locator(".chat-quote", { hasText: "How is it going?" });
  await quote.click();
  await eventually(
    () => host.evaluate(() => document.activeElement?.textContent?.includes("How is it going?") ?? false),
    "one is taken to what was answered",
  );
  await host.getByLabel("To", { exact: true }).selectOption({ label: "Everyone" });
  await write(host, "And now all together");
  await ben.locator(".chat-line", { hasText: "And now all together" }).waitFor();
  assert.equal((await shown(ben)).length, before + 1);
  // Students write to the host alone, and not to each other.
  assert.equal(await ben.getByLabel("To", { exact: true }).locator("option").count(), 2);
  await ben.reload();
  await openChat(ben);
  await ben.locator(".chat-line", { hasText: "And now all together" }).waitFor();
  assert.ok(!(await ben.content()).includes("How is it going?"));
  for (const page of [ada, ben]) await page.context().close();
});

test("[CH-6] the host takes a message out; it is found by no search, and its text is nowhere", async () => {
  const [ada, ben] = [await classroom.guest(link, "Ada M"), await classroom.guest(link, "Ben S")];
  await openChat(ada);
  await ben.locator(".notices").waitFor({ state: "attached" });
  await write(ada, "something rude");
  await ben.getByText("something rude").first().waitFor();
  await write(ada, "javascript:alert(1) mailto:ada@example.org HTTPS://user@lessons.example.org/x");
  const links = ada.locator(".chat-row").last().locator("a");
  await links.first().waitFor();
  assert.deepEqual(
    [await links.count(), await links.first().getAttribute("href"), await links.last().getAttribute("title")],
    [2, "mailto:ada@example.org", "Opens lessons.example.org"],
  );
  const rude = host.locator(".chat-row", { hasText: "something rude" });
  await rude.hover();
  await rude.getByRole("button", { name: /^Remove the message/ }).click();
  for (const page of [host, ada]) await page.getByText(/^Removed by/).waitFor();
  await openChat(ben);
  await ben.getByText(/^Removed by/).waitFor();
  assert.ok(!(await ben.content()).includes("something rude"));
  // Nobody else takes out what others wrote; one's own one may.
  assert.equal(await ben.getByRole("button", { name: /^Remove the message/ }).count(), 0);
  await ben.getByRole("button", { name: "Search the chat" }).click();
  const field = ben.getByRole("searchbox", { name: "Search the chat" });
  await field.fill("RUDE");
  await ben.getByText("Nothing found").waitFor();
  await field.fill("WHICH page");
  await ben.getByText("Messages found: 1").waitFor();
  await ben.locator(".chat-search li button").click();
  await eventually(
    () => ben.evaluate(() => document.activeElement?.textContent?.includes("Which page?") ?? false),
    "one is taken to what was found",
  );
  for (const page of [ada, ben]) await page.context().close();
});

test("[CH-7] pictures and files are sent, seen and saved; to one person they are for few", async () => {
  const [ada, ben] = [await classroom.guest(link, "Ada F", { acceptDownloads: true }), await classroom.guest(link, "Ben F", { acceptDownloads: true, viewport: { width: 390, height: 844 }, hasTouch: true })];
  for (const page of [ada, ben]) await openChat(page);
  const choose = async (page, ...files) => {
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Send a file" }).click()]);
    await chooser.setFiles(files);
  };
  await ada.getByLabel("Write to everyone…").fill("My drawing");
  await choose(ada, { name: "drawing.png", mimeType: "image/png", buffer: await ada.screenshot({ clip: { x: 0, y: 0, width: 200, height: 120 } }) });
  const picture = ben.getByRole("button", { name: /drawing\.png.*enlarge/ });
  await picture.scrollIntoViewIfNeeded();
  await eventually(() => picture.locator("img").evaluate((img) => img.complete && img.naturalWidth === 200), "the picture is there");
  await ben.locator(".chat-line", { hasText: "My drawing" }).waitFor();
  await shot(ben, "chat-picture-phone");
  await picture.tap();
  const large = ben.getByRole("dialog", { name: "drawing.png" });
  await large.locator("img").waitFor();
  const [kept] = await Promise.all([ben.waitForEvent("download"), large.getByRole("button", { name: "Save" }).tap()]);
  assert.equal(kept.suggestedFilename(), "drawing.png");
  await large.getByRole("button", { name: "Close", exact: true }).tap();

  if (!(await host.getByRole("log", { name: "Chat" }).isVisible())) await openChat(host);
  await ada.getByLabel("To", { exact: true }).selectOption({ index: 1 });
  await choose(ada, { name: "Робота №1.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n") });
  const own = ada.getByRole("button", { name: /^Save .*Робота №1\.pdf/ });
  const [download] = await Promise.all([ada.waitForEvent("download"), own.click()]);
  assert.equal(download.suggestedFilename(), "Робота №1.pdf");
  await host.getByRole("button", { name: /^Save .*Робота №1\.pdf/ }).waitFor();
  assert.equal(await ben.getByRole("button", { name: /Робота/ }).count(), 0);
  await shot(host, "chat-file-host");

  await choose(ada, { name: "setup.exe", mimeType: "application/x-msdownload", buffer: Buffer.from("MZ") });
  await ada.getByRole("alert").filter({ hasText: "setup.exe" }).waitFor();
  await shot(ada, "chat-refused");
  await ada.getByRole("button", { name: /^Do not send .*setup\.exe/ }).click();
  await own.hover();
  await ada.locator(".chat-row", { has: own }).getByRole("button", { name: /^Remove the message/ }).click();
  for (const page of [ada, host]) await page.getByRole("button", { name: /Робота/ }).waitFor({ state: "detached" });
  for (const page of [ada, ben]) await page.context().close();
});

async function shot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}
