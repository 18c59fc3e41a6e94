/** The tools of the hand, in a real browser against a real server. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Hand } from "../support/hands.mjs";
import { converged, count, eventually, leave } from "../support/lesson.mjs";
import { classroom, host, link } from "../support/lesson_each.mjs";

beforeEach(() => host.locator(".board").focus());

const button = (name, page = host) => page.getByRole("button", { name, exact: true });

async function drag(page, ...path) {
  await page.mouse.move(...path[0]);
  await page.mouse.down();
  for (const to of path.slice(1)) await page.mouse.move(...to, { steps: 12 });
  await page.mouse.up();
}

async function pupil(name = "Ada") {
  const page = await classroom.guest(link, name);
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  return page;
}

/** Left and right edge of everything that is painted, in order. */
function spans(page) {
  return page.locator(".board-svg [data-id]").evaluateAll((all) =>
    all
      .map((one) => one.getBoundingClientRect())
      .map(({ left, right }) => [Math.round(left), Math.round(right)])
      .sort(([a], [b]) => a - b),
  );
}

test("[BD-20] an eraser takes what it passes over; the pieces stay their author's, and undo makes them whole", async () => {
  const ada = await pupil();
  await ada.locator(".board").focus();
  await drag(ada, [300, 300], [700, 300]);
  await converged([host, ada], 1);
  await host.keyboard.press("e");
  await drag(host, [500, 200], [500, 400]);
  await converged([host, ada], 2);
  const [[, left], [right]] = await spans(host);
  assert.ok(left < 495 && left > 480 && right > 505 && right < 520, `${left} ${right}`);
  // A pupil may go on with the pieces of her own stroke.
  await ada.keyboard.press("e");
  await drag(ada, [400, 250], [400, 350]);
  await converged([host, ada], 3);
  await ada.keyboard.press("Control+z");
  await converged([host, ada], 2);
  await host.keyboard.press("Control+z");
  await converged([host, ada], 1);
  assert.deepEqual((await spans(ada)).length, 1);
  await host.keyboard.press("Control+Shift+z");
  await converged([host, ada], 2);
  await leave(ada);
});

test("[BD-17] an eraser passes over what others drew, where one may not change it", async () => {
  await drag(host, [300, 300], [700, 300]);
  const ada = await pupil();
  await converged([host, ada], 1);
  await ada.locator(".board").focus();
  await drag(ada, [500, 250], [500, 350]);
  await converged([host, ada], 2);
  await ada.keyboard.press("e");
  await drag(ada, [450, 300], [550, 300]);
  await converged([host, ada], 3);
  await leave(ada);
});

test("an eraser may take strokes whole, shapes it always does; a click is enough, and the choice is kept", async () => {
  await drag(host, [300, 300], [700, 300]);
  await host.keyboard.press("r");
  await drag(host, [300, 400], [500, 500]);
  await converged([host], 2);
  await host.keyboard.press("e");
  await host.mouse.click(300, 450);
  await converged([host], 1);
  await button("Whole strokes").click();
  await host.mouse.click(500, 300);
  await converged([host], 0);
  await host.reload();
  await button("Pen").waitFor();
  await host.locator(".board").focus();
  await host.keyboard.press("e");
  await button("Whole strokes").and(host.locator("[aria-pressed=true]")).waitFor();
  await button("Whole strokes").click();
});

test("the size of the eraser is what is shown at the pointer, and what it takes", async () => {
  await drag(host, [300, 300], [700, 300]);
  await host.keyboard.press("e");
  await button("Size 4").click();
  await host.mouse.move(500, 300);
  const disc = await host.locator(".eraser-disc").boundingBox();
  assert.ok(Math.abs(disc.width - 80) < 3, `${disc.width}`);
  await host.mouse.click(500, 300);
  await converged([host], 2);
  const [[, left], [right]] = await spans(host);
  assert.ok(right - left > 76 && right - left < 88, `${right - left}`);
  await button("Size 2").click();
});

test("the other end of a pen erases parts, whatever tool is chosen", async () => {
  await drag(host, [300, 300], [700, 300]);
  const hand = await Hand.on(host);
  await hand.pen("mousePressed", 500, 250, 32);
  await hand.along([500, 250], [500, 350], 10, (x, y) => hand.pen("mouseMoved", x, y, 32));
  await hand.pen("mouseReleased", 500, 350, 0);
  await converged([host], 2);
});

