/** Selecting, styling and stretching, in a real browser against a real server. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Classroom, converged, count, draw, eventually, goHome } from "../support/lesson.mjs";

let classroom;
let host;
before(async () => {
  classroom = await Classroom.open("[limits]\npoints_per_stroke = 40\n");
  host = await classroom.host();
});
let hasLesson = false;
beforeEach(async () => {
  if (hasLesson) await goHome(host);
  hasLesson = true;
  await classroom.lesson(host);
});
after(() => classroom.close());

async function drawBox(from, to, key = "r") {
  const before = await count(host);
  await host.locator(".board").focus();
  await host.keyboard.press(key);
  await drag(from, to);
  await eventually(async () => (await count(host)) === before + 1, "it is drawn");
}

async function drag(from, to) {
  await host.mouse.move(...from);
  await host.mouse.down();
  await host.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, { steps: 4 });
  await host.mouse.move(...to, { steps: 4 });
  await host.mouse.up();
}

function pressed() {
  return host.locator(".style-bar [aria-pressed=true]").evaluateAll((all) => all.map((one) => one.ariaLabel));
}

const button = (name) => host.getByRole("button", { name, exact: true });
const frame = () => host.locator(".frame");

/** The middle of the only frame, and its sides, in pixels of the page. */
async function framed() {
  return host.locator(".frame").boundingBox();
}

test("an empty box is picked by a click inside, of several the innermost one", async () => {
  await drawBox([300, 200], [800, 600]);
  await drawBox([400, 300], [600, 500], "o");
  await host.keyboard.press("v");
  await host.mouse.click(500, 400);
  assert.ok((await framed()).width < 250);
  await host.mouse.click(700, 550);
  assert.ok((await framed()).width > 450);
  // Within the frame of what is selected, too.
  await host.mouse.click(500, 400);
  assert.ok((await framed()).width < 250);
  await host.mouse.click(900, 650);
  await frame().waitFor({ state: "detached" });
});

test("the style bar shows the look of what is selected, and changes all of it", async () => {
  await button("Red").click();
  await drawBox([300, 200], [500, 400]);
  await button("Fill shapes").click();
  await host.keyboard.press("v");
  await host.mouse.click(400, 300);
  await host.keyboard.press("Escape");
  await host.keyboard.press("p");
  await button("Blue").click();
  await draw(host, 600, 300, { points: 10 });
  await host.keyboard.press("v");
  await host.mouse.click(300, 300);
  await eventually(async () => (await pressed()).includes("Red"), "the box is red");
  await button("Fill shapes").click();
  await eventually(async () => (await pressed()).includes("Fill shapes"), "and filled now");
  const fill = () => host.locator('[data-type="rect"] rect').getAttribute("fill");
  const red = await fill();
  assert.notEqual(red, "none");
  await button("Green").click();
  await eventually(async () => (await fill()) !== red, "the paper goes with the colour");
  await host.keyboard.press("Control+z");
  await eventually(async () => (await fill()) === red, "both are one step");
});

test("a tool that is chosen by its key draws with its own look, not with that of what was selected", async () => {
  await host.locator(".board").focus();
  await host.keyboard.press("n");
  await host.mouse.click(500, 400);
  await host.keyboard.type("selected");
  await host.keyboard.press("Escape");
  await frame().waitFor();
  await host.keyboard.press("r");
  await frame().waitFor({ state: "detached" });
  await button("Fill shapes").waitFor();
});

test("a width is the size of letters on a text", async () => {
  await host.locator(".board").focus();
  await host.keyboard.press("t");
  await host.mouse.click(400, 300);
  await host.keyboard.type("size");
  await host.keyboard.press("Escape");
  const size = () => host.locator('[data-type="text"] text').getAttribute("font-size");
  assert.equal(await size(), "24");
  await host.locator(".style-bar .width").last().click();
  await eventually(async () => (await size()) === "54", "it is larger");
});

test("a picture keeps its shape when a corner is dragged, but with Shift", async () => {
  await host.evaluate(async () => {
    const canvas = new OffscreenCanvas(200, 100);
    canvas.getContext("2d").fillRect(0, 0, 200, 100);
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([await canvas.convertToBlob()], "a.png", { type: "image/png" }));
    document.querySelector(".board").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  });
  const shape = async () => {
    const { width, height } = await host.locator(".board-svg image").boundingBox();
    return width / height;
  };
  await host.locator(".board-svg image").waitFor();
  assert.ok(Math.abs((await shape()) - 2) < 0.05);
  const corner = async () => {
    const { x, y, width, height } = await framed();
    return [x + width, y + height];
  };
  let [x, y] = await corner();
  await drag([x, y], [x + 20, y + 120]);
  await eventually(async () => (await host.locator(".board-svg image").boundingBox()).height > 180, "it is larger");
  assert.ok(Math.abs((await shape()) - 2) < 0.05);
  [x, y] = await corner();
  await host.keyboard.down("Shift");
  await drag([x, y], [x, y - 80]);
  await host.keyboard.up("Shift");
  assert.ok((await shape()) > 2.5);
});

test("[BD-9] a stroke past the points of one goes on in others, and is undone as one", async () => {
  await host.locator(".board").focus();
  for (const [key, y] of [["p", 250], ["m", 450]]) {
    const before = await count(host);
    await host.keyboard.press(key);
    await draw(host, 200, y, { points: 150 });
    await eventually(async () => (await count(host)) === before + 4, "four of 40 points at most");
    await converged([host], before + 4);
    const box = await host.evaluate(
      (from) => [...document.querySelectorAll(".board-svg [data-id]")].slice(from).map((one) => one.getBoundingClientRect().right),
      before,
    );
    assert.ok(Math.max(...box) > 790, "to its end");
    await host.keyboard.press("Control+z");
    await converged([host], before);
    await host.keyboard.press("Control+Shift+z");
    await converged([host], before + 4);
  }
});
