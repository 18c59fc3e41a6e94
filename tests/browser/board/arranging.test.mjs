/** Arranging what is selected: by mouse, by touch, by keyboard, in a real browser against a real server. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Hand } from "../support/hands.mjs";
import { Classroom, converged, count, eventually, goHome, leave } from "../support/lesson.mjs";

let classroom;
let host;
let link;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host({ hasTouch: true });
});
let hasLesson = false;
beforeEach(async () => {
  if (hasLesson) await goHome(host);
  hasLesson = true;
  link = await classroom.lesson(host);
});
after(() => classroom.close());

async function drag(page, from, to, { steps = 6 } = {}) {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, { steps });
  await page.mouse.move(...to, { steps });
  await page.mouse.up();
}

async function drawBox(page, from, to, key = "r") {
  const there = await count(page);
  await page.locator(".board").focus();
  await page.keyboard.press(key);
  await drag(page, from, to);
  await eventually(async () => (await count(page)) === there + 1, "it is drawn");
}

/** Where the n-th shape is painted, in whole pixels: left, top, width, height. */
async function place(page, n = 0) {
  const shape = page.locator(".board-svg [data-id] > :first-child").nth(n);
  return shape.evaluate((one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return [x, y, width, height].map(Math.round);
  });
}

async function places(page) {
  const all = [];
  for (let n = 0; n < (await count(page)); n += 1) all.push(await place(page, n));
  return all;
}

async function becomes(page, n, wanted, message) {
  let found;
  await eventually(async () => {
    found = await place(page, n);
    return found.every((value, at) => wanted[at] === null || Math.abs(value - wanted[at]) <= 2);
  }, `${message}: ${wanted}`).catch((error) => {
    throw new Error(`${error.message}, found ${found}`);
  });
}

