/** The countdown of a lesson, by the host's hand and in everyone's bar [TI-1]. */

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

const timer = (page) => page.locator(".top-bar .timer");
const left = (page) => timer(page).locator("time").textContent();
const dialog = () => host.getByRole("dialog");

async function openTimer() {
  await host.getByRole("button", { name: "Menu" }).click();
  await host.getByRole("button", { name: "Timer…" }).click();
  await dialog().waitFor();
}

test("[TI-1] all see the same time, also on a phone, with a clock that is wrong, and who comes later", async () => {
  const ada = await joined("Ada", { viewport: { width: 390, height: 844 } });
  const ben = await classroom.person();
  // A day ahead, as clocks of old laptops are.
  await ben.clock.install({ time: Date.now() + 86_400_000 });
  await openTimer();
  await dialog().getByLabel("What for (everyone sees it)").fill("Exercise 1");
  await dialog().getByRole("button", { name: "5 minutes", exact: true }).click();
  await timer(host).getByText("Exercise 1").waitFor();
  await timer(ada).waitFor();
  await ben.goto(link);
  await ben.getByLabel("Your name").fill("Ben");
  await ben.getByRole("button", { name: "Join" }).click();
  await timer(ben).waitFor();
  for (const page of [host, ada, ben]) assert.match(await left(page), /^(5:00|4:[3-5]\d)$/);
  assert.equal(await ada.locator("button.timer").count(), 0, "a pupil has no hand in it");

  if (process.env.SCREENSHOTS) for (const [n, p] of [host, ada].entries()) await p.screenshot({ path: `${process.env.SCREENSHOTS}/timer-${n}.png` });
  await timer(host).click();
  if (process.env.SCREENSHOTS) await host.screenshot({ path: `${process.env.SCREENSHOTS}/timer-dialog.png` });
  await dialog().getByRole("button", { name: "Pause", exact: true }).click();
  await ada.locator('.timer[data-state="stands"]').waitFor();
  const stands = await left(ada);
  await dialog().getByRole("button", { name: "One minute more" }).click();
  await eventually(async () => (await left(ada)) !== stands, "a minute more");
  assert.match(await left(ada), /^(5:|6:00$)/);
  await dialog().getByRole("button", { name: "Go on" }).click();
  await ada.locator('.timer[data-state="runs"]').waitFor();
  await ada.reload();
  await timer(ada).waitFor();
  await dialog().getByRole("button", { name: "Put away" }).click();
  for (const page of [host, ada, ben]) await timer(page).waitFor({ state: "detached" });
  await leave(ada, ben);
});

test("[TI-1] when the time is up everyone is told", async () => {
  const ada = await joined("Ada");
  await openTimer();
  await dialog().getByLabel("Minutes", { exact: true }).fill("0,05");
  await host.keyboard.press("Enter");
  await dialog().waitFor({ state: "detached" });
  for (const page of [host, ada]) {
    await page.locator('.timer[data-state="up"]').getByText("Time is up").waitFor({ state: "attached" });
    assert.equal(await left(page), "0:00");
  }
  await leave(ada);
});
