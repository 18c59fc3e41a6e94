/** The list of one's lessons: what matters first, found, planned, renamed, deleted. */

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { ClassroomApi } from "../../../gateway/static/sdk/lessonroom.js";
import { Classroom, eventually } from "../support/lesson.mjs";

const SOURCES = fileURLToPath(new URL("../../../frontend/src/", import.meta.url));

let classroom;
let page;
let api;
let token;
before(async () => {
  classroom = await Classroom.open();
  const link = new URL(await classroom.server.newSignInLink());
  ({ token } = await new ClassroomApi(link.origin).signIn(link.hash.slice(1)));
  api = new ClassroomApi(link.origin, token);
  await api.rename("Olena");
  const live = await api.createLesson("Live geometry");
  await api.join(live.session_id);
  await fetch(`${link.origin}/api/v1/classroom/sessions/${live.session_id}/start/`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });
  for (let n = 0; n < 55; n += 1) {
    const start = new Date(Date.UTC(2030, 0, 1 + (54 - n), 9)).toISOString();
    await api.createLesson(`Planned ${55 - n}`, {}, { scheduledStart: start });
  }
  const past = await api.createLesson("Дроби");
  await api.terminate(past.session_id);
  page = await classroom.person();
  await page.goto(await classroom.server.newSignInLink());
  await page.getByRole("heading", { name: "Lessons" }).waitFor();
});
after(() => classroom.close());

