/** A board that comes page by page: what is seen, drawn and told while the rest is on its way. */

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { converged, count, draw, eventually } from "../support/lesson.mjs";
import { classroom, host, link } from "../support/lesson_each.mjs";

const SHOTS = process.env.SCREENSHOTS;

const pager = (page) => page.getByRole("group", { name: "Pages" });
const isOn = (page, n, of) => pager(page).getByText(`${n} / ${of}`, { exact: true }).waitFor();
const coming = (page) => page.getByText("This page is still loading…");

/** Pages with a stroke on the first, two on the second, three on the third; the host looks at the first. */
async function threePages() {
  await draw(host, 500, 300);
  for (const strokes of [2, 3]) {
    await pager(host).getByRole("button", { name: /All pages/ }).click();
    const panel = host.getByRole("complementary", { name: "Pages" });
    await panel.getByRole("button", { name: "Add page" }).click();
    await isOn(host, strokes, strokes);
    await panel.getByRole("button", { name: "Close" }).click();
    for (let n = 0; n < strokes; n += 1) await draw(host, 400, 250 + 80 * n);
  }
  await host.keyboard.press("PageUp");
  await host.keyboard.press("PageUp");
  await isOn(host, 1, 3);
  await host.locator('.saved[data-state="saved"]').waitFor();
}

/** A person to whom no part of the board comes until `release`. */
async function onASlowLine(options) {
  const page = await classroom.person(options);
  const held = [];
  let isHeld = true;
  let send = () => undefined;
  await page.routeWebSocket(/\/ws\/classroom\//, (near) => {
    const far = near.connectToServer();
    send = (message) => near.send(message);
    far.onMessage((message) => {
      if (isHeld && JSON.parse(message).type === "board_part") held.push(message);
      else near.send(message);
    });
  });
  const release = () => {
    isHeld = false;
    for (const message of held.splice(0)) send(message);
  };
  await page.goto(link);
  await page.getByLabel("Your name").fill("Ada");
  await page.getByRole("button", { name: "Join" }).click();
  return { page, held, release, hold: () => void (isHeld = true) };
}

test("[BD-28] a page is seen and drawn on before the others are there, and they come behind it", async () => {
  await threePages();
  const { page: guest, held, release } = await onASlowLine();
  await isOn(guest, 1, 3);
  await eventually(async () => (await count(guest)) === 1, "the first page is drawn");
  await eventually(() => held.length === 2, "two parts are on their way");
  await draw(guest, 500, 500);
  await converged([host, guest], 2);
  await draw(host, 500, 400);
  await converged([host, guest], 3);

  await guest.locator(".board").focus();
  await guest.keyboard.press("PageDown");
  await isOn(guest, 2, 3);
  await coming(guest).waitFor();
  if (SHOTS) await guest.screenshot({ path: path.join(SHOTS, "page-coming.png"), animations: "disabled" });
  await draw(guest, 500, 600);
  assert.equal(await count(guest), 0, "nobody draws on what they have not seen");
  await host.keyboard.press("PageDown");
  await draw(host, 700, 600);
  await eventually(async () => (await count(guest)) === 1, "what others draw there is seen");

  release();
  await coming(guest).waitFor({ state: "detached" });
  await converged([host, guest], 3);
  await draw(guest, 500, 600);
  await converged([host, guest], 4);
  for (const page of [host, guest]) {
    await page.locator(".board").focus();
    await page.keyboard.press("PageDown");
  }
  await converged([host, guest], 3);
});

test("[BD-28] where people were brought to is there first", async () => {
  await threePages();
  const other = await classroom.guest(link, "Ben");
  await other.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await host.keyboard.press("PageDown");
  await pager(host).getByRole("button", { name: /All pages/ }).click();
  await host.getByRole("complementary", { name: "Pages" }).getByRole("button", { name: "Bring everyone here" }).click();
  const { page: guest, held } = await onASlowLine();
  await isOn(guest, 2, 3);
  await eventually(async () => (await count(guest)) === 2, "the second page is drawn");
  await eventually(() => held.length === 2, "two parts are on their way");
});

test("[BD-28] [P6] cut off in between, all of it is there after the line is back", async () => {
  await threePages();
  const { wire, link: wired } = await classroom.wired(link);
  const guest = await classroom.person();
  await guest.routeWebSocket(/\/ws\/classroom\//, (near) => {
    const far = near.connectToServer();
    far.onMessage((message) => {
      if (JSON.parse(message).type !== "board_part") near.send(message);
    });
  });
  await guest.goto(wired);
  await guest.getByLabel("Your name").fill("Ada");
  await guest.getByRole("button", { name: "Join" }).click();
  await eventually(async () => (await count(guest)) === 1, "the first page is drawn");
  wire.cut();
  await guest.getByText(/No connection|reconnect/i).first().waitFor();
  await draw(guest, 500, 500);
  await host.keyboard.press("PageDown");
  await draw(host, 700, 600);
  wire.mend();
  await guest.locator('.saved[data-state="saved"]').waitFor();
  await guest.locator(".board").focus();
  await guest.keyboard.press("PageDown");
  await converged([host, guest], 3);
  await host.keyboard.press("PageUp");
  await guest.keyboard.press("PageUp");
  await converged([host, guest], 2);
});
