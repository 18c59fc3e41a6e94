/** Who wants to say something: hands, raised and lowered by mouse and by keyboard [SY-10]. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Classroom, eventually, leave } from "../support/lesson.mjs";

let classroom;
let host;
let link;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host();
  link = await classroom.lesson(host);
});
after(() => classroom.close());

async function joined(name, options) {
  const page = await classroom.guest(link, name, options);
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  return page;
}

function hands(page) {
  return page.getByRole("region", { name: "Raised hands" }).locator("li bdi").allTextContents();
}

async function shows(page, ...expected) {
  await eventually(
    async () => JSON.stringify(await hands(page)) === JSON.stringify(expected),
    `${expected} have their hands up`,
  );
}

const hand = (page) => page.getByRole("button", { name: /^(Raise|Lower) hand$/ });

test("[SY-10] hands stand in the order in which people asked, and the host takes them down", async () => {
  const [ada, ben] = [await joined("Ada"), await joined("Ben", { viewport: { width: 390, height: 844 }, hasTouch: true })];
  await host.getByRole("button", { name: /^People/ }).click();
  await hand(ben).tap();
  await shows(host, "Ben");
  await ada.locator(".board").focus();
  await ada.keyboard.press("Shift+H");
  await shows(host, "Ben", "Ada");
  await host.getByRole("button", { name: /Raised hands: 2/ }).waitFor();
  assert.equal(await hand(ada).getAttribute("aria-pressed"), "true");
  assert.equal(await hand(host).count(), 0, "who leads asks nobody");

  await host.getByRole("button", { name: "Lower Ben’s hand" }).click();
  await shows(host, "Ada");
  await ben.locator('button[aria-pressed="false"][aria-label="Raise hand"]').waitFor();
  await hand(ben).tap();
  await shows(host, "Ada", "Ben");
  await host.getByRole("button", { name: "Lower all hands" }).click();
  await shows(host);
  await ada.locator('button[aria-pressed="false"][aria-label="Raise hand"]').waitFor();
  await leave(ada, ben);
});

test("[SY-10] a reload leaves the hand up; who leaves asks nothing any more", async () => {
  const page = await joined("Cleo");
  await hand(page).click();
  await shows(host, "Cleo");
  await page.reload();
  await page.locator('button[aria-pressed="true"][aria-label="Lower hand"]').waitFor();
  await shows(host, "Cleo");
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("button", { name: "Leave" }).click();
  await shows(host);
  await leave(page);
});
