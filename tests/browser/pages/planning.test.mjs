/** Lessons that repeat, calendars, the settings of a lesson: planned, moved, called off, looked at. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ClassroomApi } from "../../../gateway/static/sdk/lessonroom.js";
import { Classroom, eventually } from "../support/lesson.mjs";

let classroom;
let page;
let api;
let origin;
let token;
before(async () => {
  classroom = await Classroom.open();
  const link = new URL(await classroom.server.newSignInLink());
  origin = link.origin;
  ({ token } = await new ClassroomApi(origin).signIn(link.hash.slice(1)));
  api = new ClassroomApi(origin, token);
  await api.rename("Olena");
  const met = await api.createLesson("Where we met");
  const pupil = new URL(await classroom.server.newSignInLink("Maks"));
  const { token: theirs } = await new ClassroomApi(origin).signIn(pupil.hash.slice(1));
  await new ClassroomApi(origin, theirs).join(met.session_id, { access_code: met.access_code });
  await api.terminate(met.session_id);
  page = await classroom.person();
  await page.goto(await classroom.server.newSignInLink());
  await page.getByRole("heading", { name: "Lessons" }).waitFor();
});
after(() => classroom.close());

const shot = async (name) => {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/planning_${name}.png` });
};
const upcoming = async () => (await api.mySessions({ statuses: ["scheduled"], order: "soonest" })).items;
const wall = (moment) => page.evaluate((at) => new Date(at).toTimeString().slice(0, 5), moment);

test("a weekly series for a pupil is planned in one form, with its settings", async () => {
  await page.getByRole("button", { name: "New lesson" }).click();
  await page.getByLabel("What is the lesson about?").fill("Fractions");
  await page.getByRole("switch", { name: "Plan it for later" }).click();
  await page.getByLabel("Day").fill("2029-10-16");
  await page.getByLabel("Begins at").fill("16:00");
  await page.getByLabel("Repeats").selectOption("weekly");
  await page.getByLabel("How many lessons").fill("4");
  await page.getByRole("checkbox", { name: "Maks" }).check();
  await page.getByText("Settings of the lesson").click();
  await page.getByRole("switch", { name: "Waiting room" }).click();
  await page.getByLabel("Chat", { exact: true }).selectOption("host_only");
  await page.getByLabel("Draw", { exact: true }).selectOption("false");
  await shot("form");
  await page.getByRole("button", { name: "Plan the lesson" }).click();
  await page.getByText("4 lessons are planned.").waitFor();
  const made = await upcoming();
  assert.equal(made.length, 4);
  assert.equal(new Set(made.map(({ series_id }) => series_id)).size, 1);
  for (const { scheduled_start, settings } of made) {
    assert.equal(await wall(scheduled_start), "16:00");
    assert.equal(settings.waiting_room, true);
    assert.equal(settings.chat_policy, "host_only");
    assert.deepEqual(settings.permissions, { student: { can_draw: false } });
  }
});

test("this lesson and those after it are moved together", async () => {
  const second = page.locator(".lesson-item").filter({ hasText: "Fractions" }).nth(1);
  await second.getByRole("button", { name: /Change/ }).click();
  await page.getByLabel("Day").fill("2029-10-24");
  await page.getByLabel("Begins at").fill("17:30");
  await page.getByLabel("For which lessons").selectOption("following");
  await page.getByRole("button", { name: "Save" }).click();
  await eventually(async () => (await wall((await upcoming())[1].scheduled_start)) === "17:30", "it has moved");
  await eventually(async () => (await wall((await upcoming())[3].scheduled_start)) === "17:30", "and the last one");
  const days = (await upcoming()).map(({ scheduled_start }) => scheduled_start.slice(8, 10));
  assert.deepEqual(days, ["16", "24", "31", "07"]);
});

test("the last of them are called off after a question", async () => {
  const third = page.locator(".lesson-item").filter({ hasText: "Fractions" }).nth(2);
  await third.getByRole("button", { name: /Delete/ }).click();
  await page.getByLabel("For which lessons").selectOption("following");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("2 lessons are called off.").waitFor();
  assert.equal((await upcoming()).length, 2);
});

test("a month shows its lessons, on a telephone day by day", async () => {
  const soon = new Date(Date.now() + 3_600_000);
  await api.createLesson("Today's", {}, { scheduledStart: soon.toISOString() });
  await page.getByRole("button", { name: "Month", exact: true }).click();
  await page.getByRole("button", { name: /Today's/ }).waitFor();
  await shot("month");
  await page.setViewportSize({ width: 390, height: 844 });
  await shot("month_phone");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is cut off");
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole("button", { name: "Month after" }).click();
  await page.getByRole("button", { name: "Month before" }).click();
  await page.getByRole("button", { name: "Month", exact: true }).click();
  await page.getByRole("heading", { name: "Next" }).waitFor();
});

test("a calendar has an address that is made, copied and taken back", async () => {
  await page.getByRole("button", { name: "Calendar…" }).click();
  await page.getByRole("button", { name: "Make an address" }).click();
  const address = await page.getByLabel("Address to subscribe to").inputValue();
  await shot("calendar");
  const calendar = await (await fetch(address)).text();
  assert.match(calendar, /^BEGIN:VCALENDAR\r\n/);
  assert.match(calendar, /SUMMARY:Today's\r\n/);
  await page.getByRole("button", { name: "Another address" }).click();
  await eventually(async () => (await page.getByLabel("Address to subscribe to").inputValue()) !== address, "another one");
  assert.equal((await fetch(address)).status, 404);
  await page.getByRole("button", { name: "Take it back" }).click();
  await page.getByRole("button", { name: "Make an address" }).waitFor();
  await page.keyboard.press("Escape");
});

test("in the lesson its host changes how it is run; it holds at once and after a reload", async () => {
  const { session_id: id } = await api.createLesson("Settings");
  await page.goto(`${origin}/room/${id}`);
  const open = async () => {
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("button", { name: "Settings of the lesson" }).click();
    await page.getByRole("dialog").getByRole("switch", { name: "Waiting room" }).waitFor();
  };
  await open();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("switch", { name: "Waiting room" }).click();
  await eventually(async () => (await api.session(id)).settings.waiting_room, "it holds");
  await dialog.getByLabel("Kept after the end").selectOption("30");
  await eventually(async () => (await api.session(id)).settings.retention_days === 30, "so does this");
  await dialog.getByLabel("Draw", { exact: true }).selectOption("false");
  await eventually(async () => (await api.session(id)).settings.permissions.student?.can_draw === false, "and that");
  await shot("room_settings");
  await page.reload();
  await open();
  assert.equal(await dialog.getByRole("switch", { name: "Waiting room" }).getAttribute("aria-checked"), "true");
  assert.equal(await dialog.getByLabel("Kept after the end").inputValue(), "30");
});

test("all of it in Ukrainian, on a telephone, by night", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.evaluate(() => localStorage.setItem("lessonroom.language", "uk"));
  await page.goto(`${origin}/`);
  await page.getByRole("button", { name: "Новий урок" }).click();
  await page.getByRole("switch", { name: /Запланувати/ }).click();
  await page.getByText("Налаштування уроку").click();
  await shot("form_uk_phone");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is cut off");
});
