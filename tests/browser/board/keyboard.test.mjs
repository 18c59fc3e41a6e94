/** The classroom by keyboard alone. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Classroom, count, eventually } from "../support/lesson.mjs";

let classroom;
let host;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host();
  await classroom.lesson(host);
});
after(() => classroom.close());

/** What has the focus, in words. */
function focused(page) {
  return page.evaluate(() => {
    const at = document.activeElement;
    return at.classList.contains("board") ? "board" : (at.getAttribute("aria-label") ?? at.textContent.trim());
  });
}

/** Where the frame of the selection is, in whole pixels. */
async function frame() {
  const { x, y, width, height } = await host.locator(".frame").boundingBox();
  return [x, y, width, height].map(Math.round);
}

async function isAt(page, name) {
  await eventually(async () => (await focused(page)) === name, `the focus is on “${name}”`);
}

test("all bars together are a few stops of the Tab key, and all their controls are reached by arrows", async () => {
  await host.locator(".board").focus();
  const stops = new Set();
  for (let n = 0; n < 40; n += 1) {
    await host.keyboard.press("Tab");
    stops.add(await focused(host));
  }
  assert.ok(stops.size <= 8, [...stops].join());
  for (const name of ["Tools", "Colour and width", "View", "Lesson", "Microphone, camera and screen"]) {
    const bar = host.getByRole("toolbar", { name, exact: true });
    const controls = bar.locator("button:enabled:visible");
    await controls.first().focus();
    const reached = new Set();
    for (let n = 0; n < (await controls.count()); n += 1) {
      reached.add(await focused(host));
      await host.keyboard.press("ArrowRight");
    }
    assert.equal(reached.size, await controls.count(), name);
    await host.keyboard.press("End");
    await host.keyboard.press("ArrowDown");
    assert.equal(await controls.first().evaluate((first) => first === document.activeElement), true, name);
    await host.keyboard.press("Escape");
    await isAt(host, "board");
  }
});

test("Tab comes back to the control that one used last", async () => {
  await host.getByRole("button", { name: "Highlighter", exact: true }).focus();
  await host.keyboard.press("Escape");
  await isAt(host, "board");
  await host.keyboard.press("Tab");
  await isAt(host, "Highlighter");
});

test("tools that share a place open by the keyboard, and Escape leads back to their button", async () => {
  await host.locator(".board").focus();
  await host.keyboard.press("p");
  await host.getByRole("button", { name: "Shapes: Line" }).focus();
  await host.keyboard.press("Enter");
  await isAt(host, "Line");
  await host.keyboard.press("ArrowRight");
  await isAt(host, "Arrow");
  await host.keyboard.press("Escape");
  await isAt(host, "Shapes: Line");
  await host.keyboard.press("Enter");
  await isAt(host, "Line");
  await host.keyboard.press("ArrowLeft");
  await host.keyboard.press("ArrowLeft");
  await host.keyboard.press("Enter");
  assert.equal(await host.locator(".flyout").count(), 0);
  assert.notEqual(await host.locator(".board").getAttribute("data-tool"), "line");
  await host.locator(".board").focus();
  await host.keyboard.press("p");
});

test("arrows go through the menu, and Escape gives the focus back to its button", async () => {
  await host.getByRole("button", { name: "Menu" }).focus();
  await host.keyboard.press("Enter");
  await isAt(host, "Download the board…");
  await host.keyboard.press("ArrowDown");
  await isAt(host, "Open a file…");
  await host.keyboard.press("ArrowDown");
  await isAt(host, "Save a version");
  await host.keyboard.press("End");
  await isAt(host, "Leave");
  await host.keyboard.press("ArrowDown");
  await isAt(host, "Download the board…");
  await host.keyboard.press("Escape");
  await isAt(host, "Menu");
});

test("a question mark lists the keys, but not where one writes", async () => {
  await host.locator(".board").focus();
  await host.keyboard.press("?");
  const dialog = host.getByRole("dialog", { name: "Keys" });
  await dialog.getByText("Rectangle").waitFor();
  await host.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await host.getByRole("button", { name: "Chat" }).click();
  await host.getByLabel("Write to everyone…").fill("");
  await host.keyboard.type("why?");
  assert.equal(await host.getByLabel("Write to everyone…").inputValue(), "why?");
  assert.equal(await dialog.count(), 0);
  await host.keyboard.press("Escape");
  await isAt(host, "board");
});