test("others see parts go while the eraser is still down", async () => {
  const ada = await pupil();
  await drag(host, [300, 300], [700, 300]);
  await converged([host, ada], 1);
  await host.keyboard.press("e");
  await host.mouse.move(400, 250);
  await host.mouse.down();
  await host.mouse.move(400, 350, { steps: 10 });
  await eventually(async () => {
    await host.mouse.move(400, 350 + Math.random());
    return (await count(ada)) === 2;
  }, "the pupil sees two pieces");
  await host.mouse.up();
  await converged([host, ada], 2);
  await leave(ada);
});

test("a lasso selects what lies in its loop for the greater part, and what one does next moves it", async () => {
  await drag(host, [300, 300], [400, 300]);
  await drag(host, [300, 400], [700, 400]);
  await host.keyboard.press("r");
  await drag(host, [320, 480], [420, 540]);
  await converged([host], 3);
  await host.keyboard.press("s");
  await drag(host, [260, 240], [500, 240], [500, 600], [260, 600], [250, 250]);
  const frame = await host.locator(".frame").boundingBox();
  assert.ok(frame.x > 280 && frame.width < 160 && frame.height > 220, JSON.stringify(frame));
  assert.equal(await host.locator(".lasso").count(), 0);
  await drag(host, [350, 300], [350, 330]);
  await host.keyboard.press("Delete");
  await converged([host], 1);
  await host.keyboard.press("Control+z");
  await converged([host], 3);
});

test("[BD-22] a laser leaves a trail that others see and that fades; nothing of it is on the board", async () => {
  const ada = await pupil();
  await host.keyboard.press("k");
  await host.mouse.move(300, 300);
  assert.equal(await ada.locator(".beam").count(), 0);
  await host.mouse.down();
  let n = 0;
  await eventually(async () => {
    n += 10;
    await host.mouse.move(300 + n, 300 + 40 * Math.sin(n / 20));
    return (await ada.locator(".beam").count()) === 1 && (await host.locator(".beam").count()) === 1;
  }, "both see the beam");
  await host.mouse.up();
  for (const page of [host, ada]) await page.locator(".beam").waitFor({ state: "detached" });
  await converged([host, ada], 0);
  // The pupil turned to another page sees none.
  await host.keyboard.press("Escape");
  await leave(ada);
});

test("[BD-23] a polygon is put corner by corner; Enter, a double click or its first corner ends it, Escape gives it up", async () => {
  const ada = await pupil();
  const corners = async (...all) => {
    for (const [x, y] of all) await host.mouse.click(x, y);
  };
  const shape = (n) => host.locator('[data-type="polygon"] path').nth(n).getAttribute("d");
  await host.keyboard.press("y");
  await corners([300, 300], [400, 300], [400, 400]);
  // The line to the next corner goes with the pointer; nobody else sees it yet.
  await host.mouse.move(300, 420);
  assert.match(await shape(0), /L[^L]*L[^L]*L[^LZ]*$/);
  assert.equal(await count(ada), 0);
  await host.keyboard.press("Enter");
  await converged([host, ada], 1);
  assert.match(await shape(0), /^M\S+ \S+(L\S+ \S+){3}Z$/);
  await corners([500, 300], [600, 300], [600, 400], [501, 301]);
  await converged([host, ada], 2);
  await corners([300, 500], [400, 500]);
  await host.mouse.dblclick(400, 600);
  await converged([host, ada], 3);
  await corners([700, 500], [800, 500], [900, 500]);
  await host.keyboard.press("Backspace");
  await host.keyboard.press("Escape");
  await converged([host, ada], 3);
  // Another tool ends what has corners enough.
  await corners([700, 300], [800, 300], [800, 400]);
  await host.keyboard.press("v");
  await converged([host, ada], 4);
  await host.keyboard.press("Control+z");
  await converged([host, ada], 3);
  await leave(ada);
});

