/** Reactions, whose turn it is, quiet for all, and pencils down, as people see them [PE-1] to [PE-5]. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Classroom, eventually, leave } from "../support/lesson.mjs";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };

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

const people = (page) => page.getByRole("button", { name: /^People/ });
const notices = (page) => page.getByRole("log", { name: "What happens" });

async function shot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}

test("[PE-1] [PE-2] a reaction and whose turn it is are seen by everyone", async () => {
  const [ada, ben] = [await joined("Ada"), await joined("Ben", PHONE)];
  await people(ben).tap();
  await ben.getByRole("button", { name: "Applause" }).tap();
  for (const page of [host, ada, ben]) {
    await notices(page).getByRole("img", { name: "Applause" }).waitFor();
    await shot(page, `reaction-${page === host ? "host" : page === ada ? "ada" : "ben"}`);
  }
  await people(host).click();
  await host.getByRole("button", { name: "Pick somebody" }).click();
  const turns = [ada, ben].map((page) => notices(page).getByText("It is your turn"));
  await eventually(async () => (await turns[0].count()) + (await turns[1].count()) === 1, "one of them was picked");
  const first = (await turns[0].count()) === 1 ? 0 : 1;
  await host.getByRole("button", { name: "Pick somebody" }).click();
  await turns[1 - first].waitFor();
  await shot(host, "picked-host");
  await people(host).click();
  await leave(ada, ben);
});

test("[PE-5] pencils are laid down and taken up by one switch", async () => {
  const ada = await joined("Ada");
  const pen = ada.getByRole("button", { name: "Pen", exact: true });
  await people(host).click();
  const down = host.getByRole("switch", { name: "Pencils down: only hosts draw" });
  await down.click();
  await eventually(async () => (await pen.count()) === 0, "the pen is gone");
  assert.equal(await down.getAttribute("aria-checked"), "true");
  await down.click();
  await eventually(async () => (await pen.count()) === 1, "the pen is back");
  await people(host).click();
  await leave(ada);
});

test("[PE-3] [PE-4] everyone is muted, and one is asked to speak with one tap", async () => {
  const ada = await joined("Cleo", { permissions: ["microphone", "camera"] });
  const mic = (is) => ada.getByRole("button", { name: `Turn the microphone ${is}`, exact: true });
  await mic("on").click();
  await people(host).click();
  const muteAll = host.getByRole("button", { name: "Mute everyone" });
  await eventually(() => muteAll.isEnabled(), "she is heard");
  await muteAll.click();
  await notices(ada).getByText("The host turned your microphone off").waitFor();
  await mic("on").waitFor();
  await host.getByRole("button", { name: /^Cleo/ }).click();
  await host.getByRole("button", { name: "Ask to unmute" }).click();
  await shot(host, "people-host");
  const turnOn = notices(ada).getByRole("button", { name: "Turn on" });
  await turnOn.waitFor();
  await shot(ada, "asked-ada");
  await turnOn.click();
  await mic("off").waitFor();
  await eventually(() => muteAll.isEnabled(), "the host sees it");
  await leave(ada);
});
