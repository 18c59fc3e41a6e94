/** A month of a tutor's life: a series is planned and held, an old word is found, all of it after a restart, too. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ClassroomApi } from "../../../gateway/static/sdk/lessonroom.js";
import { Classroom, eventually, SERVER } from "../support/lesson.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PYTHON = path.join(path.dirname(SERVER), "python");
const python = async (...args) =>
  (await promisify(execFile)(PYTHON, args, { cwd: ROOT, env: { ...process.env, PYTHONPATH: ROOT } })).stdout.trim();

let classroom;
let api;
let origin;
let page;
let old;
const pupils = {};
before(async () => {
  classroom = await Classroom.open();
  const { server } = classroom;
  const signIn = async (...words) => {
    const link = new URL(await server.newSignInLink(...words));
    ({ origin } = link);
    const { token } = await new ClassroomApi(origin).signIn(link.hash.slice(1));
    return { api: new ClassroomApi(origin, token), token };
  };
  ({ api } = await signIn());
  await api.rename("Olena");
  for (const name of ["Maks", "Ira"]) pupils[name] = await signIn(name);
  // What was three weeks ago is written while nobody serves it: a server has no clock to be turned.
  await server.kill();
  old = await python("tests/browser/support/three_weeks_ago.py", server.home, "Olena", "Maks", "Ira");
  await server.run();
  page = await classroom.person();
  await page.goto(await server.newSignInLink());
  await page.getByRole("heading", { name: "Lessons" }).waitFor();
});
after(() => classroom.close());

const shot = async (name, where = page) => {
  if (process.env.SCREENSHOTS) await where.screenshot({ path: `${process.env.SCREENSHOTS}/month_${name}.png` });
};
const search = () => page.getByRole("searchbox", { name: "Search lessons, people, words" });
/** The housekeeper looks through what was written as the server starts. */
const isFound = (q, times, token) =>
  eventually(async () => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${origin}/api/v1/classroom/search/?q=${encodeURIComponent(q)}`, { headers });
    return (await answer.json()).items.length === times;
  }, `${q} is found ${times} times`);
const move = (id, verb, token) =>
  fetch(`${origin}/api/v1/classroom/sessions/${id}/${verb}/`, { method: "POST", headers: { authorization: `Bearer ${token}` } });

test("a word of three weeks ago leads to its page as it was at that moment", async () => {
  await isFound("гіпотен", 1, pupils.Maks.token);
  // No letter is typed as it was written: another case, without its end.
  await search().fill("ГІПОТЕН");
  const hit = page.getByRole("button", { name: /Гіпотенуза/ });
  await hit.waitFor();
  assert.equal(await hit.locator("mark").textContent(), "Гіпотенуза");
  await shot("found");
  await hit.click();
  await page.waitForURL(`**/history/${old}#version=3&page=p2&element=w`);
  await page.getByText("3 / 4").waitFor();
  await page.locator(".still-board text").filter({ hasText: "Гіпотенуза" }).waitFor();
  await page.locator(".sought").waitFor();
  assert.equal(await page.locator(".page-strip [aria-current]").textContent(), "Трикутники");
  await shot("moment");
  // At the end it was gone.
  await page.getByRole("slider", { name: "Version of the board" }).fill("4");
  await eventually(async () => (await page.locator(".still-board text").filter({ hasText: "Гіпотенуза" }).count()) === 0, "it was erased");
  await page.goBack();
  await page.getByRole("heading", { name: "Lessons" }).waitFor();
});

