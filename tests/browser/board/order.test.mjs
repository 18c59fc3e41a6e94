/** What lies over what by one step, rows of a table by hand, and TeX that outlives a reload. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { count, eventually } from "../support/lesson.mjs";
import { host } from "../support/lesson_each.mjs";

const button = (name) => host.getByRole("button", { name, exact: true });

async function drag(from, to) {
  await host.mouse.move(...from);
  await host.mouse.down();
  await host.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, { steps: 3 });
  await host.mouse.move(...to, { steps: 3 });
  await host.mouse.up();
}

async function drawn(key, from, to) {
  const before = await count(host);
  await host.keyboard.press(key);
  await drag(from, to);
  await eventually(async () => (await count(host)) === before + 1, "it is drawn");
}

const order = () => host.locator(".board-svg [data-id]").evaluateAll((all) => all.map((one) => one.dataset.type).join());

test("keys bring a shape forward and back by one, and undo takes a step back", async () => {
  await drawn("r", [300, 200], [500, 400]);
  await drawn("o", [320, 220], [520, 420]);
  await drawn("l", [310, 230], [490, 390]);
  assert.equal(await order(), "rect,ellipse,line");
  await host.keyboard.press("v");
  await host.mouse.click(300, 300);
  await host.keyboard.press("Control+]");
  await eventually(async () => (await order()) === "ellipse,rect,line", "forward by one");
  await host.keyboard.press("Control+]");
  await eventually(async () => (await order()) === "ellipse,line,rect", "and again");
  await host.keyboard.press("Control+[");
  await eventually(async () => (await order()) === "ellipse,rect,line", "back by one");
  await host.keyboard.press("Control+z");
  await eventually(async () => (await order()) === "ellipse,line,rect", "undone");
});

test("a shape that is drawn snaps to the edge of another, unless Control is held", async () => {
  await drawn("r", [300, 200], [500, 400]);
  await host.keyboard.press("v");
  await host.mouse.click(300, 300);
  await host.keyboard.press("Escape");
  await drawn("r", [600, 250], [700, 397]);
  const bottoms = () => host.locator(".board-svg [data-type=rect] rect").evaluateAll((all) => all.map((one) => Number(one.getAttribute("y")) + Number(one.getAttribute("height"))));
  const [first, second] = await bottoms();
  assert.equal(second, first);
  await host.keyboard.press("r");
  await host.keyboard.down("Control");
  await drag([750, 250], [850, 396]);
  await host.keyboard.up("Control");
  await eventually(async () => (await count(host)) === 3, "the third");
  assert.notEqual((await bottoms())[2], first);
});

test("TeX that was not saved is there again after a reload, and not once it was given up", async () => {
  await host.keyboard.press("f");
  const field = host.getByLabel("Formula in TeX");
  await field.fill("\\frac{a}{b} <img src=x onerror=alert(1)>");
  await host.reload();
  await field.waitFor();
  assert.equal(await field.inputValue(), "\\frac{a}{b} <img src=x onerror=alert(1)>");
  await button("Cancel").click();
  await host.reload();
  await host.getByText("Live").waitFor();
  await host.keyboard.press("f");
  assert.equal(await field.inputValue(), "");
  await host.keyboard.press("Escape");
});

test("a row of a table is as high as its side is dragged", async () => {
  await host.keyboard.press("b");
  const field = host.locator('[data-at="0:0"]');
  await field.fill("x");
  const side = host.locator(".table-bottom").first();
  const box = await side.boundingBox();
  const [x, y] = [box.x + 20, box.y + box.height / 2];
  await drag([x, y], [x, y + 60]);
  await host.keyboard.press("Control+Enter");
  const table = host.locator(".board-svg [data-type=table]");
  await table.waitFor();
  const lines = await table.locator("path").first().getAttribute("d");
  const levels = [...lines.matchAll(/M[-\d.]+ ([-\d.]+)H/g)].map((found) => Number(found[1]));
  assert.ok(levels[1] - levels[0] > levels[2] - levels[1] + 40, `${levels}`);
});
