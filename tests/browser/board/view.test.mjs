/** What of the board is in view, in a real browser against a real server. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { cameraOf, converged, count, draw, eventually, leave } from "../support/lesson.mjs";
import { classroom, host, link } from "../support/lesson_each.mjs";

/** The part of the board in view: its middle, in board units, and the zoom. */
async function inView(page) {
  const { zoom, x, y } = await cameraOf(page);
  const { width, height } = await page.locator(".board").boundingBox();
  return { x: (width / 2 - x) / zoom, y: (height / 2 - y) / zoom, zoom };
}

async function sees(page, other) {
  await eventually(async () => {
    const [one, two] = [await inView(page), await inView(other)];
    return ["x", "y"].every((axis) => Math.abs(one[axis] - two[axis]) < 3) && one.zoom / two.zoom < 1.02;
  }, "both see the same part of the board");
}

test("[BD-14] a student follows what the host sees, until they move the board themself", async () => {
  const guest = await classroom.guest(link, "Ada", { viewport: { width: 900, height: 700 } });
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  const follow = guest.getByRole("button", { name: "Follow the host" });
  assert.equal(await host.getByRole("button", { name: "Follow the host" }).count(), 0);
  await host.mouse.move(600, 400);
  await host.mouse.wheel(700, 300);
  await follow.click();
  // Where the host went before is known, without a move of theirs.
  await sees(guest, host);
  await guest.getByText("You follow Operator").waitFor();
  await host.keyboard.press("Control+0");
  await host.locator(".board").focus();
  await host.keyboard.press("-");
  await host.keyboard.press("ArrowLeft");
  await sees(guest, host);

  // With the pen down the board stays, and goes on after.
  const before = await inView(guest);
  await draw(guest, 300, 300, {
    during: async () => {
      await host.keyboard.press("Shift+ArrowLeft");
      await host.getByText("Ada").last().waitFor();
    },
  });
  await sees(guest, host);
  assert.notEqual((await inView(guest)).x, before.x);

  await guest.mouse.wheel(0, 200);
  await guest.getByText("You follow Operator").waitFor({ state: "detached" });
  const own = await inView(guest);
  await host.keyboard.press("Shift+ArrowDown");
  await draw(host, 500, 300, { points: 5 });
  await converged([host, guest], 2);
  assert.deepEqual(await inView(guest), own);

  // Whoever comes later knows it as well.
  const late = await classroom.guest(link, "Ben");
  await late.getByRole("button", { name: /^People/ }).click();
  await late.getByRole("switch", { name: "Follow: see what they see" }).click();
  await sees(late, host);
  await leave(guest, late);
});

test("who comes later sees what was drawn, clear of the bars; so does who asks for all of it", async () => {
  await host.getByRole("button", { name: "Pen", exact: true }).click();
  await draw(host, 120, 160);
  await draw(host, 900, 640);
  await eventually(async () => (await count(host)) === 2, "both are drawn");
  for (const viewport of [{ width: 1280, height: 800 }, { width: 820, height: 1100 }, { width: 390, height: 844 }]) {
    const guest = await classroom.guest(link, "Ada", { viewport });
    await eventually(async () => (await count(guest)) === 2, "both are seen");
    assert.deepEqual(await covered(guest), [], `on coming in, ${viewport.width} wide`);
    // On a phone a panel covers most of the board, and is closed again.
    if (viewport.width > 640) await guest.getByRole("button", { name: "Chat" }).click();
    await guest.getByRole("button", { name: /^Show everything/ }).click();
    assert.deepEqual(await covered(guest), [], `on asking for all of it, ${viewport.width} wide`);
    await leave(guest);
  }
});

/** The bars that lie over something drawn. */
function covered(page) {
  return page.evaluate(() => {
    const box = (element) => element.getBoundingClientRect();
    const bars = [...document.querySelectorAll(".toolbar, .style-bar, .view-bar .card, .media-bar, .top-bar, .panel")];
    const drawn = [...document.querySelectorAll(".board-svg [data-id]")].map(box);
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return bars.filter((bar) => drawn.some((element) => meet(box(bar), element))).map(({ className }) => className);
  });
}

test("light and dark are as the device has it, or as chosen", async () => {
  const page = await classroom.person({ colorScheme: "dark" });
  await page.goto(new URL("/", link).href);
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const appearance = page.getByLabel("Appearance");
  const seen = {};
  for (const device of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme: device });
    for (const [chosen, label] of [["auto", "As the device"], ["light", "Light"], ["dark", "Dark"]]) {
      await appearance.selectOption({ label });
      seen[`${chosen} on ${device}`] = await paper();
    }
  }
  const [light, dark] = [seen["light on light"], seen["dark on dark"]];
  assert.notEqual(light, dark);
  assert.deepEqual(seen, {
    "auto on dark": dark,
    "light on dark": light,
    "dark on dark": dark,
    "auto on light": light,
    "light on light": light,
    "dark on light": dark,
  });
  await leave(page);
});

test("one stray dot far away does not empty the view of who comes later, nor the files", async () => {
  await host.getByRole("button", { name: "Pen", exact: true }).click();
  await draw(host, 300, 300);
  await draw(host, 300, 450);
  await host.mouse.wheel(14_000, 0);
  await draw(host, 500, 300, { points: 1 });
  await converged([host], 3);
  const guest = await classroom.guest(link, "Ada", { viewport: { width: 820, height: 1100 } });
  await eventually(async () => (await count(guest)) === 3, "all are there");
  const inViewOf = (page) =>
    page.evaluate(() => {
      const shown = ({ left, right, top, bottom }) => left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
      return [...document.querySelectorAll(".board-svg [data-id]")].filter((one) => shown(one.getBoundingClientRect())).length;
    });
  await eventually(async () => (await inViewOf(guest)) === 2, "the two waves are in view");
  assert.equal((await inView(guest)).zoom, 1);
  await guest.getByRole("button", { name: /^Show everything/ }).click();
  assert.equal(await inViewOf(guest), 2);
  await leave(guest);
});
