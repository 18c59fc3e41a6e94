/** Signing in by a link: it lasts on the device, ends where one says so, and gives one a name. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Classroom, eventually } from "../support/lesson.mjs";

let classroom;
before(async () => {
  classroom = await Classroom.open();
});
after(async () => {
  // The browser notes each refusal, which is what these tests are about.
  classroom.faults = classroom.faults.filter((fault) => !fault.includes("status of 401"));
  await classroom.close();
});

/** Somebody who teaches here, in a browser of their own. */
async function signedIn(...words) {
  const page = await classroom.person();
  await page.goto(await classroom.server.newSignInLink(...words));
  await page.getByRole("heading", { name: "Lessons" }).waitFor();
  return page;
}

async function anotherTab(page, path = "/") {
  const tab = await page.context().newPage();
  await tab.goto(new URL(path, page.url()).href);
  return tab;
}

const lessons = (page) => page.getByRole("heading", { name: "Lessons" });
const signedOut = (page) => page.getByText("lessonroom signin-link");

test("a tab that was closed locks nobody out", async () => {
  const page = await signedIn("Ada");
  await classroom.lesson(page, { title: "Fractions" });
  const room = page.url();
  const tab = await anotherTab(page);
  await lessons(tab).waitFor();
  await page.close();
  await tab.goto(room);
  await tab.getByText("Live").waitFor();
});

test("whoever is signed out is told how to get in, and a link that is pasted works", async () => {
  const page = await classroom.person();
  await page.goto(new URL("/", classroom.server.signInLink).href);
  await signedOut(page).waitFor();
  await page.getByLabel("Link").fill(await classroom.server.newSignInLink("Grace"));
  await page.getByRole("button", { name: "Continue" }).click();
  await lessons(page).waitFor();
});

test("a link that is used up says how to get another, but not to those who are signed in", async () => {
  const link = await classroom.server.newSignInLink("Ada");
  const first = await classroom.person();
  await first.goto(link);
  await lessons(first).waitFor();
  const again = await first.context().newPage();
  await again.goto(link);
  await lessons(again).waitFor();
  const other = await classroom.person();
  await other.goto(link);
  await signedOut(other).waitFor();
  assert.match(await other.getByRole("alert").innerText(), /used already/);
});

test("signing out ends it in every tab of the browser, and in no other browser", async () => {
  const [here, there] = [await signedIn("Ada"), await signedIn("Ada")];
  await classroom.lesson(here);
  const tab = await anotherTab(here);
  await tab.getByRole("button", { name: "Sign out", exact: true }).click();
  await signedOut(tab).waitFor();
  await signedOut(here).waitFor();
  assert.deepEqual(await here.evaluate(() => [Object.keys(sessionStorage), localStorage["lessonroom.user"]]), [[], undefined]);
  await there.reload();
  await lessons(there).waitFor();
});

test("signing out everywhere lets go of the lesson that another device is in", async () => {
  const [here, there] = [await signedIn("Ada"), await signedIn("Ada")];
  await classroom.lesson(there);
  await here.getByRole("button", { name: "Sign out everywhere" }).click();
  await here.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await signedOut(here).waitFor();
  await there.getByRole("heading", { name: /expired/ }).waitFor();
  await there.goto(new URL("/", there.url()).href);
  await signedOut(there).waitFor();
});

test("the name that one gives oneself is what others see", async () => {
  const page = await signedIn();
  await page.getByLabel("Name that others see").fill("Ada Lovelace");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(/Signed in as \W?Ada Lovelace/).waitFor();
  assert.equal(await page.getByLabel("Name that others see").count(), 0);
  const link = await classroom.lesson(page);
  const guest = await classroom.guest(link, "Bob");
  await guest.getByRole("button", { name: /^People/ }).click();
  await guest.locator(".roster").getByText("Ada Lovelace").waitFor();
  // The next link is for somebody who has a name.
  const later = await signedIn();
  await later.getByText(/Signed in as \W?Ada Lovelace/).waitFor();
});

test("a sign-in that is a day old is renewed when the page is opened", async () => {
  const page = await signedIn("Ada");
  const kept = () => page.evaluate(() => localStorage["lessonroom.user"]);
  const before = await kept();
  await page.addInitScript(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + 25 * 60 * 60 * 1_000;
  });
  await page.reload();
  await eventually(async () => (await kept()) !== before, "the token is another one");
  await lessons(page).waitFor();
});

test("a sign-in that has ended asks for the name of whoever has the code", async () => {
  const host = await signedIn("Grace");
  const link = await classroom.lesson(host);
  const page = await signedIn("Ada");
  await page.evaluate(async () => {
    const headers = { authorization: `Bearer ${localStorage["lessonroom.user"]}`, "content-type": "application/json" };
    await fetch("/api/v1/classroom/sign-out/", { method: "POST", headers, body: '{"everywhere":true}' });
  });
  await page.goto(link);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await page.getByLabel("Your name").fill("Ada");
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await page.getByRole("button", { name: /^People/ }).waitFor();
});
