/** A month of a tutor's life: a series is planned and held, an old word is found, all of it after a restart, too. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ClassroomApi } from "../../../gateway/static/sdk/lessonroom.js";
import { AXE, Classroom, count, draw, eventually, SERVER } from "../support/lesson.mjs";

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
const dialog = (name) => page.getByRole("dialog", { name });
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
  const [first, second] = items.map(({ session_id: id }) => id);
  const token = await page.evaluate(() => localStorage.getItem("lessonroom.user"));
  const begin = async (id, n) => {
    await page.goto(`${origin}/room/${id}`);
    await page.locator(".board").first().waitFor();
    await move(id, "start", token);
    await pupils.Maks.api.join(id);
    await page.getByRole("button", { name: /^Chat/ }).click();
    await page.getByLabel("Write to everyone…").fill(`Homework ${n}: скалярний добуток`);
    await page.keyboard.press("Enter");
    await page.getByText(`Homework ${n}`).first().waitFor();
    await page.getByRole("button", { name: /^Chat/ }).click();
  };
  const end = async (id) => assert.equal((await move(id, "complete", token)).status, 200);

  await begin(first, 1);
  await draw(page, 500, 300);
  // The sheet is good for others, too.
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("button", { name: "My shelf", exact: true }).click();
  await dialog("My shelf").getByRole("button", { name: "Put on my shelf…" }).click();
  const asked = dialog("Put on my shelf");
  await asked.getByLabel("Name").fill("Sheet of vectors");
  await asked.getByRole("button", { name: "Put on my shelf" }).click();
  await asked.waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await end(first);
  await looksAtTheReport(page.getByRole("button", { name: "Report", exact: true }));
  await page.getByRole("button", { name: "Next lesson…" }).click();
  await dialog("Next lesson").getByRole("button", { name: "Bring it there" }).click();
  await page.locator(".next-lesson").waitFor();

  await begin(second, 2);
  await eventually(async () => (await count(page)) === 1, "the board of the first lesson");
  await end(second);
  await page.goto(origin);
  await page.getByRole("heading", { name: "Past" }).waitFor();
  await page.getByRole("button", { name: /^Report of .*Vectors/ }).first().click();
  await dialog("Report").getByText("Olena").first().waitFor();
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "New lesson" }).click();
  await page.getByLabel("What is the lesson about?").fill("Forces");
  await page.getByLabel("Begin with").selectOption({ label: "Sheet of vectors (1 page)" });
  await page.getByRole("button", { name: "Create and enter" }).click();
  await page.locator(".board").first().waitFor();
  await eventually(async () => (await count(page)) === 1, "the board of the template");
});

/** [SY-13] Who was there and wrote, on the screen, on a phone, and as a file that needs no server. */
async function looksAtTheReport(button) {
  await button.click();
  const report = dialog("Report");
  const olena = report.getByRole("listitem").filter({ hasText: "Olena" }).first();
  await olena.waitFor();
  const facts = await olena.locator("dl > div").allTextContents();
  assert.ok(facts.includes("Put on the board1"), facts.join());
  assert.ok(facts.includes("Chat messages1"), facts.join());
  await page.evaluate(await readFile(AXE, "utf8"));
  const { violations } = await page.evaluate(() => window.axe.run(document));
  assert.deepEqual(violations.map(({ id }) => id), []);
  await shot("report");
  const saved = page.waitForEvent("download");
  await report.getByRole("button", { name: "Page to print" }).click();
  const file = await (await saved).path();
  const text = await readFile(file, "utf8");
  assert.match(text, /Olena: 1/);
  assert.match(text, /src="data:image\/png;base64,/);
  const paper = await page.context().newPage();
  const asked = [];
  paper.on("request", (request) => asked.push(request.url()));
  paper.on("console", (message) => asked.push(message.text()));
  await writeFile(`${file}.html`, text);
  await paper.goto(`file://${file}.html`);
  assert.ok(await paper.locator("img").first().evaluate((image) => image.naturalWidth > 0), "a page is shown");
  assert.deepEqual(asked.filter((url) => !/^(file|data):/.test(url)), []);
  await shot("printed", paper);
  await paper.close();
  await rm(`${file}.html`);
  await page.setViewportSize({ width: 360, height: 740 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is cut off");
  const table = await report.getByRole("button", { name: "Table (CSV)" }).boundingBox();
  assert.ok(table.x >= 0 && table.x + table.width <= 360, "both files are in reach");
  await page.emulateMedia({ colorScheme: "dark" });
  await shot("report_360_dark");
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.keyboard.press("Escape");
  await report.waitFor({ state: "detached" });
}

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
