/** The operator's page: what runs, who is there, what each role may do. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, beforeEach, test } from "node:test";
import { AXE, Classroom, draw, eventually, goHome } from "../support/lesson.mjs";

let classroom;
/** Signed in once: the link is of no use a second time. */
let host;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host();
});
beforeEach(async () => {
  await host.setViewportSize({ width: 1280, height: 800 });
  await host.goto(new URL("/", classroom.server.signInLink).href);
});
after(() => classroom.close());

async function isAccessible(page) {
  await page.evaluate(await readFile(AXE, "utf8"));
  const violations = await page.evaluate(async () => {
    const found = await window.axe.run(document);
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
  });
  assert.deepEqual(violations, []);
}

test("the operator sees what runs, removes a person, sets a role, and breaks a lesson off", async () => {
  const link = await classroom.lesson(host, { title: "Geometry" });
  const guest = await classroom.guest(link, "Mallory");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await goHome(host);
  await host.getByRole("button", { name: "Server" }).click();

  const rooms = host.getByRole("region", { name: "Open now" });
  await rooms.getByRole("rowheader", { name: "Geometry" }).waitFor();
  await isAccessible(host);

  await rooms.getByRole("button", { name: "People" }).click();
  await host.getByRole("button", { name: "Remove" }).click();
  const question = host.getByRole("dialog", { name: /^Remove .*Mallory/ });
  await question.getByRole("button", { name: "Remove", exact: true }).click();
  await guest.getByText("You were removed from the lesson.").waitFor();
  await host.getByText("removed", { exact: false }).first().waitFor();
  await host.keyboard.press("Escape");

  await host.getByRole("tab", { name: "Permissions" }).click();
  const export_ = host.getByRole("switch", { name: "Student: Download the board" });
  await eventually(async () => (await export_.getAttribute("aria-checked")) === "true", "it is on");
  // A page that is loaded anew at once takes what it asked for along.
  const isAnswered = host.waitForResponse((response) => response.request().method() !== "GET");
  await export_.click();
  await isAnswered;
  await host.reload();
  await eventually(async () => (await export_.getAttribute("aria-checked")) === "false", "it is kept");
  await isAccessible(host);

  await host.getByRole("tab", { name: "Lessons" }).click();
  const sessions = host.getByRole("region", { name: "All lessons" });
  await sessions.getByRole("button", { name: "Break off…" }).click();
  await host.getByRole("button", { name: "Break off", exact: true }).click();
  await sessions.getByText("Broken off").waitFor();
  const row = (title) => sessions.getByRole("row", { name: new RegExp(title) });
  assert.equal(await row("Geometry").getByRole("button", { name: "Reopen" }).count(), 0, "it was broken off");

  await host.goto(new URL("/", classroom.server.signInLink).href);
  await classroom.lesson(host, { title: "Trigonometry" });
  await host.getByRole("button", { name: "End lesson" }).click();
  await host.getByRole("dialog").getByRole("button", { name: "End lesson" }).click();
  await host.getByRole("button", { name: "Reopen the lesson" }).waitFor();
  await host.goto(new URL("/operator#sessions", classroom.server.signInLink).href);
  await host.getByRole("tab", { name: "Lessons" }).click();
  await row("Trigonometry").getByRole("button", { name: "Reopen" }).click();
  const asked = host.getByRole("dialog", { name: /^Reopen .*Trigonometry/ });
  await isAccessible(host);
  await asked.getByRole("button", { name: "Reopen" }).click();
  await row("Trigonometry").getByRole("button", { name: "Break off…" }).waitFor();
});

