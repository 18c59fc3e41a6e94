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
  await ben.getByRole("button", { name: "Turn the camera on" }).tap();
  await host.locator(".tile").getByText("Ben").waitFor();
  await people(ben).tap();
  await ben.getByRole("button", { name: "Applause" }).tap();
  await host.locator(".tile", { hasText: "Ben" }).getByText("👏").waitFor();
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

test("[PE-6] [PE-7] everyone sees a face large, who comes later too, and who looks elsewhere is known", async () => {
  const ada = await joined("Dora", { permissions: ["microphone", "camera"] });
  const ben = await joined("Ben", PHONE);
  await ada.getByRole("button", { name: "Turn the camera on", exact: true }).click();
  if (!(await host.getByRole("button", { name: "Pick somebody" }).isVisible())) await people(host).click();
  await host.getByRole("button", { name: /^Dora Student/ }).click();
  const lit = host.getByRole("switch", { name: "Everyone sees their face large" });
  await lit.click();
  const stage = (page) => page.getByRole("region", { name: "Dora" }).locator("video");
  for (const page of [host, ben]) await stage(page).waitFor();
  await notices(ada).getByText("Everyone sees you large now").waitFor();
  await ada.getByRole("button", { name: /You, seen large by everyone/ }).waitFor();
  await shot(host, "spotlight-host");
  await shot(ben, "spotlight-ben");
  const late = await joined("Late");
  await stage(late).waitFor();
  // One who wants to write goes back to the board, and from the picture back to the stage.
  await late.getByRole("button", { name: "Back to the board" }).click();
  await stage(late).waitFor({ state: "detached" });
  assert.equal(await late.getByRole("button", { name: "End for everyone" }).count(), 0);
  await late.getByRole("button", { name: "Dora, enlarge" }).click();
  await stage(late).waitFor();
  await host.getByRole("button", { name: "End for everyone" }).click();
  for (const page of [host, ben, late]) await stage(page).waitFor({ state: "detached" });
  assert.equal(await lit.getAttribute("aria-checked"), "false");

  const dora = host.getByRole("button", { name: /^Dora.*not looking at this page/ });
  await hidden(ada, true);
  await dora.waitFor();
  await shot(host, "away-host");
  await hidden(ada, false);
  await dora.waitFor({ state: "detached" });
  await people(host).click();
  await leave(ada, ben, late);
});

/** Another tab is in front of it, or not: a page without a window is never hidden by itself. */
async function hidden(page, isHidden) {
  await page.evaluate((is) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => is });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);
}
