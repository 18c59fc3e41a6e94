/** The server below a path of a host that others use as well, behind a proxy. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Classroom, converged, draw, eventually, goHome, leave, Server } from "../support/lesson.mjs";
import { ReverseProxy } from "../support/reverse_proxy.mjs";

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGP8z8DAwMDAxMDAwMDAAAANHQEDasKb6QAAAABJRU5ErkJggg==";

for (const isTakenAway of [true, false]) {
  const how = isTakenAway ? "takes the path away" : "leaves the path in front";

  test(`[HS-1] a lesson below a path, behind a proxy that ${how}`, async () => {
    const proxy = await ReverseProxy.open();
    const root = `${proxy.origin}/school/lessons`;
    const classroom = await Classroom.open(`[server]\npublic_url = "${root}"\nbehind_proxy = true\n`);
    proxy.place("/school/lessons", classroom.server.port, { isTakenAway });
    try {
      assert.ok(classroom.server.signInLink.startsWith(`${root}/signin#`));
      const host = await classroom.host();
      const link = await classroom.lesson(host);
      assert.ok(link.startsWith(`${root}/join/`), link);

      // An invitation that is pasted, then a place by it; a picture, which is fetched by the other.
      const guest = await classroom.person();
      await guest.goto(root);
      await guest.getByLabel("Invitation link").fill(link);
      await guest.getByRole("button", { name: "Continue" }).click();
      await guest.getByLabel("Your name").fill("Ann");
      await guest.getByRole("button", { name: "Join" }).click();
      await guest.locator(".saved").waitFor();
      await draw(guest, 300, 300);
      await converged([host, guest], 1);
      const picture = { name: "dot.png", mimeType: "image/png", buffer: Buffer.from(PNG, "base64") };
      await host.locator('input[type="file"]').setInputFiles(picture);
      const areShown = () => Promise.all([host, guest].map((page) => page.locator(".board-svg image").waitFor()));
      await areShown();
      await converged([host, guest], 2);

      // Loaded anew, deep in the page's own addresses.
      await guest.reload();
      await areShown();
      await converged([host, guest], 2);

      // The SDK, in a page of the same origin.
      const members = await host.evaluate(async (at) => Object.keys(await import(at)), `${root}/sdk/lessonroom.js`);
      assert.ok(members.includes("connect"));

      await goHome(host);
      await host.getByRole("button", { name: "Server" }).click();
      await host.getByText("Geometry").first().waitFor();
      assert.ok(new URL(host.url()).pathname.startsWith("/school/lessons/operator"));
      await host.goto(link.replace("/join/", "/history/").replace(/#.*/, ""));
      await host.locator(".still-board").waitFor();
      await leave(host, guest);
      assert.deepEqual(proxy.strays, []);
    } finally {
      proxy.close();
      await classroom.close();
    }
  });
}

test("two servers below paths of one origin keep their people apart", async () => {
  const proxy = await ReverseProxy.open();
  const settings = (path) => `[server]\npublic_url = "${proxy.origin}${path}"\nbehind_proxy = true\n`;
  const classroom = await Classroom.open(settings("/one"));
  const other = await Server.start(settings("/two"));
  proxy.place("/one", classroom.server.port, { isTakenAway: false });
  proxy.place("/two", other.port, { isTakenAway: true });
  try {
    const page = await classroom.host();
    await page.goto(`${proxy.origin}/two/`);
    await page.getByLabel("Invitation link").waitFor();
    await page.goto(`${proxy.origin}/one/`);
    await page.getByRole("heading", { name: "Lessons" }).waitFor();
    await page.evaluate(() => localStorage.setItem("another", "application"));
    const keys = await page.evaluate(() => Object.keys(localStorage));
    await eventually(async () => keys.includes("/onelessonroom.user"), `kept below its path: ${keys}`);
    await leave(page);
  } finally {
    proxy.close();
    await other.stop();
    await classroom.close();
  }
});
