/** Lessons in a frame of a learning platform's course, in a browser that keeps cookies from other sites. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Classroom, converged, draw, eventually, leave, SERVER } from "../support/lesson.mjs";
import { LtiPlatform } from "../support/lti_platform.mjs";

let school;
let classroom;
before(async () => {
  school = await LtiPlatform.open();
  classroom = await Classroom.open("[lti]\nenabled = true\nallowed_networks = [\"127.0.0.0/8\", \"::1/128\"]\n", [
    "--test-third-party-cookie-phaseout",
  ]);
  classroom.hosts.add("localhost");
  school.serve(home());
  await lti("add", ...school.described);
});
after(async () => {
  school.close();
  await classroom.close();
});

const home = () => new URL(classroom.server.signInLink).origin;
const lti = (...words) =>
  promisify(execFile)(SERVER, ["lti", ...words, "--data-dir", classroom.server.home], { cwd: classroom.server.home });
const shot = (page, name) => process.env.LTI_SHOTS && page.screenshot({ path: `${process.env.LTI_SHOTS}/${name}.png` });

/** Somebody who opens a link in the course. */
async function opening(who, link, kind) {
  const page = await classroom.person();
  await page.goto(school.course(who, link, kind));
  return { page, frame: page.frameLocator("iframe") };
}

const inside = (page) => page.frames()[1];

test("the browser keeps cookies from frames of other sites", async () => {
  const page = await classroom.person();
  const cookie = `${school.issuer}/cookie`;
  // Framed by 127.0.0.1, which is another site; the other way round it would be the same.
  await page.goto(`${school.issuer.replace("localhost", "127.0.0.1")}/frame?src=${encodeURIComponent(cookie)}`);
  assert.deepEqual(await page.context().cookies(cookie), []);
  await page.goto(cookie);
  assert.equal((await page.context().cookies(cookie)).length, 1);
  await leave(page);
});

test("a teacher and a learner come from the course and draw on one board", async () => {
  const ada = await opening("ada");
  await ada.frame.getByRole("button", { name: "Start lesson" }).click();
  await ada.frame.getByText("Live").waitFor();
  await shot(ada.page, "lesson");
  // No token stays in the address, and no cookie anywhere.
  assert.match(inside(ada.page).url(), /\/room\/[\w-]+$/);
  assert.deepEqual(await ada.page.context().cookies(), []);
  const bob = await opening("bob");
  await bob.frame.getByText("Live").waitFor();
  assert.equal(await bob.frame.getByRole("button", { name: "Invite" }).count(), 0);
  await draw(bob.page, 300, 300);
  await converged([inside(ada.page), inside(bob.page)], 1);
  // A page that is loaded anew asks the course, and is the same person in the same place.
  await bob.page.reload();
  await converged([inside(bob.page)], 1);
  await leave(ada.page, bob.page);
});

test("a teacher puts a lesson into the course, and it opens there", async () => {
  const { page, frame } = await opening("ada", "none", "content");
  await frame.getByRole("heading", { name: "Which lesson is to stand here?" }).waitFor();
  await frame.getByLabel("Its title").fill("Equations");
  await shot(page, "picking");
  await frame.getByRole("button", { name: "Put it into the course" }).click();
  await frame.getByRole("heading", { name: "Back in the course" }).waitFor();
  const made = school.links.at(-1);
  assert.equal(made.title, "Equations");
  await page.goto(school.course("ada", made.id));
  await frame.getByRole("button", { name: "Start lesson" }).waitFor();
  await eventually(async () => /Equations/.test(await inside(page).title()), "it has its title");
  await leave(page);
});

test("who is not let in is told why, in the frame, and what to tell whom", async () => {
  for (const [kind, words] of [
    ["elsewhere", /knows your platform, but not this part/],
    ["replayed", /could not be believed/],
  ]) {
    const { page, frame } = await opening("bob", "link-1", kind);
    await frame.getByText(words).waitFor();
    await frame.getByText(/tell whoever looks after the platform/).waitFor();
    await shot(page, `refused-${kind}`);
    await leave(page);
  }
  // A refused call is what a browser writes into its console as well.
  classroom.faults = classroom.faults.filter((fault) => !/status of 403/.test(fault));
});

test("the page of another site shows nothing in its frame", async () => {
  const page = await classroom.person();
  const other = school.issuer.replace("localhost", "127.0.0.1");
  await page.goto(`${other}/frame?src=${encodeURIComponent(`${home()}/room/x`)}`);
  await eventually(
    async () => classroom.faults.some((fault) => /frame-ancestors/.test(fault)),
    "the browser says why",
  );
  classroom.faults = classroom.faults.filter((fault) => !/frame-ancestors/.test(fault));
  await leave(page);
});
