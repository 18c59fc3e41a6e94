/**
 * A lesson on a phone that lies on its side, by finger: what there is to press is in sight, large enough, and below nothing.
 * SCREENSHOTS names a folder for a picture of each step.
 */

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { Hand } from "../support/hands.mjs";
import { Classroom, converged, count, eventually, leave } from "../support/lesson.mjs";
import { along } from "../support/maths.mjs";

const SHOTS = process.env.SCREENSHOTS;
/** Of what a finger presses, in pixels: across and down. */
const LEAST = 40;
const ASKS = { permissions: ["microphone", "camera"] };

let classroom;
let host;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host({ viewport: { width: 844, height: 390 }, hasTouch: true, isMobile: true, ...ASKS });
});
after(() => classroom.close());

/** What can be pressed and is out of sight, too small, or below something else. What is scrolled to within its list is in sight. */
function wrong(page) {
  return page.evaluate((least) => {
    const all = [...document.querySelectorAll("button, a[href], select, textarea, input:not([type=file]):not([type=hidden]), label.button, [role=switch]")];
    // What is open above all else is what there is to press; where there is no room for both, a panel lies over the board.
    const panel = innerWidth <= 640 ? document.querySelector(".panel") : null;
    const top = document.querySelector("dialog[open]") ?? document.querySelector(".menu-list, .flyout, [role=menu]") ?? panel;
    const within = (one) => top === null || top.contains(one);
    const found = [];
    for (const one of all) {
      if (!within(one) || !one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      let box = one.getBoundingClientRect();
      if (box.width <= 1 || one.closest(".for-screen-readers, [inert]")) continue;
      // By a finger only what scrolls is brought into sight.
      const scrolls = (at) => at !== null && (/auto|scroll/.test(getComputedStyle(at).overflow) || scrolls(at.parentElement));
      if (scrolls(one.parentElement)) {
        one.scrollIntoView({ block: "nearest", inline: "nearest" });
        box = one.getBoundingClientRect();
      }
      const name = `${one.className} “${(one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent).trim()}” ${Math.round(box.left)},${Math.round(box.top)} ${Math.round(box.width)}×${Math.round(box.height)}`;
      const isIn = box.left >= -1 && box.top >= -1 && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;
      const at = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
      const isOver = at !== null && (one === at || one.contains(at) || at.contains(one) || [...(one.labels ?? [])].some((label) => label.contains(at)));
      if (!isIn) found.push(`out of sight: ${name}`);
      else if (!isOver) found.push(`below ${at?.className?.baseVal ?? at?.className}: ${name}`);
      else if ((box.width < least || box.height < least) && !one.closest("p, li, label") ) found.push(`small: ${name}`);
    }
    scrollTo(0, 0);
    return found;
  }, LEAST);
}

const button = (name, page) => page.getByRole("button", { name, exact: true });

for (const [width, height] of [[844, 390], [640, 360]]) {
  test(`a lesson on a phone of ${width} by ${height}, by finger: tools, pages, chat, people, a call`, async () => {
    const look = async (name) => {
      if (SHOTS) await host.screenshot({ path: path.join(SHOTS, `side-${width}-${name}.png`) });
      const found = await wrong(host);
      if (SHOTS && found.length > 0) console.log(width, name, found);
      else assert.deepEqual(found, [], `${name} at ${width} by ${height}`);
    };
    const link = await classroom.lesson(host, { title: "On its side" });
    await host.setViewportSize({ width, height });
    const guest = await classroom.guest(link, "Ada", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, ...ASKS });
    await button("Pen", guest).waitFor();
    const finger = await Hand.on(host);
    // As slow as a hand that draws: what is lifted in full flight is a fling to the browser, and no tap follows one at once.
    const hand = {
      down: (x, y) => finger.touch(1, x, y),
      move: (x, y) => (finger.wait(10), finger.touch(1, x, y)),
      up: () => (finger.wait(200), finger.lift(1)),
    };
    await look("board");

    await button("Pen", host).tap();
    await along(hand, [[width / 2 - 80, height / 2], [width / 2 + 60, height / 2 + 40]]);
    await converged([host, guest], 1);
    const toggle = host.locator(".style-toggle");
    if (await toggle.isVisible()) {
      await toggle.tap();
      await look("style");
      await button("Red", host).tap();
      await toggle.tap();
    }
    await button("Shapes: Line", host).tap();
    await look("shapes");
    await button("Rectangle", host).tap();
    await along(hand, [[width / 2 - 60, height / 2 - 60], [width / 2 + 60, height / 2 - 10]]);
    await converged([host, guest], 2);
    await button("Instruments", host).tap();
    await look("instruments");
    await button("Ruler", host).tap();
    await look("ruler");
    await button("Instruments", host).tap();
    await button("Ruler", host).tap();
    await button("Formula, graph, table", host).tap();
    await look("figures");
    await button("Graph", host).tap();
    await host.locator(".graph-expression").fill("x^2");
    await look("graph");
    await button("Put on the board", host).tap();
    await converged([host, guest], 3);
    await look("selected");

    await host.getByRole("button", { name: /All pages/ }).tap();
    await look("pages");
    await host.getByRole("complementary", { name: "Pages" }).getByRole("button", { name: "Add page" }).tap();
    await host.getByRole("group", { name: "Pages" }).getByText("2 / 2", { exact: true }).waitFor();
    await host.getByRole("complementary", { name: "Pages" }).getByRole("button", { name: "Close" }).tap();

    await host.getByRole("button", { name: /^Chat/ }).tap();
    await host.getByLabel("Write to everyone…").fill("Look at the second page");
    await look("chat");
    await button("Send", host).tap();
    await host.getByText("Look at the second page").first().waitFor();
    await host.getByRole("complementary", { name: "Chat" }).getByRole("button", { name: "Close" }).tap();
    await host.getByRole("button", { name: /^People/ }).tap();
    await look("people");
    await host.getByRole("complementary", { name: "People" }).getByRole("button", { name: "Close" }).tap();
    await button("Menu", host).tap();
    await look("menu");
    await host.keyboard.press("Escape");

    await button("Turn the camera on", guest).tap();
    await button("Turn the microphone on", guest).tap();
    await button("Turn the camera on", host).tap();
    await button("Ada, enlarge", host).waitFor();
    await look("call");
    await button("Ada, enlarge", host).tap();
    await look("enlarged");
    await button("Hide the pictures", host).tap();
    await look("hidden");
    await button("Show the pictures", host).tap();

    // Where the bar has no room for it, ending is in the menu.
    if (!(await host.locator(".end-lesson").isVisible())) await button("Menu", host).tap();
    await host.getByRole("button", { name: /^End lesson/ }).filter({ visible: true }).tap();
    await look("ending");
    await host.locator("dialog").getByRole("button", { name: "End lesson" }).tap();
    await button("History", host).waitFor();
    await look("over");
    await button("History", host).tap();
    await host.locator(".still-board").waitFor();
    await look("history");
    await host.setViewportSize({ width: 844, height: 390 });
    await host.goto(classroom.server.signInLink.split("/").slice(0, 3).join("/"));
    await leave(guest);
  });
}
