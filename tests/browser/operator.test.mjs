/** The operator's page: what runs, who is there, what each role may do. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { AXE, Classroom, eventually } from "./lesson.mjs";

let classroom;
before(async () => {
  classroom = await Classroom.open();
});
after(() => classroom.close());

test("the operator sees what runs, removes a person, sets a role, and breaks a lesson off", async () => {
  const host = await classroom.host();
  const link = await classroom.lesson(host, { title: "Geometry" });
  const guest = await classroom.guest(link, "Mallory");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await host.getByRole("button", { name: "Menu" }).click();
  await host.getByRole("button", { name: "Leave" }).click();
  await host.getByRole("button", { name: "Server" }).click();

  const rooms = host.getByRole("region", { name: "Open now" });
  await rooms.getByRole("rowheader", { name: "Geometry" }).waitFor();
  await host.evaluate(await readFile(AXE, "utf8"));
  const violations = await host.evaluate(async () => {
    const found = await window.axe.run(document);
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
  });
  assert.deepEqual(violations, []);

  await rooms.getByRole("button", { name: "People" }).click();
  await host.getByRole("button", { name: "Remove" }).click();
  await host.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).last().click();
  await guest.getByText("You were removed from the lesson.").waitFor();
  await host.getByText("removed", { exact: false }).first().waitFor();
  await host.keyboard.press("Escape");

  const student = host.getByRole("group", { name: "Student" });
  const export_ = student.getByRole("switch", { name: "Download the board" });
  await eventually(async () => (await export_.getAttribute("aria-checked")) === "true", "it is on");
  await export_.click();
  await host.reload();
  await eventually(async () => (await export_.getAttribute("aria-checked")) === "false", "it is kept");

  const sessions = host.getByRole("region", { name: "All lessons" });
  await sessions.getByRole("button", { name: "Break off…" }).click();
  await host.getByRole("button", { name: "Break off", exact: true }).click();
  await sessions.getByText("Broken off").waitFor();
});

test("whoever is no operator learns nothing there", async () => {
  const nobody = await classroom.person();
  await nobody.goto(new URL("/operator", classroom.server.signInLink).href);
  await nobody.getByText("This page is for the operator of the server.").waitFor();
});
