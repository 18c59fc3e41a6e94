/** Hosts beside the host, made and unmade in the panel of people. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { AXE, Classroom, converged, draw, leave } from "../support/lesson.mjs";

let classroom;
before(async () => {
  classroom = await Classroom.open();
});
after(() => classroom.close());

const people = (page) => page.getByRole("button", { name: /^People/ });

test("[SY-7] a host makes another one, who leads at once, and takes it back", async () => {
  const host = await classroom.host();
  const link = await classroom.lesson(host);
  const ada = await classroom.guest(link, "Ada");
  const ben = await classroom.guest(link, "Ben");
  for (const page of [ada, ben]) await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  for (const page of [host, ada]) await people(page).click();
  assert.equal(await ada.getByRole("switch", { name: "Everyone may draw" }).count(), 0);

  await host.getByRole("button", { name: /Ada/ }).click();
  await host.getByRole("button", { name: "Make host…" }).click();
  await host.evaluate(await readFile(AXE, "utf8"));
  const { violations } = await host.evaluate(() => window.axe.run(document));
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes[0].html]), []);
  await host.getByRole("button", { name: "Make host", exact: true }).click();

  // Ada leads: she takes Ben's pen away, and could give the lead back, but takes nobody's.
  await ada.getByRole("switch", { name: "Everyone may draw" }).click();
  await ben.getByText("You are watching").waitFor();
  await ada.getByRole("button", { name: /Ada/ }).click();
  await ada.getByRole("button", { name: "Stop being a host" }).waitFor();
  // Ada herself and Ben can be opened; the lesson's own host cannot.
  assert.equal(await ada.locator("button.person-line").count(), 2);

  const line = host.getByRole("button", { name: /Ada/ });
  if ((await line.getAttribute("aria-expanded")) === "false") await line.click();
  await host.getByRole("button", { name: "No longer a host" }).click();
  await ada.getByRole("switch", { name: "Everyone may draw" }).waitFor({ state: "detached" });
  await host.getByRole("button", { name: "Make host…" }).waitFor();
  await leave(ada, ben);
});

test("[BD-17] a pupil wipes nothing of the host's, until one switch lets them", async () => {
  classroom.server.signInLink = await classroom.server.newSignInLink();
  const host = await classroom.host();
  const link = await classroom.lesson(host);
  const ada = await classroom.guest(link, "Ada");
  await ada.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await draw(host, 300, 300);
  await converged([host, ada], 1);
  const wipe = async () => {
    await ada.locator(".board").focus();
    await ada.keyboard.press("ControlOrMeta+a");
    await ada.keyboard.press("Delete");
  };
  await wipe();
  await ada.keyboard.press("p");
  await draw(ada, 300, 400);
  await converged([host, ada], 2);

  await people(host).click();
  await host.getByRole("button", { name: /Ada/ }).click();
  await host.getByRole("switch", { name: "Change others' work" }).click();
  await host.getByRole("switch", { name: "Change others' work", checked: true }).waitFor();
  await wipe();
  await converged([host, ada], 0);
  await leave(ada);
});
