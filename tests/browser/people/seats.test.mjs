/** A guest's seat: kept over an absence that their token does not outlive, and on this device alone. */

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { ClassroomApi, connect } from "../../../gateway/static/sdk/lessonroom.js";
import { Classroom, count, draw, eventually, leave } from "../support/lesson.mjs";

let classroom;
let origin;
before(async () => {
  classroom = await Classroom.open();
  origin = new URL(classroom.server.signInLink).origin;
});
after(() => {
  // A token and a key that open nothing are refused, which the browser tells its console.
  classroom.faults = classroom.faults.filter((fault) => !/status of (40[13]|410).*\/(token|join|invitation)\//.test(fault));
  return classroom.close();
});

async function host() {
  const link = new URL(await classroom.server.newSignInLink());
  const { token } = await new ClassroomApi(origin).signIn(link.hash.slice(1));
  return token;
}

/** A lesson that has begun, and the link to it. */
async function lesson() {
  const api = new ClassroomApi(origin, await host());
  const { session_id: id, access_code: code } = await api.createLesson("Geometry");
  const seat = await api.join(id);
  const teacher = connect({ url: seat.ws_url, token: seat.token });
  await eventually(() => teacher.status.connection === "live", "the teacher is there");
  await teacher.command("start", {});
  const names = () => [...teacher.state.roster.values()].map(({ name }) => name);
  const named = (name) => [...teacher.state.roster.values()].find((person) => person.name === name);
  return { teacher, id, code, link: `${origin}/join/${id}#code=${code}`, names, named };
}

const pen = { name: "Pen", exact: true };

/** All tokens of the server are void from now on, as they are when their time is over. */
async function endAllTokens() {
  await classroom.server.kill();
  await rm(path.join(classroom.server.home, "signing-secret"));
  await classroom.server.run();
}

test("[SY-9] a token that ends while the network is gone: the same person, and what was drawn is there once", async () => {
  const { teacher, id, link, named } = await lesson();
  const { wire, link: wired } = await classroom.wired(link);
  const ann = await classroom.guest(wired, "Ann");
  await ann.getByRole("button", pen).waitFor();
  await draw(ann, 200, 200, { points: 12 });
  await ann.locator('.saved[data-state="saved"]').waitFor();
  const before = named("Ann").user_id;
  wire.cut();
  await ann.getByText("Keep drawing").waitFor();
  await draw(ann, 200, 320, { points: 12 });
  await draw(ann, 200, 440, { points: 12 });
  await endAllTokens();
  teacher.leave();
  wire.mend();
  await ann.getByRole("button", { name: "Reconnect now" }).click();
  await ann.getByText("Keep drawing").waitFor({ state: "detached" });
  await ann.locator('.saved[data-state="saved"]').waitFor();
  assert.equal(await count(ann), 3);
  const api = new ClassroomApi(origin, await host());
  const seat = await api.join(id);
  const again = connect({ url: seat.ws_url, token: seat.token });
  await eventually(() => again.status.connection === "live", "the teacher is back");
  const people = [...again.state.roster.values()];
  assert.deepEqual(people.map(({ name }) => name).sort(), ["Ann", "Operator"]);
  assert.equal(people.find(({ name }) => name === "Ann").user_id, before);
  assert.equal(again.board.elements.size, 3);
  assert.ok([...again.board.elements.values()].every(({ by }) => by === before));
  // Her own change of before can still be taken back.
  await ann.keyboard.press("Control+z");
  await eventually(() => again.board.elements.size === 2, "the last stroke is gone for everyone");
  again.leave();
  await leave(ann);
});

test("[SY-9] the page asks for the next token well before the present one ends", async () => {
  const { teacher, link } = await lesson();
  const page = await classroom.person();
  await page.clock.install();
  await page.goto(link);
  await page.getByLabel("Your name").fill("Bea");
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("button", pen).waitFor();
  const renewed = page.waitForResponse((response) => response.url().endsWith("/token/"));
  await page.clock.fastForward("01:25:00");
  assert.equal((await renewed).status(), 200);
  await leave(page);
  teacher.leave();
});

test("[SY-9] who comes back the next day goes on as who they were, without name and code", async () => {
  const { teacher, id, link, names, named } = await lesson();
  const first = await classroom.guest(link, "Cleo");
  await first.getByRole("button", pen).waitFor();
  const { user_id } = named("Cleo");
  const context = first.context();
  await first.close();
  const next = await context.newPage();
  await next.goto(`${origin}/join/${id}`);
  await next.getByRole("heading", { name: "Geometry" }).waitFor();
  await next.getByRole("button", { name: "Go on as Cleo" }).waitFor();
  if (process.env.SCREENSHOTS) await next.screenshot({ path: `${process.env.SCREENSHOTS}/back.png` });
  await next.getByRole("button", { name: "Go on as Cleo" }).click();
  await next.getByRole("button", pen).waitFor();
  await eventually(() => named("Cleo").status === "connected", "she is back");
  assert.equal(named("Cleo").user_id, user_id);
  assert.deepEqual(names().sort(), ["Cleo", "Operator"]);
  // Her brother at the same computer is somebody else, and both can come back.
  const brother = await context.newPage();
  await brother.goto(link);
  await brother.getByRole("button", { name: "I am somebody else" }).click();
  await brother.getByLabel("Your name").fill("Dan");
  await brother.getByRole("button", { name: "Join", exact: true }).click();
  await brother.getByRole("button", pen).waitFor();
  await eventually(() => named("Dan")?.status === "connected", "he is there");
  assert.notEqual(named("Dan").user_id, user_id);
  const third = await context.newPage();
  await third.goto(link);
  for (const name of ["Cleo", "Dan"]) await third.getByRole("button", { name: `Go on as ${name}` }).waitFor();
  if (process.env.SCREENSHOTS) await third.screenshot({ path: `${process.env.SCREENSHOTS}/back_two.png` });
  await leave(third);
  teacher.leave();
});

test("[SY-9] who was removed is not let in by what their device keeps", async () => {
  const { teacher, id, link, named } = await lesson();
  const eve = await classroom.guest(link, "Eve");
  await eve.getByRole("button", pen).waitFor();
  await eventually(() => named("Eve")?.status === "connected", "she is there");
  await teacher.command("kick", { user_id: named("Eve").user_id, lock_link: true });
  await eve.getByText("You were removed").waitFor();
  await eve.goto(`${origin}/join/${id}`);
  await eve.getByLabel("Your name").waitFor();
  assert.equal(await eve.getByRole("button", { name: /Go on as/ }).count(), 0);
  await leave(eve);
  teacher.leave();
});

test("[SY-9] after the end who was there takes the board along, whenever they come; nobody is asked for a code", async () => {
  const { teacher, id, link, named } = await lesson();
  const gil = await classroom.guest(link, "Gil");
  await gil.getByRole("button", pen).waitFor();
  await eventually(() => named("Gil")?.status === "connected", "he is there");
  const context = gil.context();
  await gil.close();
  // The room may hang up before it answers.
  await teacher.command("complete", {}).catch(() => undefined);
  const later = await context.newPage();
  await later.goto(`${origin}/join/${id}`);
  await later.getByText("The lesson is over").waitFor();
  await later.getByRole("button", { name: "Download" }).click();
  await later.getByRole("dialog").waitFor();
  assert.equal(await later.getByLabel("Access code").count(), 0);
  const page = await classroom.person();
  await page.goto(await classroom.server.newSignInLink());
  await page.getByRole("heading", { name: "Lessons" }).waitFor();
  await page.goto(`${origin}/room/${id}`);
  for (const name of [/History/, "Next lesson…"]) await page.getByRole("button", { name }).waitFor();
  assert.equal(await page.getByLabel("Access code").count(), 0);
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/over.png` });
  await leave(later, page);
});

test("[SY-8] removing a guest locks the link, removing one who was invited by name leaves it", async () => {
  const { teacher, id, link, named } = await lesson();
  const page = await classroom.person();
  await page.goto(await classroom.server.newSignInLink());
  await page.getByRole("heading", { name: "Lessons" }).waitFor();
  await page.goto(`${origin}/room/${id}`);
  const response = await fetch(`${origin}/api/v1/classroom/sessions/${id}/participants/`, {
    method: "POST",
    headers: { authorization: `Bearer ${await host()}`, "content-type": "application/json" },
    body: JSON.stringify({ subject: "ben", name: "Ben" }),
  });
  assert.equal(response.status, 201);
  const eve = await classroom.guest(link, "Eve");
  await eve.getByRole("button", pen).waitFor();
  const ben = await classroom.person();
  await ben.goto(await classroom.server.newSignInLink("Ben"));
  await ben.getByRole("heading", { name: "Lessons" }).waitFor();
  await ben.goto(`${origin}/room/${id}`);
  await eventually(() => named("Ben")?.status === "connected" && named("Eve")?.status === "connected", "both are there");
  await page.getByRole("button", { name: /^People/ }).click();
  for (const [name, isLocked] of [["Ben", false], ["Eve", true]]) {
    await page.getByRole("button", { name: new RegExp(name) }).click();
    await page.getByRole("button", { name: "Remove from lesson…" }).click();
    const lock = page.getByRole("switch", { name: "And lock the link" });
    await eventually(async () => (await lock.getAttribute("aria-checked")) === String(isLocked), `${name}: ${isLocked}`);
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await eventually(() => named(name).status === "kicked", "gone");
    const code = new URL(link).hash.slice("#code=".length);
    const entering = new ClassroomApi(origin).invitation(id, code);
    if (isLocked) await assert.rejects(entering);
    else await entering;
  }
  await leave(page, eve, ben);
  teacher.leave();
});

test("[SY-9] a guest who is done has the device forget them", async () => {
  const { teacher, link, named } = await lesson();
  const fay = await classroom.guest(link, "Fay");
  await fay.getByRole("button", pen).waitFor();
  await eventually(() => named("Fay")?.status === "connected", "she is there");
  const kept = await fay.evaluate(() => Object.entries(localStorage).find(([name]) => name.includes("seats")));
  await fay.getByRole("button", { name: "Menu" }).click();
  await fay.getByRole("button", { name: "Leave" }).click();
  await fay.getByRole("button", { name: "Forget me on this device" }).click();
  await fay.getByLabel("Your name").waitFor();
  // Whoever had copied it has nothing either.
  await fay.evaluate(([name, value]) => localStorage.setItem(name, value), kept);
  await fay.reload();
  await fay.getByRole("button", { name: "Go on as Fay" }).click();
  await fay.getByText("Your seat is not kept any more").waitFor();
  await leave(fay);
  teacher.leave();
});
