/** The classroom in a frame on the page of another site, as a learning management system has it. */

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, test } from "node:test";
import { ClassroomApi } from "../../../gateway/static/sdk/lessonroom.js";
import { Classroom, converged, draw, eventually } from "../support/lesson.mjs";

/** Another site: a page with a frame, which keeps what it is told and by whom. */
const PAGE = `<!doctype html><title>School</title>
<style>body { margin: 0 } iframe { width: 1200px; height: 760px; border: 0 }</style>
<iframe allow="camera; microphone; display-capture; fullscreen"></iframe>
<script>
  window.told = [];
  addEventListener("message", (event) => {
    const isOfFrame = event.source === document.querySelector("iframe").contentWindow;
    window.told.push({ origin: event.origin, isOfFrame, data: event.data });
  });
</script>`;

let school;
let classroom;
let api;
before(async () => {
  school = http.createServer((_, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(PAGE);
  });
  school.listen(0, "127.0.0.1");
  await once(school, "listening");
  // Of two names of one machine a browser makes two sites.
  school.origin = `http://localhost:${school.address().port}`;
  classroom = await Classroom.open(`[server]\nframe_ancestors = ["${school.origin}"]\n`);
  classroom.hosts.add("localhost");
  const { origin, hash } = new URL(classroom.server.signInLink);
  api = new ClassroomApi(origin, (await new ClassroomApi(origin).signIn(hash.slice(1))).token);
});
after(async () => {
  school.close();
  await classroom.close();
});

/** A lesson of the platform's, and the room token it got for one of its people. */
async function lesson() {
  const session = await api.createLesson("Geometry");
  const { token } = await api.join(session.session_id);
  return { id: session.session_id, code: session.access_code, token };
}

/** The school's page with the frame at an address of the classroom. */
async function embedded(path, prepare = async () => {}) {
  const page = await classroom.person();
  await prepare(page);
  await page.goto(school.origin);
  await lead(page, path);
  return { page, frame: page.frameLocator("iframe") };
}

function lead(page, path) {
  const address = new URL(path, classroom.server.signInLink).href;
  return page.evaluate((src) => {
    document.querySelector("iframe").src = src;
  }, address);
}

/** Waits until the school's page was told so many things, and returns them. */
async function told(page, count) {
  const all = () => page.evaluate(() => window.told);
  await eventually(async () => (await all()).length >= count, `${count} messages come`);
  const messages = await all();
  for (const { origin, isOfFrame, data } of messages) {
    assert.equal(origin, new URL(classroom.server.signInLink).origin);
    assert.ok(isOfFrame);
    assert.equal(data.source, "lessonroom");
    assert.equal(data.version, 1);
  }
  return messages.map(({ data: { source: _, version: __, ...rest } }) => rest);
}

test("a room token behind # opens the room, leaves the address at once, and the stay is told", async () => {
  const { id, token } = await lesson();
  const { page, frame } = await embedded(`/room/${id}#token=${token}`);
  await frame.getByRole("button", { name: "Start lesson" }).click();
  await frame.getByText("Live").waitFor();
  const inside = page.frames()[1];
  assert.equal(inside.url(), new URL(`/room/${id}`, classroom.server.signInLink).href);
  await draw(page, 300, 300);
  await converged([inside], 1);

  await frame.getByRole("button", { name: "Menu" }).click();
  await frame.getByRole("button", { name: "Leave" }).click();
  await frame.getByRole("heading", { name: "You have left the lesson." }).waitFor();
  assert.equal(await frame.getByRole("button", { name: "To my lessons" }).count(), 0);
  const [ready, joined, ended] = await told(page, 3);
  assert.deepEqual(ready, { type: "ready" });
  assert.deepEqual({ ...joined, user_id: 0 }, { type: "joined", session_id: id, user_id: 0, role: "host" });
  assert.ok(Number.isInteger(joined.user_id));
  assert.deepEqual(ended, { type: "ended", session_id: id, reason: "left" });
  assert.ok(!JSON.stringify(await told(page, 3)).includes(token));

  await frame.getByRole("button", { name: "Join again" }).click();
  await converged([inside], 1);
  assert.equal((await told(page, 4))[3].type, "joined");
  await page.context().close();
});

