/** Signing in by a school's provider, a certified one on loopback, and being signed out by it. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Classroom } from "../support/lesson.mjs";
import { SchoolProvider } from "../support/school_provider.mjs";

let school;
let classroom;
before(async () => {
  school = await SchoolProvider.open({ ada: ["teachers"], grace: ["it"], bob: ["pupils"] });
  classroom = await Classroom.open(school.settings);
  classroom.hosts.add("localhost");
  await school.serve(home());
});
after(async () => {
  // The browser notes each refusal, and the provider's own pages are not ours to mend.
  classroom.faults = classroom.faults.filter((fault) => !/status of 40[0134]|localhost/.test(fault));
  try {
    await classroom.close();
  } finally {
    await school.close();
  }
});

const home = () => new URL(classroom.server.signInLink).origin;
const lessons = (page) => page.getByRole("heading", { name: "Lessons" });
const button = (page) => page.getByRole("link", { name: "Sign in with your school account" });

/** Somebody who goes to the provider and says who they are. */
async function signingIn(name) {
  const page = await classroom.person();
  await page.goto(`${home()}/`);
  await button(page).click();
  await page.getByPlaceholder("Enter any login").fill(name);
  await page.getByPlaceholder("and password").fill("secret");
  await page.getByRole("button", { name: /sign-in/i }).click();
  await page.getByRole("button", { name: /continue/i }).click();
  return page;
}

test("a teacher comes in by the account that they have, and is named by it", async () => {
  const page = await signingIn("ada");
  await lessons(page).waitFor();
  await page.getByText(/Signed in as \W?Ada/).waitFor();
  // What is renamed at the school is renamed here, and what belongs to the operator is not there.
  assert.equal(await page.getByRole("button", { name: "Change name" }).count(), 0);
  assert.equal(await page.getByRole("button", { name: "Server" }).count(), 0);
  assert.doesNotMatch(page.url(), /code|state|#/);
  await classroom.lesson(page, { title: "Fractions" });
  // Another browser is another sign-in, of the same person.
  const again = await signingIn("ada");
  await again.getByText("Fractions").first().waitFor();
});

test("who is in the operators' group has their page", async () => {
  const page = await signingIn("grace");
  await page.getByRole("button", { name: "Server" }).click();
  await page.getByRole("heading", { name: "Open now" }).waitFor();
});

test("who is in none of the groups is told so, and is not in", async () => {
  const page = await signingIn("bob");
  await page.getByRole("alert").getByText(/may not teach on this server/).waitFor();
  await button(page).waitFor();
  assert.equal(await page.evaluate(() => localStorage["lessonroom.user"]), undefined);
});

test("who turns back at the provider is told that they are not signed in, and tries again", async () => {
  const page = await classroom.person();
  await page.goto(`${home()}/`);
  await button(page).click();
  await page.getByRole("link", { name: /cancel/i }).click();
  await page.getByRole("alert").getByText(/did not let you in/).waitFor();
  await button(page).click();
  await page.getByPlaceholder("Enter any login").waitFor();
});

test("an address that was used says so when it is opened again", async () => {
  const page = await classroom.person();
  await page.goto(`${home()}/`);
  const answers = [];
  page.on("request", (request) => {
    if (request.url().includes("/oidc/callback/")) answers.push(request.url());
  });
  await button(page).click();
  await page.getByPlaceholder("Enter any login").fill("ada");
  await page.getByPlaceholder("and password").fill("secret");
  await page.getByRole("button", { name: /sign-in/i }).click();
  await page.getByRole("button", { name: /continue/i }).click();
  await lessons(page).waitFor();
  const stranger = await classroom.person();
  await stranger.goto(answers[0]);
  await stranger.getByRole("alert").getByText(/in another browser/).waitFor();
  await page.goto(answers[0]);
  await page.getByRole("alert").getByText(/used already/).waitFor();
});

test("signing out here leads to the provider, and from there back", async () => {
  const page = await signingIn("ada");
  await lessons(page).waitFor();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("button", { name: /yes/i }).click();
  await button(page).waitFor();
  // The next person at this computer is asked who they are.
  await button(page).click();
  await page.getByPlaceholder("Enter any login").waitFor();
});

test("signing out at the school lets go of the lesson, and of no other device", async () => {
  const [here, there] = [await signingIn("ada"), await signingIn("ada")];
  for (const page of [here, there]) await classroom.lesson(page);
  const school_ = await here.context().newPage();
  await school_.goto(`${school.issuer}/session/end`);
  await school_.getByRole("button", { name: /yes/i }).click();
  await here.getByRole("heading", { name: /expired/ }).waitFor();
  await here.goto(`${home()}/`);
  await button(here).waitFor();
  await there.reload();
  await there.getByText("Live").waitFor();
});