const titles = (section) => page.locator(`section[aria-labelledby="lessons-${section}"] .lesson strong`).allTextContents();
const shot = async (name) => {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/home_${name}.png` });
};

test("fifty planned lessons hide neither the live one nor the past; the soonest stand first", async () => {
  await page.getByRole("heading", { name: "Live now" }).waitFor();
  assert.deepEqual(await titles("live"), ["Live geometry"]);
  assert.deepEqual(await titles("past"), ["Дроби"]);
  assert.deepEqual((await titles("upcoming")).slice(0, 3), ["Planned 1", "Planned 2", "Planned 3"]);
  await page.getByRole("button", { name: "Show more" }).click();
  await eventually(async () => (await titles("upcoming")).length === 24, "another page");
  const tops = await page.locator(".lessons section h2").allTextContents();
  assert.deepEqual(tops.slice(0, 3), ["Live now", "Next", "Past"]);
  await page.evaluate(() => scrollTo(0, 0));
  await shot("1280");
});

test("lessons are found by title, in any case of any letters, and by day", async () => {
  await page.getByRole("searchbox", { name: "Search lessons, people, words" }).fill("ДРОБ");
  await eventually(async () => (await titles("upcoming")).length === 0, "only what was looked for");
  assert.deepEqual(await titles("past"), ["Дроби"]);
  await page.getByRole("searchbox", { name: "Search lessons, people, words" }).fill("nothing at all");
  await page.getByText("No lesson is like that.").waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  await page.getByLabel("From").fill("2030-01-02");
  await page.getByLabel("To", { exact: true }).fill("2030-01-03");
  await eventually(async () => (await titles("upcoming")).join() === "Planned 2,Planned 3", "two days");
  await page.getByRole("button", { name: "Show all" }).click();
  await eventually(async () => (await titles("live")).length === 1, "all again");
});

test("a lesson is planned, renamed, moved and deleted after a question", async () => {
  await page.getByRole("button", { name: "New lesson" }).click();
  await page.getByLabel("What is the lesson about?").fill("Vectors");
  await page.getByRole("switch", { name: "Plan it for later" }).click();
  await page.getByLabel("Day").fill("2029-06-01");
  await page.getByLabel("Begins at").fill("08:30");
  await page.getByLabel("Length").selectOption("45");
  await shot("plan");
  await page.getByRole("button", { name: "Plan the lesson" }).click();
  await page.getByText(/Vectors.* is planned\./).waitFor();
  assert.equal((await titles("upcoming"))[0], "Vectors");
  const [made] = (await api.mySessions({ title: "vectors" })).items;
  assert.equal(Date.parse(made.scheduled_end) - Date.parse(made.scheduled_start), 45 * 60_000);
  assert.equal(new Date(made.scheduled_start).toISOString(), await page.evaluate(() => new Date("2029-06-01T08:30").toISOString()));
  await page.getByRole("button", { name: /Change .*Vectors/ }).click();
  assert.equal(await page.getByLabel("Day").inputValue(), "2029-06-01");
  await page.getByLabel("What is the lesson about?").fill("Matrices");
  await page.getByLabel("Day").fill("2031-06-01");
  await page.getByRole("button", { name: "Save" }).click();
  await eventually(async () => (await titles("upcoming"))[0] === "Planned 1", "it has moved behind the others");
  await page.getByRole("searchbox", { name: "Search lessons, people, words" }).fill("matr");
  await page.getByRole("button", { name: /Delete .*Matrices/ }).click();
  await page.getByText("Nobody can join it any more").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await api.mySessions({ title: "matrices" })).items.length, 1);
  await page.getByRole("button", { name: /Delete .*Matrices/ }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText(/Matrices.* is deleted\./).waitFor();
  assert.equal((await api.mySessions({ title: "matrices" })).items.length, 0);
  await page.getByRole("button", { name: "Show all" }).click();
});

test("the next lesson after a past one is planned a week later, in its series", async () => {
  await page.getByRole("button", { name: /Next lesson after .*Дроби/ }).click();
  const dialog = page.getByRole("dialog", { name: "Next lesson" });
  await dialog.getByRole("switch", { name: "Plan it for later" }).click();
  await dialog.getByLabel("Day").fill("2029-06-08");
  await dialog.getByLabel("Begins at").fill("16:00");
  await shot("continue");
  await dialog.getByRole("button", { name: "Plan the lesson" }).click();
  await page.getByText(/Дроби.* is planned\./).waitFor();
  const [next, past] = (await api.mySessions({ title: "дроби" })).items;
  assert.equal(next.series_id, past.session_id);
  assert.equal((await titles("upcoming"))[0], "Дроби");
  await api.terminate(next.session_id);
  await api.deleteSession(next.session_id);
});

test("a lesson of the past is renamed, and goes on again for who asks twice", async () => {
  await page.getByRole("button", { name: /Rename .*Дроби/ }).click();
  await page.getByLabel("What is the lesson about?").fill("Дроби й відсотки");
  assert.equal(await page.getByRole("switch", { name: "Plan it for later" }).count(), 0);
  await page.getByRole("button", { name: "Save" }).click();
  await eventually(async () => (await titles("past"))[0] === "Дроби й відсотки", "it has its new name");
  // It was broken off: that one stays over.
  assert.equal(await page.getByRole("button", { name: /Reopen/ }).count(), 0);
  const over = await api.createLesson("Angles");
  await api.join(over.session_id);
  for (const move of ["start", "complete"]) {
    await fetch(`${new URL(page.url()).origin}/api/v1/classroom/sessions/${over.session_id}/${move}/`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
    });
  }
  await page.reload();
  await page.getByRole("button", { name: /Reopen .*Angles/ }).click();
  await page.getByText("The same lesson goes on").waitFor();
  await shot("reopen");
  await page.getByRole("button", { name: "Reopen", exact: true }).click();
  await page.getByRole("button", { name: "End lesson" }).waitFor();
  assert.equal((await api.session(over.session_id)).status, "active");
  await page.goBack();
});

test("the notice of each package that the page holds can be read from it", async () => {
  const link = page.getByRole("link", { name: "Licences of what this page holds" });
  const response = await page.request.get(await link.getAttribute("href"));
  assert.match(response.headers()["content-type"], /^text\/plain/);
  const text = await response.text();
  const files = (await readdir(SOURCES, { recursive: true })).filter((name) => /\.tsx?$/.test(name));
  const packages = new Set(["@preact/signals-core"]);
  for (const file of files) {
    const source = await readFile(path.join(SOURCES, file), "utf8");
    for (const [, name] of source.matchAll(/from "((?:@[a-z-]+\/)?[a-z][a-z-]*)/g)) packages.add(name);
  }
  assert.ok(packages.size > 3);
  for (const name of packages) {
    const at = text.indexOf(`\n${name} `);
    assert.ok(at >= 0, `${name} stands in the notices`);
    assert.match(text.slice(at).split("-".repeat(72))[0], /permission|licen[cs]e/i);
  }
});

test("nothing sticks out of the page, on phones and small laptops", async () => {
  await eventually(async () => (await titles("live")).length > 0, "all again");
  for (const [width, height] of [[390, 844], [1366, 625], [844, 390]]) {
    await page.setViewportSize({ width, height });
    for (const locale of ["en", "uk"]) {
      await page.getByRole("combobox").first().selectOption(locale);
      const { scrollWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth }));
      assert.ok(scrollWidth <= width, `${scrollWidth} > ${width} in ${locale}`);
      await shot(`${width}_${locale}`);
    }
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 1366, height: 625 });
  await shot("dark");
});
