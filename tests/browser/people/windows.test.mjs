/** Full screen and a window of its own for the call: where the browser has them, has none, and does not let the page. */

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { Classroom, leave } from "../support/lesson.mjs";

const SHOTS = process.env.SCREENSHOTS;
const PERMISSIONS = { permissions: ["microphone", "camera"] };

let classroom;
let host;
let link;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host(PERMISSIONS);
  link = await classroom.lesson(host);
  await host.getByRole("button", { name: "Turn the camera on", exact: true }).click();
});
after(() => classroom.close());

const WINDOW = "Pictures in a window of their own";
const button = (page, name) => page.getByRole("button", { name, exact: true });
const people = (page) => page.getByRole("button", { name: /^People/ });

/** Somebody in the call, in whose page `change` ran first; the host's face is large. */
async function withFace(name, change) {
  const page = await classroom.person(PERMISSIONS);
  await page.addInitScript(change);
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await button(page, "Join").click();
  await button(page, "Operator, enlarge").waitFor();
  return page;
}

/** As browsers are that know nothing of it: the fields are not there at all. */
function without() {
  delete window.documentPictureInPicture;
  for (const name of ["pictureInPictureEnabled", "pictureInPictureElement", "fullscreenEnabled", "fullscreenElement"]) {
    Object.defineProperty(Document.prototype, name, { configurable: true, value: undefined });
  }
}

/** As an embedder or a setting may have it: all is there, and refused. */
function refusing() {
  const refuse = () => Promise.reject(new DOMException("not allowed", "NotAllowedError"));
  window.documentPictureInPicture.requestWindow = refuse;
  HTMLVideoElement.prototype.requestPictureInPicture = refuse;
  Element.prototype.requestFullscreen = refuse;
}

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: path.join(SHOTS, `windows-${name}.png`) });
}

async function lit(is) {
  if (!(await host.getByRole("complementary", { name: "People" }).isVisible())) await people(host).click();
  const own = host.getByRole("switch", { name: /large/ });
  if (!(await own.isVisible())) await host.getByRole("button", { name: /^Operator/ }).first().click();
  if ((await own.getAttribute("aria-checked")) !== String(is)) await own.click();
}

test("a browser that has neither shows no button for them, and knows when nobody looks", async () => {
  const page = await withFace("Fox", without);
  await lit(true);
  await page.getByRole("region", { name: "Operator" }).locator("video").waitFor();
  await button(page, "Back to the board").waitFor();
  for (const name of ["Full screen", WINDOW]) assert.equal(await button(page, name).count(), 0, name);
  // The key puts the face away as ever.
  await button(page, "Back to the board").focus();
  await page.keyboard.press("Escape");
  await page.getByRole("region", { name: "Operator" }).waitFor({ state: "detached" });
  await button(page, "Hide the pictures").waitFor();
  await shot(page, "none");
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await host.getByRole("button", { name: /^Fox.*not looking at this page/ }).waitFor();
  await leave(page);
});

test("where the browser does not let the page, it says so, and nothing else changes", async () => {
  const page = await withFace("Owl", refusing);
  await lit(true);
  await button(page, "Full screen").click();
  await page.getByRole("alert").getByText("the browser does not let this page fill the screen", { exact: false }).waitFor();
  await shot(page, "no-full-screen");
  assert.equal(await button(page, "Full screen").getAttribute("aria-pressed"), "false");
  await button(page, "Back to the board").click();
  await button(page, WINDOW).click();
  await page.getByRole("alert").getByText("the browser opens no window of its own here", { exact: false }).waitFor();
  assert.equal(await button(page, WINDOW).getAttribute("aria-pressed"), "false");
  await shot(page, "no-window");
  await leave(page);
});

test("where it has them a face fills the screen and comes back, and Escape does not put it away", async () => {
  const page = await withFace("Elk", () => undefined);
  await lit(true);
  const face = page.getByRole("region", { name: "Operator" });
  await button(page, "Full screen").click();
  await page.waitForFunction(() => document.fullscreenElement?.classList.contains("staged"));
  await page.locator('[aria-label="Full screen"][aria-pressed="true"]').click();
  await page.waitForFunction(() => document.fullscreenElement === null);
  await face.waitFor();
  await leave(page);
});