test("[BD-23] figures are drawn in their box, filled and picked by their inside, and each is put by Enter", async () => {
  await button("Shapes: Line").click();
  await button("Triangle").click();
  await button("Fill shapes").click();
  await drag(host, [300, 300], [400, 380]);
  await converged([host], 1);
  assert.notEqual(await host.locator('[data-type="polygon"] path').getAttribute("fill"), "none");
  for (const name of ["Parallelogram", "Trapezium", "Polygon", "Polyline"]) {
    const before = await count(host);
    await host.getByRole("button", { name: /^Shapes: / }).click();
    await button(name).click();
    await host.locator(".board").focus();
    await host.keyboard.press("Enter");
    await converged([host], before + 1);
    await host.keyboard.press("Delete");
    await converged([host], before);
  }
  await host.keyboard.press("v");
  await host.mouse.click(350, 350);
  await host.locator(".frame").waitFor();
  await host.keyboard.press("Escape");
  await host.mouse.click(305, 305);
  assert.equal(await host.locator(".frame").count(), 0);
});

test("[BD-23] a corner of a polygon can be moved afterwards", async () => {
  await host.keyboard.press("y");
  for (const [x, y] of [[300, 300], [500, 300], [400, 450]]) await host.mouse.click(x, y);
  await host.keyboard.press("Enter");
  await converged([host], 1);
  await host.keyboard.press("v");
  await host.mouse.click(400, 300);
  await host.locator('[data-handle="corner2"]').waitFor();
  await drag(host, [400, 450], [450, 550]);
  const path = () => host.locator('[data-type="polygon"] path').getAttribute("d");
  await eventually(async () => (await path()).includes("L450 492L"), "the corner is there");
  await host.keyboard.press("Control+z");
  await eventually(async () => (await path()).includes("L400 392L"), "and where it was");
});

test("[BD-11] many that are dragged go as a whole, are one step, and lie for all where they were let go", async () => {
  const ada = await pupil();
  for (let row = 0; row < 4; row += 1) {
    for (let column = 0; column < 6; column += 1) {
      await drag(host, [300 + column * 60, 250 + row * 60], [330 + column * 60, 270 + row * 60]);
    }
  }
  await converged([host, ada], 24);
  const before = await spans(host);
  await host.keyboard.press("v");
  await host.keyboard.press("Control+a");
  await host.mouse.move(310, 256);
  await host.mouse.down();
  await host.mouse.move(360, 300, { steps: 5 });
  await host.mouse.move(410, 356, { steps: 5 });
  await eventually(async () => (await spans(host))[0][0] === before[0][0] + 100, "all are seen there");
  // A layer lies on as many sheets as the ids of its elements cut it into: each is moved, none painted.
  const sheets = host.locator(".board-svg:has([data-id])");
  assert.equal(await host.locator(".board-svg[style*='translate(100']").count(), await sheets.count());
  const { x } = await host.locator(".frame").boundingBox();
  await host.mouse.up();
  await converged([host, ada], 24);
  assert.deepEqual(await spans(ada), before.map(([left, right]) => [left + 100, right + 100]));
  assert.ok(Math.abs((await host.locator(".frame").boundingBox()).x - x) < 2);
  await host.keyboard.press("Control+z");
  await converged([host, ada], 24);
  assert.deepEqual(await spans(ada), before);
  // Some of a layer: the others stay.
  await drag(host, [280, 230], [460, 520]);
  await leave(ada);
});

test("of a large board what is in view is drawn, what comes into view as one moves, and all of it on paper", async () => {
  await host.keyboard.press("r");
  await drag(host, [300, 300], [340, 330]);
  await converged([host], 1);
  await host.keyboard.press("v");
  for (let n = 2; n <= 1_024; n *= 2) {
    await host.keyboard.press("Control+a");
    await host.keyboard.press("Control+d");
    await host.getByText(new RegExp(`^${n} elements on the board$`)).waitFor({ state: "attached" });
  }
  await host.keyboard.press("Escape");
  await host.keyboard.press("0");
  const drawn = await count(host);
  for (let n = 0; n < 30; n += 1) await host.mouse.wheel(-400, -400);
  await eventually(async () => (await count(host)) === 0, "what is far away is not there");
  for (let n = 0; n < 30; n += 1) await host.mouse.wheel(400, 400);
  await eventually(async () => (await count(host)) === drawn, "what comes into view is");
  assert.equal(drawn, 1_024);
  for (let n = 0; n < 30; n += 1) await host.mouse.wheel(-400, -400);
  await eventually(async () => (await count(host)) === 0, "they are away again");
  await host.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  assert.equal(await count(host), 1_024);
  await host.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  await eventually(async () => (await count(host)) < 1_024, "the view is as it was");
});

