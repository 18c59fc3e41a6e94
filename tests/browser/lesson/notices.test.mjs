/** What one is told of the others, and how a shared screen is seen. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Classroom, count, draw, eventually, leave } from "../support/lesson.mjs";

let classroom;
let host;
let link;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host();
  link = await classroom.lesson(host, { waitingRoom: true });
});
after(() => classroom.close());

const notices = (page) => page.getByRole("log", { name: "What happens" });
const told = (page, text) => notices(page).getByText(text).waitFor();

async function admitted(name, options) {
  const guest = await classroom.guest(link, name, options);
  await notices(host).getByRole("button", { name: "Let in" }).click();
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  return guest;
}

test("who knocks can be let in by the notice; who comes, drops, comes back and goes is told, and counted truly", async () => {
  const { wire, link: wired } = await classroom.wired(link);
  const people = host.getByRole("button", { name: /^People/ });
  const count = async (words) => eventually(async () => (await people.getAttribute("aria-label")) === words, words);
  await count("People: 1 person");
  const guest = await classroom.guest(wired, "Ada");
  await told(host, /Ada.* is waiting to be let in/);
  await notices(host).getByRole("button", { name: "Let in" }).click();
  await told(host, /Ada.* came in/);
  await notices(host).getByText(/is waiting to be let in/).waitFor({ state: "detached" });
  await count("People: 2 people");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();

  wire.cut();
  await count("People: 1 person");
  await told(host, /Ada.* lost the connection/);
  await people.click();
  await host.getByText("1 person, 1 reconnecting").waitFor();
  wire.mend();
  await guest.getByRole("button", { name: "Reconnect now" }).click();
  await told(host, /Ada.* came back/);
  await host.getByRole("status").getByText("2 people").waitFor();
  await people.click();

  await guest.getByRole("button", { name: "Menu" }).click();
  await guest.getByRole("button", { name: "Leave" }).click();
  await told(host, /Ada.* left/);
  await leave(guest);
});

test("a page that is loaded anew is no news", async () => {
  const guest = await admitted("Ben");
  await told(host, /Ben.* came in/);
  await guest.reload();
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  assert.equal(await notices(host).getByText(/Ben.*(lost|came back)/).count(), 0);
  await leave(guest);
});

test("a message is shown where the chat is closed, and leads into it; pupils are told that the teacher is away", async () => {
  const guest = await admitted("Cleo", { viewport: { width: 390, height: 844 } });
  await guest.getByRole("button", { name: /^Chat/ }).click();
  await guest.getByLabel("Write to everyone…").fill("Which page is it?");
  await guest.keyboard.press("Enter");
  await notices(host).getByRole("button", { name: /Cleo.*Which page is it\?/ }).click();
  await host.getByRole("complementary", { name: "Chat" }).getByText("Which page is it?").waitFor();
  await notices(host).getByText("Which page is it?").waitFor({ state: "detached" });
  await guest.keyboard.press("Escape");

  const room = host.url();
  await host.goto(new URL("/", room).href);
  await guest.getByText("Your teacher is away at the moment").waitFor();
  await host.goto(room);
  await guest.getByText("Your teacher is away at the moment").waitFor({ state: "detached" });
  await leave(guest);
});

test("the ring of who speaks goes out at once when they are muted", async () => {
  const guest = await admitted("Eve");
  await guest.getByRole("button", { name: "Turn the microphone on" }).click();
  const ring = host.locator('.tiles [data-speaking="true"]');
  // A call takes a busy machine a while to set up.
  await ring.waitFor({ timeout: 45_000 });
  await host.getByRole("button", { name: /^People/ }).click();
  const inList = host.locator('.person[data-speaking="true"]');
  await inList.waitFor();
  await guest.getByRole("button", { name: "Turn the microphone off" }).click();
  const asOf = performance.now();
  await inList.waitFor({ state: "detached" });
  assert.ok(performance.now() - asOf < 6_000, "not after the browser has forgotten the voice");
  const people = host.getByRole("complementary", { name: "People" });
  await people.getByRole("button", { name: "Close" }).click();
  await people.waitFor({ state: "detached" });
  await leave(guest);
});

/** A browser that shares a picture that moves in place of a screen. */
function shareCanvas() {
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 640;
    canvas.height = 360;
    const paint = canvas.getContext("2d");
    setInterval(() => {
      paint.fillStyle = `hsl(${Date.now() % 360} 80% 50%)`;
      paint.fillRect(0, 0, 640, 360);
    }, 100);
    return canvas.captureStream(10);
  };
}