test("a guest comes in by the invitation; how it goes wrong and how it ends is told", async () => {
  const { id, code } = await lesson();
  const { page, frame } = await embedded(`/join/${id}#code=WRNG2222`);
  await frame.getByLabel("Your name").fill("Ada");
  await frame.getByRole("button", { name: "Join" }).click();
  await frame.getByRole("alert").waitFor();
  assert.deepEqual((await told(page, 2))[1], { type: "error", session_id: id, code: "wrong_access_code" });
  // A refused call is what a browser writes into its console as well.
  assert.match(classroom.faults.pop(), /403/);

  await lead(page, `/join/${id}#code=${code}`);
  await frame.getByLabel("Your name").fill("Ada");
  await frame.getByRole("button", { name: "Join" }).click();
  assert.equal((await told(page, 3))[2].role, "student");
  const host = await classroom.person();
  const { token } = await api.join(id);
  await host.goto(new URL(`/room/${id}#token=${token}`, classroom.server.signInLink).href);
  await host.getByRole("button", { name: "Start lesson" }).click();
  await host.getByRole("button", { name: "End lesson" }).click();
  await host.locator("dialog").getByRole("button", { name: "End lesson" }).click();
  await frame.getByText("The lesson is over.").waitFor();
  assert.deepEqual((await told(page, 4))[3], { type: "ended", session_id: id, reason: "session_ended" });
  await page.context().close();
  await host.context().close();
});

test("a token that is void is an error, and the next one in the address is taken at once", async () => {
  const { id, token } = await lesson();
  const { page, frame } = await embedded(`/room/${id}#token=${token}x`);
  await frame.getByText("Your place in this lesson has expired.").waitFor();
  assert.deepEqual((await told(page, 2))[1], { type: "error", session_id: id, code: "token_invalid" });
  assert.equal(await frame.getByRole("button", { name: "Join again" }).count(), 0);
  assert.match(classroom.faults.pop(), /401/);
  await lead(page, `/room/${id}#token=${token}`);
  assert.equal((await told(page, 3))[2].type, "joined");
  await page.context().close();
});

test("a browser that keeps nothing for a frame lets one into the lesson all the same", async () => {
  const { id, token } = await lesson();
  const { page, frame } = await embedded(`/room/${id}#token=${token}`, (page) =>
    page.addInitScript(() => {
      for (const name of ["sessionStorage", "localStorage", "indexedDB"]) {
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException("Access is denied for this document.", "SecurityError");
          },
        });
      }
    }),
  );
  await frame.getByRole("button", { name: "Start lesson" }).click();
  await frame.getByText("Live").waitFor();
  await draw(page, 300, 300);
  await converged([page.frames()[1]], 1);
  await page.context().close();
});

test("[SECURITY Frames] a site that is not listed gets no page and hears nothing", async () => {
  const { id, token } = await lesson();
  const page = await classroom.person();
  const stranger = school.origin.replace("localhost", "127.0.0.1");
  await page.goto(stranger);
  const refused = page.waitForEvent("console", (message) => /frame-ancestors/.test(message.text()));
  await lead(page, `/room/${id}#token=${token}`);
  await refused;
  assert.deepEqual(await page.evaluate(() => window.told), []);
  // The page left behind may have been told that its link was not for everyone.
  const faults = classroom.faults.splice(0).filter((fault) => !/\/invitation\//.test(fault));
  const [refusal, ...others] = faults;
  assert.match(refusal, /frame-ancestors/);
  assert.deepEqual(others, []);
  await page.context().close();
});

test("a page that is not in a frame says nothing to anybody", async () => {
  const { id, token } = await lesson();
  const page = await classroom.person();
  await page.addInitScript(() => {
    window.told = [];
    addEventListener("message", ({ data }) => window.told.push(data));
  });
  await page.goto(new URL(`/room/${id}#token=${token}`, classroom.server.signInLink).href);
  await page.getByRole("button", { name: "Start lesson" }).waitFor();
  assert.deepEqual(await page.evaluate(() => window.told), []);
  await page.context().close();
});