const handle = async (page, name) => {
  const { x, y, width, height } = await page.locator(`[data-handle=${name}]`).boundingBox();
  return [x + width / 2, y + height / 2];
};
const rotation = (page, n = 0) =>
  page.locator(".board-svg [data-id]").nth(n).evaluate((one) => /rotate\(([-\d.]+)/.exec(one.getAttribute("transform") ?? "")?.[1] ?? "0");
const undo = (page) => page.keyboard.press("Control+z");
const item = (page, name) => page.getByRole("menuitem", { name, exact: true });
const select = async (page) => {
  await page.locator(".board").focus();
  await page.keyboard.press("v");
};

test("each of the eight handles pulls its own side, and the other side stays", async () => {
  await drawBox(host, [400, 300], [600, 400]);
  await select(host);
  await host.mouse.click(400, 350);
  // Where it is not drawn, so that no line is there to snap to.
  for (const [name, by, wanted] of [
    ["e", [40, 5], [400, 300, 240, 100]],
    ["w", [-30, 5], [370, 300, 270, 100]],
    ["s", [5, 50], [370, 300, 270, 150]],
    ["n", [5, 20], [370, 320, 270, 130]],
    ["nw", [20, 10], [390, 330, 250, 120]],
    ["se", [10, 30], [390, 330, 260, 150]],
    ["ne", [-20, -10], [390, 320, 240, 160]],
    ["sw", [-30, 20], [360, 320, 270, 180]],
  ]) {
    const [x, y] = await handle(host, name);
    await drag(host, [x, y], [x + by[0], y + by[1]]);
    const [left, top, width, height] = wanted;
    // The pen's width is painted on both sides.
    await becomes(host, 0, [left - 2, top - 2, width + 4, height + 4].map((value, at) => (at < 2 ? value + 2 : value - 4)), name);
  }
  await undo(host);
  await becomes(host, 0, [390, 320, 240, 160], "one pull is one step");
});

test("the handle above turns, with Shift in steps; a turned box is pulled along its own sides", async () => {
  await drawBox(host, [400, 300], [600, 400]);
  await select(host);
  await host.mouse.click(400, 350);
  const [x, y] = await handle(host, "turn");
  assert.ok(Math.abs(x - 500) < 3 && y < 300);
  await host.keyboard.down("Shift");
  await drag(host, [x, y], [560, 250]);
  await host.keyboard.up("Shift");
  await eventually(async () => (await rotation(host)) === "30", "30 degrees");
  const [ex, ey] = await handle(host, "e");
  await drag(host, [ex, ey], [ex + 87, ey + 50]);
  await eventually(
    async () => Math.abs(Number(await host.locator("[data-type=rect] rect").getAttribute("width")) - 300) < 3,
    "a hundred wider along itself",
  );
  await undo(host);
  await undo(host);
  await eventually(async () => (await rotation(host)) === "0", "undone");
});

test("what is dragged snaps to the edges of others, with a line that shows it, and not with Ctrl", async () => {
  await drawBox(host, [300, 200], [400, 300]);
  await drawBox(host, [700, 420], [800, 520]);
  await select(host);
  await host.mouse.move(700, 470);
  await host.mouse.down();
  await host.mouse.move(650, 400, { steps: 4 });
  await host.mouse.move(500, 254, { steps: 4 });
  await eventually(async () => (await host.locator(".guide").count()) > 0, "a guide is shown");
  await host.mouse.up();
  await becomes(host, 1, [500, 200, 100, 100], "on one line");
  assert.equal(await host.locator(".guide").count(), 0);
  // Beside the handle in the middle of the side.
  await host.mouse.move(500, 225);
  await host.mouse.down();
  await host.keyboard.down("Control");
  await host.mouse.move(520, 229, { steps: 4 });
  await host.mouse.up();
  await host.keyboard.up("Control");
  await becomes(host, 1, [520, 204, 100, 100], "as the hand had it");
});

test("a group is picked, moved and removed as one, and a click with Ctrl takes one of it", async () => {
  await drawBox(host, [300, 200], [400, 300]);
  await drawBox(host, [500, 200], [600, 300]);
  await host.keyboard.press("Control+a");
  await host.keyboard.press("Control+g");
  await host.keyboard.press("Escape");
  await host.mouse.click(300, 250);
  await eventually(async () => (await host.locator(".frame").boundingBox()).width > 290, "both are framed");
  await drag(host, [350, 200], [380, 300]);
  await becomes(host, 0, [330, 300, 100, 100], "the one");
  await becomes(host, 1, [530, 300, 100, 100], "and the other");
  await host.mouse.click(900, 600);
  await host.keyboard.down("Control");
  await host.mouse.click(330, 350);
  await host.keyboard.up("Control");
  await eventually(async () => (await host.locator(".frame").boundingBox()).width < 130, "one by itself");
  await host.keyboard.press("Escape");
  await host.mouse.click(330, 350);
  await host.keyboard.press("Control+Shift+g");
  await host.keyboard.press("Escape");
  await host.mouse.click(330, 350);
  await eventually(async () => (await host.locator(".frame").boundingBox()).width < 130, "it is no group any more");
});

test("[BD-19] groups in groups: ungrouping gives back the inner ones; copies, the clipboard and undo keep them", async () => {
  const pupil = await classroom.guest(link, "Ben");
  await drawBox(host, [300, 200], [350, 250]);
  await drawBox(host, [360, 200], [410, 250]);
  await host.keyboard.press("Control+a");
  await host.keyboard.press("Control+g");
  await drawBox(host, [500, 200], [550, 250]);
  await host.keyboard.press("Control+a");
  await host.keyboard.press("Control+g");
  await host.keyboard.press("Escape");
  const width = async () => Math.round((await host.locator(".frame").boundingBox()).width);
  const isWide = (least, most, what) => eventually(async () => (await width()) >= least && (await width()) <= most, what);
  await host.mouse.click(525, 200);
  await isWide(245, 275, "all three");
  // Two presses: what lies one deeper, and then one of it.
  await host.mouse.dblclick(300, 225);
  await isWide(105, 135, "the inner group");
  await host.mouse.dblclick(300, 225);
  await isWide(45, 75, "one of it");
  await host.keyboard.press("Escape");
  await host.mouse.click(525, 200);
  await host.keyboard.press("Control+d");
  await eventually(async () => (await count(host)) === 6, "a copy");
  await host.keyboard.press("Control+c");
  await host.mouse.move(400, 500);
  await host.keyboard.press("Control+v");
  await eventually(async () => (await count(host)) === 9, "and one from the clipboard");
  // What was pasted is three in two groups, one in the other.
  await host.keyboard.press("Control+Shift+g");
  await host.keyboard.press("Escape");
  const pasted = (await places(host)).slice(6);
  const [left, top] = [pasted[0][0], pasted[0][1] + 25];
  await host.mouse.click(left, top);
  await isWide(105, 135, "the inner group is there again");
  await host.keyboard.press("Control+z");
  await host.keyboard.press("Escape");
  await host.mouse.click(left, top);
  await isWide(245, 275, "and undo makes one group of it again");
  await converged([host, pupil], 9);
  await leave(pupil);
});

test("copies: with Ctrl+D in a row, with Alt by dragging, and a copied group is another group", async () => {
  await drawBox(host, [300, 200], [380, 260]);
  await drawBox(host, [300, 280], [380, 340]);
  await host.keyboard.press("Control+a");
  await host.keyboard.press("Control+g");
  await host.keyboard.press("Control+d");
  await eventually(async () => (await count(host)) === 4, "a copy");
  await drag(host, [320, 250], [420, 250]);
  for (const more of [6, 8, 10]) {
    await host.keyboard.press("Control+d");
    await eventually(async () => (await count(host)) === more, `${more} elements`);
  }
  const lefts = (await places(host)).map(([x]) => x).filter((_, n) => n % 2 === 0);
  const gaps = lefts.slice(1).map((x, n) => x - lefts[n]);
  assert.ok(gaps.every((gap) => Math.abs(gap - gaps[0]) <= 1), `a row: ${lefts}`);
  await host.mouse.click(900, 600);
  await host.keyboard.down("Alt");
  await drag(host, [300, 230], [300, 530]);
  await host.keyboard.up("Alt");
  await eventually(async () => (await count(host)) === 12, "what was dragged is a copy");
  await becomes(host, 0, [300, 200, 80, 60], "and the original stays");
  await eventually(async () => (await host.locator(".frame").boundingBox()).height < 180, "the copy alone is selected");
  await undo(host);
  await eventually(async () => (await count(host)) === 10, "one step");
});

test("the menu of the right button aligns, distributes, flips; each is one step", async () => {
  await drawBox(host, [300, 200], [360, 260]);
  await drawBox(host, [420, 330], [500, 380]);
  await drawBox(host, [800, 420], [840, 520]);
  const before = await places(host);
  await host.keyboard.press("Control+a");
  for (const [name, claim] of [
    ["Top edges", (all) => all.every(([, y]) => Math.abs(y - 200) <= 1)],
    ["Right edges", (all) => all.every(([x, , w]) => Math.abs(x + w - 840) <= 1)],
    ["Middles, side by side", (all) => all.every(([, y, , h]) => Math.abs(y + h / 2 - 360) <= 1)],
    ["Even gaps across", ([a, b, c]) => Math.abs(b[0] - a[0] - a[2] - (c[0] - b[0] - b[2])) <= 1],
    ["Flip left and right", ([a, , c]) => Math.abs(a[0] + a[2] - 840) <= 1 && Math.abs(c[0] - 300) <= 1],
    ["Quarter turn to the right", (all) => all.every(([, , w, h], n) => Math.abs(w - before[n][3]) <= 1 && Math.abs(h - before[n][2]) <= 1)],
  ]) {
    await host.mouse.click(450, 330, { button: "right" });
    await item(host, name).click();
    await eventually(async () => claim(await places(host)), name);
    await undo(host);
    await eventually(async () => (await places(host)).join() === before.join(), `${name} is undone`);
    await host.keyboard.press("Control+a");
  }
});

test("[BD-18] what is locked is passed by until the menu unlocks it; a pupil cannot", async () => {
  const pupil = await classroom.guest(link, "Ann");
  await drawBox(host, [300, 200], [500, 400]);
  await select(host);
  await host.mouse.click(300, 300);
  await host.keyboard.press("Control+Shift+l");
  await host.getByText("1 element locked").waitFor();
  assert.equal(await host.locator(".handle").count(), 0);
  await host.keyboard.press("ArrowRight");
  await host.keyboard.press("Delete");
  await host.mouse.click(900, 600);
  await drag(host, [300, 250], [600, 300]);
  await host.keyboard.press("e");
  await drag(host, [280, 300], [520, 300]);
  await becomes(host, 0, [300, 200, 200, 200], "it stays where it is");
  await converged([host, pupil], 1);
  await pupil.locator(".board").focus();
  await pupil.keyboard.press("v");
  await pupil.mouse.click(300, 300, { button: "right" });
  await item(pupil, "Duplicate").waitFor();
  assert.equal(await item(pupil, "Unlock").count(), 0);
  await pupil.keyboard.press("Escape");
  await host.keyboard.press("v");
  await host.mouse.click(300, 300, { button: "right" });
  await item(host, "Unlock").click();
  await drag(host, [300, 250], [340, 250]);
  await becomes(host, 0, [340, 200, 200, 200], "it moves again");
  await converged([host, pupil], 1);
  await leave(pupil);
});

test("[BD-17] a pupil moves their own among others', and is told what stays", async () => {
  await drawBox(host, [300, 200], [400, 300]);
  const pupil = await classroom.guest(link, "Ann");
  await pupil.locator(".saved[data-state=saved]").waitFor();
  await drawBox(pupil, [500, 200], [600, 300]);
  await converged([host, pupil], 2);
  await pupil.keyboard.press("v");
  await pupil.mouse.click(300, 250, { button: "right" });
  await item(pupil, "Duplicate").waitFor();
  await pupil.keyboard.press("Escape");
  await pupil.keyboard.down("Shift");
  await pupil.mouse.click(500, 250);
  await pupil.keyboard.up("Shift");
  await pupil.keyboard.press("Shift+x");
  await pupil.getByText("Flip left and right. 1 element stays: it is locked, or not yours").waitFor();
  await pupil.keyboard.press("Shift+ArrowDown");
  await becomes(pupil, 1, [500, 210, 100, 100], "their own");
  await becomes(pupil, 0, [300, 200, 100, 100], "the teacher's");
  await converged([host, pupil], 2);
  await leave(pupil);
});

test("a finger that rests opens the menu; one that moves, and two, do not", async () => {
  await drawBox(host, [300, 200], [500, 400]);
  await select(host);
  const hand = await Hand.on(host);
  const menu = host.getByRole("menu");
  await hand.touch(1, 300, 300);
  await menu.waitFor();
  await hand.lift(1);
  assert.ok(await item(host, "Duplicate").isVisible());
  await item(host, "Duplicate").tap();
  await eventually(async () => (await count(host)) === 2, "a copy");
  await hand.touch(1, 600, 500);
  await hand.touch(2, 700, 500);
  await hand.along([700, 500], [800, 500], 5, (x, y) => hand.touch(2, x, y));
  // Longer than a finger has to rest.
  await host.evaluate(() => new Promise((resolve) => setTimeout(resolve, 700)));
  assert.equal(await menu.count(), 0);
  await hand.lift(1);
  await hand.lift(2);
});

test("everything by keyboard: pick, go on, move, size, turn, copy, lock, the menu; and it is said", async () => {
  const told = (text) => host.locator("[role=status]", { hasText: text }).waitFor({ state: "attached" });
  await host.locator(".board").focus();
  await host.keyboard.press("r");
  await host.keyboard.press("Enter");
  await eventually(async () => (await count(host)) === 1, "a box in the middle");
  await host.keyboard.press("Shift+ArrowLeft");
  await told("Moved to");
  await host.keyboard.press("Alt+Shift+ArrowRight");
  await told("210 wide, 100 high");
  await host.keyboard.press(".");
  await told("Turned by 15°");
  await eventually(async () => (await rotation(host)) === "15", "turned");
  await host.keyboard.press("Control+d");
  await told("1 copy");
  await host.keyboard.press("Shift+Tab");
  await told("Rectangle, 1 of 2");
  await host.keyboard.press("Tab");
  await told("Rectangle, 2 of 2");
  await host.keyboard.press("Control+Shift+L");
  await told("1 element locked");
  await host.keyboard.press("Shift+Tab");
  await host.keyboard.press("Tab");
  await told("Rectangle, 2 of 2. Locked");
  await host.keyboard.press("Shift+F10");
  await item(host, "Unlock").waitFor();
  await eventually(async () => {
    await host.keyboard.press("ArrowDown");
    return item(host, "Unlock").evaluate((one) => one === document.activeElement);
  }, "arrows reach it");
  await host.keyboard.press("Enter");
  await told("1 element unlocked");
  assert.ok(await host.locator(".board").evaluate((board) => board === document.activeElement));
  await host.keyboard.press("Tab");
  await eventually(async () => host.evaluate(() => !document.activeElement.matches(".board")), "on to the bars");
});

test("the style bar says what only some of the selection have", async () => {
  await host.getByRole("button", { name: "Red", exact: true }).click();
  await drawBox(host, [300, 200], [400, 300]);
  await host.getByRole("button", { name: "Blue", exact: true }).click();
  await drawBox(host, [500, 200], [600, 300]);
  await host.keyboard.press("Control+a");
  const state = (name) => host.getByRole("button", { name, exact: true }).getAttribute("aria-pressed");
  await eventually(async () => (await state("Red")) === "mixed", "red are some");
  assert.equal(await state("Blue"), "mixed");
  assert.equal(await state("Green"), "false");
  await host.getByRole("button", { name: "Green", exact: true }).click();
  await eventually(async () => (await state("Green")) === "true", "all are green");
});