test("the operator looks through all tables, narrows them, and goes from a lesson to what is in it", async () => {
  const link = await classroom.lesson(host, { title: "Botany" });
  const guest = await classroom.guest(link, "Linnaeus");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await draw(guest, 250, 250);
  await guest.locator('.saved[data-state="saved"]').waitFor();
  await host.goto(new URL("/", classroom.server.signInLink).href);
  await classroom.lesson(host, { title: "Chemistry" });
  await host.goto(new URL("/operator", classroom.server.signInLink).href);

  const panel = host.getByRole("tabpanel");
  const rows = panel.getByRole("rowheader");
  const names = (...expected) =>
    eventually(async () => (await rows.allTextContents()).join() === expected.join(), expected.join());
  await rows.nth(1).waitFor();
  assert.deepEqual((await rows.allTextContents()).slice(0, 2), ["Chemistry", "Botany"]);
  // As one types: nobody presses Enter.
  await panel.getByLabel("Title or booking").pressSequentially("bota");
  await names("Botany");
  await panel.getByLabel("Type").selectOption("Solo board");
  await panel.getByText("Nothing to show.").waitFor();
  await panel.getByLabel("Type").selectOption("All");
  await names("Botany");

  await panel.getByRole("row", { name: /Botany/ }).getByRole("button", { name: "People" }).click();
  await panel.getByText(/Of “.Botany.” alone/).waitFor();
  await eventually(async () => (await rows.allTextContents()).includes("Linnaeus"), "who was there");
  await panel.getByLabel("Role").selectOption("Student");
  await names("Linnaeus");
  await isAccessible(host);

  await host.getByRole("tab", { name: "People" }).press("ArrowRight");
  await eventually(
    async () => (await host.getByRole("tab", { name: "Saved boards" }).getAttribute("aria-selected")) === "true",
    "the arrow leads to the next table",
  );
  await panel.getByText(/Of “.Botany.” alone/).waitFor();
  await panel.getByLabel("Type").selectOption("By itself");
  await eventually(async () => {
    await panel.getByRole("button", { name: "Refresh" }).click();
    return (await rows.count()) > 0;
  }, "the board is saved after a while");
  await isAccessible(host);

  await host.getByRole("tab", { name: "Events" }).click();
  await panel.getByLabel("What").selectOption("drew");
  await eventually(async () => {
    const all = await rows.allTextContents();
    return all.length > 0 && all.every((what) => what === "drew");
  }, "strokes alone");
  await panel.locator("summary").first().click();
  await panel.getByText('"operations"').first().waitFor();
  await panel.getByLabel("After event no.").pressSequentially("100000");
  await panel.getByText("Nothing to show.").waitFor();
  await host.setViewportSize({ width: 390, height: 844 });
  await panel.getByRole("button", { name: "Of all lessons" }).click();
  await panel.getByText("Drawing is listed when you look at one lesson.").waitFor();
  await panel.getByRole("row", { name: /Chemistry/ }).first().waitFor();
  await isAccessible(host);
  const isTooWide = await host.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(isTooWide, false, "a phone does not scroll sideways");

  await host.goBack();
  await panel.getByText(/Of “.Botany.” alone/).waitFor();
});

test("[PG-10] the operator gives everyone what is on somebody's shelf, and takes it back", async () => {
  await classroom.lesson(host, { title: "Geography" });
  const id = new URL(host.url()).pathname.split("/").at(-1);
  const call = (method, path, body) =>
    host.evaluate(
      async ([way, where, what]) => {
        const authorization = `Bearer ${localStorage.getItem("lessonroom.user")}`;
        const headers = { authorization, "content-type": "application/json" };
        return (await fetch(`/api/v1/classroom/${where}`, { method: way, headers, ...(what && { body: JSON.stringify(what) }) })).json();
      },
      [method, path, body],
    );
  const { item_id } = await call("POST", `sessions/${id}/shelf/`, { name: "Карта світу" });
  const isShared = async () => (await call("GET", "shelf/")).items.find((item) => item.item_id === item_id).is_shared;
  await host.goto(new URL("/operator#table=shelves", classroom.server.signInLink).href);
  const panel = host.getByRole("tabpanel");
  const everyone = panel.getByRole("switch", { name: /Карта світу.* for everyone/ });
  await everyone.waitFor();
  await isAccessible(host);
  if (process.env.SCREENSHOTS) await host.screenshot({ path: `${process.env.SCREENSHOTS}/operator_shelves.png` });
  await panel.getByLabel("For everyone").selectOption("yes");
  await panel.getByText("Nothing to show.").waitFor();
  await panel.getByLabel("For everyone").selectOption("no");
  for (const isOn of [true, false]) {
    await everyone.click();
    await eventually(async () => (await everyone.getAttribute("aria-checked")) === String(isOn), "the switch says so");
    assert.equal(await isShared(), isOn);
  }
  await host.setViewportSize({ width: 360, height: 780 });
  const isTooWide = await host.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(isTooWide, false, "a phone does not scroll sideways");
  if (process.env.SCREENSHOTS) await host.screenshot({ path: `${process.env.SCREENSHOTS}/operator_shelves_360.png`, fullPage: true });
});

test("whoever is no operator learns nothing there", async () => {
  const nobody = await classroom.person();
  await nobody.goto(new URL("/operator", classroom.server.signInLink).href);
  await nobody.getByText("This page is for the operator of the server.").waitFor();
});