test("a circle becomes exact when the pen rests; undo gives the hand's stroke back, redo the exact one", async () => {
  const ada = await pupil();
  await host.keyboard.press("p");
  const circle = async (isHeld) => {
    await host.mouse.move(480, 300);
    await host.mouse.down();
    for (let n = 1; n <= 60; n += 1) {
      const angle = (n / 59) * 2 * Math.PI;
      await host.mouse.move(400 + 80 * Math.cos(angle) + 2 * Math.sin(n), 300 + 83 * Math.sin(angle));
    }
    if (isHeld) await host.locator('[data-type="ellipse"]').waitFor();
    await host.mouse.up();
  };
  await circle(true);
  await converged([host, ada], 1);
  const oval = await host.locator('[data-type="ellipse"] ellipse').evaluate((one) => [one.getAttribute("rx"), one.getAttribute("ry")]);
  assert.equal(oval[0], oval[1]);
  await host.keyboard.press("Control+z");
  await converged([host, ada], 1);
  assert.equal(await ada.locator('[data-type="stroke"]').count(), 1);
  await host.keyboard.press("Control+Shift+z");
  await converged([host, ada], 1);
  assert.equal(await ada.locator('[data-type="ellipse"]').count(), 1);
  await host.keyboard.press("Control+z");
  await host.keyboard.press("Control+z");
  await converged([host, ada], 0);
  // Who does not rest has drawn it by hand.
  await circle(false);
  await converged([host, ada], 1);
  assert.equal(await host.locator('[data-type="stroke"]').count(), 1);
  await leave(ada);
});

test("ruler, protractor and compass lie on the board for oneself, are moved and turned, and the pen follows them", async () => {
  const ada = await pupil();
  const lay = async (name) => {
    await button("Instruments").click();
    await button(name).click();
    await host.locator(`.instrument[data-kind="${name.toLowerCase()}"]`).waitFor();
  };
  await lay("Ruler");
  const box = await host.locator('[data-kind="ruler"] .instrument-body').boundingBox();
  await host.keyboard.press("Escape");
  await host.locator(".board").focus();
  await host.keyboard.press("p");
  await drag(host, [box.x + 50, box.y - 4], [box.x + 300, box.y - 60], [box.x + 400, box.y + 200]);
  await converged([host, ada], 1);
  const line = await ada.locator("[data-id] path").boundingBox();
  assert.ok(line.height < 12 && line.width > 330, JSON.stringify(line));
  assert.equal(await ada.locator(".instrument").count(), 0);
  // Moved by its body: nothing is drawn.
  await drag(host, [box.x + 200, box.y + 40], [box.x + 200, box.y + 140]);
  assert.ok(Math.abs((await host.locator('[data-kind="ruler"] .instrument-body').boundingBox()).y - box.y - 100) < 2);
  await converged([host, ada], 1);
  await host.locator('[data-kind="ruler"]').focus();
  await host.keyboard.press(">");
  await host.keyboard.press("ArrowUp");
  await host.locator(".instrument-reading").getByText("15°").waitFor();
  await host.keyboard.press("Delete");
  await host.locator(".instrument").waitFor({ state: "detached" });
  await lay("Compass");
  const circle = await host.locator(".instrument-edge").boundingBox();
  const [x, y] = [circle.x + circle.width / 2, circle.y + circle.height / 2];
  await drag(host, [x + circle.width / 2 - 2, y + 40], [x + 20, y + 300], [x - 300, y]);
  await converged([host, ada], 2);
  const arc = await ada.locator("[data-id] path").last().boundingBox();
  assert.ok(arc.width > circle.width / 2 && arc.width < circle.width + 10, JSON.stringify(arc));
  await leave(ada);
});
