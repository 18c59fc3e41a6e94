/** The page as an app: installed, opened without a server, and nothing of anybody's kept in it. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Classroom, count, draw, eventually, leave } from "../support/lesson.mjs";

let classroom;
let host;
let link;

before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host({ serviceWorkers: "allow" });
  link = await classroom.lesson(host);
});

after(() => classroom.close());

/** Until the files of the page are on the device, and the worker serves them. */
async function kept(page) {
  // All of them at once: on a busy machine that takes a while.
  await page.waitForFunction(
    async () => {
      await navigator.serviceWorker.ready;
      return navigator.serviceWorker.controller !== null;
    },
    null,
    { timeout: 45_000 },
  );
}

async function pictured(page, name) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/app-${name}.png` });
}

test("a browser finds nothing that stands against installing it", async () => {
  await kept(host);
  const devtools = await host.context().newCDPSession(host);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // A profile of tests is one that browsers install nothing into.
  const left = installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito");
  assert.deepEqual(left, []);
  const manifest = await host.evaluate(async () => {
    const { href } = document.querySelector('link[rel="manifest"]');
    const { icons, ...rest } = await (await fetch(href)).json();
    const sizes = await Promise.all(
      icons.map(async ({ src }) => {
        const picture = new Image();
        picture.src = new URL(src, href);
        await picture.decode();
        return picture.naturalWidth;
      }),
    );
    return { start: new URL(rest.start_url, href).pathname, sizes };
  });
  assert.equal(manifest.start, "/");
  assert.deepEqual(manifest.sizes.slice(1), [192, 512, 512]);
});

test("what is kept is the page alone: nothing that anybody wrote, and no token", async () => {
  await draw(host, 300, 300);
  await host.locator('.saved[data-state="saved"]').waitFor();
  const paths = await host.evaluate(async () => {
    const found = [];
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) found.push(url.slice(location.origin.length));
    }
    return found;
  });
  assert.ok(paths.includes("/") && paths.some((path) => path.startsWith("/assets/core")));
  for (const path of paths) assert.match(path, /^\/($|assets\/|icons?[./]|manifest\.webmanifest$)/);
});

test("no other script address gets through the page's policy", async () => {
  const page = await classroom.person({ serviceWorkers: "allow" });
  await page.goto(`http://127.0.0.1:${classroom.server.port}/`);
  await kept(page);
  const refused = await page.evaluate(() => {
    const attempts = [
      () => trustedTypes.createPolicy("another", { createScriptURL: (address) => address }),
      // The page has made it once, for its own worker's address.
      () => trustedTypes.createPolicy("lessonroom-worker", { createScriptURL: (address) => address }),
    ];
    return attempts.map((attempt) => {
      try {
        attempt();
        return "let through";
      } catch (error) {
        return error.name;
      }
    });
  });
  assert.deepEqual(refused, ["TypeError", "TypeError"]);
  const other = await page.evaluate(() => navigator.serviceWorker.register("/sdk/lessonroom.js").then(() => "let through", ({ name }) => name));
  assert.equal(other, "TypeError");
  const isOfPolicy = (fault) => /TrustedTypePolicy|TrustedScriptURL|trusted-types/.test(fault);
  await eventually(() => classroom.faults.filter(isOfPolicy).some((fault) => fault.includes("sink")), "the policy tells of it");
  classroom.faults = classroom.faults.filter((fault) => !isOfPolicy(fault));
  await leave(page);
});

test("without a server the page opens, tells what waits, and sends it when the server is back", async () => {
  const guest = await classroom.guest(link, "Ada", { serviceWorkers: "allow" });
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await kept(guest);
  const room = guest.url();
  const before = await count(guest);
  await classroom.server.kill();
  await guest.getByText("Keep drawing").waitFor();
  await draw(guest, 300, 200);
  await draw(guest, 300, 420);
  assert.equal(await count(guest), before + 2);
  const again = await guest.context().newPage();
  await guest.close();
  await again.clock.install();
  await again.goto(room);
  await again.getByRole("heading", { name: "cannot be reached" }).waitFor();
  await pictured(again, "unreached");
  await again.getByText("2 changes of yours wait on this device").waitFor();
  assert.equal(await again.locator(".unsent-picture [data-id]").count(), 2);
  await pictured(again, "unreached");
  await again.getByRole("button", { name: "To my lessons" }).click();
  await again.getByRole("heading", { name: "Waiting to be sent" }).waitFor();
  await pictured(again, "home");
  await again.setViewportSize({ width: 390, height: 844 });
  await pictured(again, "home-phone");
  await again.setViewportSize({ width: 1280, height: 800 });
  await again.getByRole("button", { name: "Open the lesson" }).click();
  await again.getByRole("heading", { name: "cannot be reached" }).waitFor();
  await classroom.server.run();
  // Nobody has to ask: it looks for the server by itself.
  await eventually(async () => (await count(again)) === before + 2, "the page goes on with what it kept");
  await again.locator('.saved[data-state="saved"]').waitFor();
  await eventually(async () => (await count(host)) === before + 2, "the host has what waited");
  // And it looks no longer: the lesson that it has found stays open.
  let opened = 0;
  again.on("websocket", () => {
    opened += 1;
  });
  for (let n = 0; n < 3; n += 1) await again.clock.runFor(5_000);
  await draw(again, 500, 200);
  await eventually(async () => (await count(host)) === before + 3, "the lesson goes on");
  assert.equal(opened, 0);
  await leave(again);
});

test("whoever signs out leaves nothing here: neither what waits nor that there was a lesson", async () => {
  const page = await classroom.person({ serviceWorkers: "allow" });
  await page.goto(await classroom.server.newSignInLink());
  await page.getByRole("heading", { name: "Lessons" }).waitFor();
  await classroom.lesson(page, { title: "Solid geometry" });
  await kept(page);
  await classroom.server.kill();
  await page.getByText("Keep drawing").waitFor();
  await draw(page, 300, 300);
  const again = await page.context().newPage();
  await page.close();
  await again.goto(`http://127.0.0.1:${classroom.server.port}/`);
  await again.getByRole("heading", { name: "Waiting to be sent" }).waitFor();
  await again.getByRole("button", { name: "Sign out", exact: true }).click();
  await again.getByText("Paste").or(again.getByLabel("Link")).first().waitFor();
  await again.getByRole("heading", { name: "Waiting to be sent" }).waitFor({ state: "detached" });
  await again.reload();
  await again.getByText("Paste").or(again.getByLabel("Link")).first().waitFor();
  assert.equal(await again.getByRole("heading", { name: "Waiting to be sent" }).count(), 0);
  await classroom.server.run();
  await leave(again);
});