test("a tool and Enter put its shape in the middle, arrows move it, with Control they size it", async () => {
  await host.locator(".board").focus();
  await host.keyboard.press("r");
  await host.keyboard.press("Enter");
  await eventually(async () => (await count(host)) === 1, "a rectangle is there");
  const [x, y, width, height] = await frame();
  const becomes = (...box) =>
    eventually(async () => (await frame()).join() === box.join(), `the frame is at ${box.join()}`);
  await host.keyboard.press("Shift+ArrowRight");
  await becomes(x + 10, y, width, height);
  await host.keyboard.press("Alt+ArrowRight");
  await host.keyboard.press("Alt+Shift+ArrowDown");
  await becomes(x + 10, y, width + 10, height + 50);
});

test("what is made by keys lies on nothing that is there, and in the middle where that is free", async () => {
  const before = await count(host);
  await host.locator(".board").focus();
  for (const key of ["r", "o", "d", "n"]) {
    await host.keyboard.press("Escape");
    await host.keyboard.press(key);
    await host.keyboard.press("Enter");
    if (key === "n") await host.keyboard.type("a note");
    await host.keyboard.press("Escape");
  }
  await eventually(async () => (await count(host)) === before + 4, "four more");
  const boxes = await host.locator(".board-svg [data-id]").evaluateAll((all) =>
    all.map((one) => {
      const { left, right, top, bottom } = one.getBoundingClientRect();
      return { left, right, top, bottom };
    }),
  );
  for (const [n, a] of boxes.entries()) {
    for (const b of boxes.slice(n + 1)) {
      const isOver = a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
      assert.equal(isOver, false, `${JSON.stringify(a)} lies on ${JSON.stringify(b)}`);
    }
  }
  for (let n = 0; n < 4; n += 1) await host.keyboard.press("Control+z");
  await eventually(async () => (await count(host)) === before, "as before");
});

test("Enter on the text tool opens a text in the middle", async () => {
  await host.locator(".board").focus();
  await host.keyboard.press("Escape");
  await host.keyboard.press("t");
  await host.keyboard.press("Enter");
  await host.keyboard.type("by keyboard");
  await host.keyboard.press("Escape");
  await eventually(async () => (await count(host)) === 2, "the text is there");
});

const press = (...keys) => keys.reduce((before, key) => before.then(() => host.keyboard.press(key)), Promise.resolve());

test("Enter puts the pen down, arrows lead it, Enter lifts it; the eraser goes on where it was", async () => {
  const strokes = host.locator('[data-type="stroke"]');
  const ring = host.locator(".led");
  const before = await count(host);
  await host.locator(".board").focus();
  await press("Escape", "p", "Enter");
  await ring.waitFor();
  await press("Enter", "Shift+ArrowRight", "Backspace");
  await eventually(async () => (await count(host)) === before, "what is given up is not there");
  await press("Enter", "Shift+ArrowRight", "ArrowRight");
  // Longer than a hand that means an exact shape: keys rest as long as they like.
  await host.evaluate(() => new Promise((resolve) => setTimeout(resolve, 700)));
  await press("Shift+ArrowDown", "Enter", "Escape");
  await ring.waitFor({ state: "detached" });
  await eventually(async () => (await strokes.count()) === 1, "a stroke");
  const { width, height } = await strokes.boundingBox();
  assert.ok(width > 60 && width < 75 && height > 50 && height < 65, `${width} by ${height}`);
  await press("e", "Enter", "Enter", "Shift+ArrowUp", "Shift+ArrowLeft", "ArrowLeft", "Enter", "Escape");
  await eventually(async () => (await strokes.count()) === 0, "all of it is erased");
  // Whoever goes to the bars has put it away.
  await press("p", "Enter", "Enter", "Shift+ArrowRight");
  await host.getByRole("button", { name: "Menu" }).focus();
  await ring.waitFor({ state: "detached" });
  await eventually(async () => (await strokes.count()) === 1, "as far as it was led");
});

test("Enter on a line leads its ends, and on a triangle its corners, also a turned one", async () => {
  await host.locator(".board").focus();
  await press("Escape", "l", "Enter", "Enter", "Shift+ArrowUp", "Enter", "Shift+ArrowRight", "Escape");
  const path = (type) => host.locator(`[data-type="${type}"] path`).first().getAttribute("d");
  const line = host.locator('[data-type="line"]');
  await eventually(async () => Math.round((await line.boundingBox()).width / 10) === 21, "50 further to the right");
  assert.equal(Math.round((await line.boundingBox()).height / 10), 15);
  await press("d", "Enter", ".");
  const upright = await path("polygon");
  await press("Enter", "Enter", "Shift+ArrowRight");
  await eventually(async () => (await path("polygon")) !== upright, "a corner is elsewhere");
  await host.locator("[role=status]", { hasText: /Corner 2 of 3/ }).waitFor({ state: "attached" });
  await press("Backspace");
  await host.locator("[role=status]", { hasText: /Corner 1 of 3/ }).waitFor({ state: "attached" });
  await press("Escape");
  await host.locator(".led").waitFor({ state: "detached" });
});
