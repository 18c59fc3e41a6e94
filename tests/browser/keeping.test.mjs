/** What is kept on the device: pending strokes, words that are being written. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Classroom, converged, count, draw, eventually, goHome, leave } from "./lesson.mjs";

let classroom;
let host;
let link;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host();
});
beforeEach(async () => {
  if (link !== undefined) await goHome(host);
  link = await classroom.lesson(host);
});
after(() => classroom.close());

async function joined(name, options) {
  const page = await classroom.guest(link, name, options);
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  return page;
}

/** From the next load of the page on, what the device keeps is not to be had before `window.answer()`. */
async function withMuteStorage(page) {
  await page.addInitScript(() => {
    const opening = IDBFactory.prototype.open;
    const answered = new Promise((resolve) => {
      window.answer = resolve;
    });
    IDBFactory.prototype.open = function (...args) {
      const mute = new EventTarget();
      void answered.then(() => {
        const request = opening.apply(this, args);
        request.onupgradeneeded = () => {
          mute.result = request.result;
          mute.onupgradeneeded?.();
        };
        request.onsuccess = () => {
          mute.result = request.result;
          mute.onsuccess?.();
        };
      });
      return mute;
    };
  });
}

test("[BD-6] a device that does not say what it has kept keeps nobody out, and what it kept comes later", async () => {
  const { wire, link: wired } = await classroom.wired(link);
  const page = await classroom.guest(wired, "Ada");
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  wire.swallow();
  await draw(page, 300, 250);
  await page.locator('.saved[data-state="saving"]').waitFor();
  await withMuteStorage(page);
  await page.reload();
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await draw(page, 300, 400);
  await draw(page, 300, 500);
  await converged([page, host], 2);
  await page.evaluate(() => window.answer());
  await converged([page, host], 3);
  await leave(page);
});

test("[BD-6] without a connection and without an answer of the device, what is drawn arrives all the same", async () => {
  const { wire, link: wired } = await classroom.wired(link);
  const page = await classroom.guest(wired, "Ada");
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await withMuteStorage(page);
  await page.reload();
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  wire.cut();
  await page.getByText("Keep drawing").waitFor();
  for (const y of [250, 350, 450]) await draw(page, 300, y, { points: 10 });
  assert.equal(await count(page), 3);
  wire.mend();
  await page.getByRole("button", { name: "Reconnect now" }).click();
  await converged([page, host], 3);
  await leave(page);
});