test("a shared screen takes the stage, on a phone as well, until it is put away or ends", async () => {
  const page = await classroom.person();
  await page.addInitScript(shareCanvas);
  await page.goto(link);
  await page.getByLabel("Your name").fill("Dora");
  await page.getByRole("button", { name: "Join" }).click();
  await notices(host).getByRole("button", { name: "Let in" }).click();
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await host.getByRole("button", { name: /^People/ }).click();
  await host.getByRole("complementary", { name: "People" }).waitFor();
  await host.getByRole("button", { name: /^Dora ?Student/ }).click();
  await host.getByRole("switch", { name: "Share the screen" }).click();
  await page.getByRole("button", { name: "Share the screen" }).click();
  await host.getByRole("button", { name: /^People/ }).click();

  const staged = host.getByRole("region", { name: /^Screen of .*Dora/ });
  await staged.waitFor();
  for (const [width, height] of [[390, 844], [844, 390], [1280, 800]]) {
    await host.setViewportSize({ width, height });
    // Where there is room the faces stand beside it.
    const left = width < 1000 ? width : width - 208;
    await eventually(async () => (await staged.boundingBox()).width === left, `${width} by ${height}`);
    if (process.env.SHOT) await host.screenshot({ path: `${process.env.SHOT}-${width}.png` });
  }
  // One's own switches stay at hand.
  await host.getByRole("button", { name: "Turn the microphone on" }).click();
  await host.getByRole("button", { name: "Turn the microphone off" }).click();
  await staged.getByRole("button", { name: "Back to the board" }).click();
  await staged.waitFor({ state: "detached" });
  await host.getByRole("button", { name: "Screen of Dora, enlarge" }).click();
  await staged.waitFor();
  await page.getByRole("button", { name: "Stop sharing the screen" }).click();
  await staged.waitFor({ state: "detached" });
  await leave(page);
});

test("voices come out of the loudspeaker that one has chosen", async () => {
  const guest = await admitted("Finn");
  await guest.getByRole("button", { name: "Turn the microphone on" }).click();
  await host.locator(".name-tile").waitFor();
  await host.getByRole("button", { name: "Devices" }).click();
  const speakers = host.getByLabel("Loudspeaker");
  await eventually(async () => (await speakers.locator("option").count()) > 1, "there are some to choose from");
  const chosen = await speakers.locator("option").nth(1).getAttribute("value");
  await speakers.selectOption(chosen);
  await host.keyboard.press("Escape");
  await eventually(() => host.evaluate((id) => document.querySelector("audio")?.sinkId === id, chosen), "it is used");
  await leave(guest);
});

test("the history opens beside the lesson, and the call goes on", async () => {
  const guest = await admitted("Gus");
  await guest.getByRole("button", { name: "Turn the microphone on" }).click();
  await host.locator(".name-tile").waitFor();
  const voice = await host.evaluateHandle(() => document.querySelector("audio"));
  await host.getByRole("button", { name: "Menu" }).click();
  await host.getByRole("button", { name: "History", exact: true }).click();
  const history = host.getByRole("complementary", { name: "History" });
  await history.getByText(/Gus.* turned the microphone on/).waitFor();
  if (process.env.SHOT) await host.screenshot({ path: `${process.env.SHOT}-history.png` });
  assert.equal(await voice.evaluate((audio) => audio.isConnected && !audio.paused), true);
  await draw(guest, 300, 300);
  await eventually(async () => (await count(host)) === 1, "the lesson goes on beside it");
  await history.getByRole("button", { name: "Back to the lesson" }).click();
  await history.waitFor({ state: "detached" });
  assert.equal(await voice.evaluate((audio) => audio.isConnected), true);
  await leave(guest);
});