test("four weekly lessons are planned for two pupils, and two are held", async () => {
  await page.getByRole("button", { name: "New lesson" }).click();
  await page.getByLabel("What is the lesson about?").fill("Vectors");
  await page.getByRole("switch", { name: "Plan it for later" }).click();
  // Calendars have what comes in the next 400 days.
  await page.getByLabel("Day").fill(new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10));
  await page.getByLabel("Begins at").fill("16:00");
  await page.getByLabel("Repeats").selectOption("weekly");
  await page.getByLabel("How many lessons").fill("4");
  for (const name of ["Maks", "Ira"]) await page.getByRole("checkbox", { name }).check();
  await page.getByRole("button", { name: "Plan the lesson" }).click();
  await page.getByText("4 lessons are planned.").waitFor();
  const { items } = await api.mySessions({ statuses: ["scheduled"], order: "soonest" });
  assert.equal(items.length, 4);
  for (const [n, lesson] of items.slice(0, 2).entries()) {
    await page.goto(`${origin}/room/${lesson.session_id}`);
    await page.locator(".board").first().waitFor();
    const token = await page.evaluate(() => localStorage.getItem("lessonroom.user"));
    await move(lesson.session_id, "start", token);
    const { api: theirs } = pupils.Maks;
    await theirs.join(lesson.session_id);
    await page.getByRole("button", { name: /^Chat/ }).click();
    await page.getByLabel("Write to everyone…").fill(`Homework ${n + 1}: скалярний добуток`);
    await page.keyboard.press("Enter");
    await page.getByText(`Homework ${n + 1}`).first().waitFor();
    assert.equal((await move(lesson.session_id, "complete", token)).status, 200);
  }
  await page.goto(origin);
  await page.getByRole("heading", { name: "Past" }).waitFor();
});

test("after a restart all of it is there: found, in one place, in calendars", async () => {
  await classroom.server.kill();
  await classroom.server.run();
  const { items } = await api.mySessions({ statuses: ["completed"] });
  const series = items.find(({ title }) => title === "Vectors").series_id;
  await page.goto(`${origin}/series/${series}`);
  await eventually(async () => (await page.locator(".series-lessons > li").count()) === 4, "four lessons");
  const box = page.getByRole("searchbox", { name: "Search boards and chats of these lessons" });
  await isFound("скаляр", 2, pupils.Maks.token);
  await box.fill("скаляр");
  await eventually(async () => (await page.locator(".hit").count()) === 2, "what was said in both");
  await page.locator(".series-lessons summary").first().click();
  await page.locator(".series-pages .thumbnail svg").first().waitFor();
  await shot("series");
  const { url } = await (
    await fetch(`${origin}/api/v1/classroom/me/calendar/`, {
      method: "POST",
      headers: { authorization: `Bearer ${pupils.Ira.token}`, "content-type": "application/json" },
    })
  ).json();
  const calendar = await (await fetch(url)).text();
  const read = "import sys, icalendar; c = icalendar.Calendar.from_ical(sys.argv[1]);"
    + " print(*(str(e['summary']) for e in c.walk('VEVENT')), sep='|')";
  const titles = (await python("-c", read, calendar)).split("|");
  assert.equal(titles.filter((title) => title === "Vectors").length, 4);
});

test("a pupil finds what they were in, on a phone, in their language", async () => {
  const phone = await classroom.person({ viewport: { width: 360, height: 780 }, locale: "uk-UA" });
  await phone.goto(await classroom.server.newSignInLink("Maks"));
  await phone.getByRole("heading", { name: "Уроки" }).waitFor();
  await phone.getByRole("searchbox").fill("гіпотен");
  const hit = phone.getByRole("button", { name: /Гіпотенуза/ });
  await hit.waitFor();
  await shot("pupil_360", phone);
  assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is cut off");
  await hit.click();
  await phone.locator(".still-board text").filter({ hasText: "Гіпотенуза" }).waitFor();
  await shot("pupil_moment_360", phone);
  // Nobody else's words: who had no seat finds nothing.
  const stranger = new URL(await classroom.server.newSignInLink("Stranger"));
  const { token } = await new ClassroomApi(origin).signIn(stranger.hash.slice(1));
  const answer = await fetch(`${origin}/api/v1/classroom/search/?q=гіпотен`, { headers: { authorization: `Bearer ${token}` } });
  assert.deepEqual((await answer.json()).items, []);
});
