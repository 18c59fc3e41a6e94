/** What there is to press is in sight and can be pressed, whatever the screen; and what a sheet of paper shows. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Classroom, draw } from "../support/lesson.mjs";

let classroom;
let host;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host();
  await classroom.lesson(host);
  await draw(host, 300, 300);
});
after(() => classroom.close());

/** Controls of the classroom that lie out of sight, or below something else. */
function hidden(page, selector = '[role="toolbar"]') {
  return page.evaluate((selector) => {
    const bars = [...document.querySelectorAll(selector)].filter((bar) => bar.getClientRects().length > 0);
    return bars
      .flatMap((bar) => [...bar.querySelectorAll("button")])
      .filter((button) => button.getClientRects().length > 0)
      .filter((button) => {
        const { left, right, top, bottom } = button.getBoundingClientRect();
        const isInView = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
        const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return !isInView || !(button === at || button.contains(at));
      })
      .map((button) => button.getAttribute("aria-label"));
  }, selector);
}

const SCREENS = [
  [1920, 1080], [1280, 720], [1366, 625], [1024, 768], [820, 1180], [390, 844], [844, 390],
  // 200 % of 1280×720 and of 1366×625, a small phone, upright and on its side.
  [640, 360], [683, 312], [320, 568], [568, 320],
];

for (const [width, height] of SCREENS) {
  test(`every tool is in sight on a screen of ${width} by ${height}`, async () => {
    await host.setViewportSize({ width, height });
    const tools = host.getByRole("toolbar", { name: "Tools" });
    for (const tool of ["Selecting: Select", "Pen", "Laser pointer", "Shapes: Line", "Text", "Note", "Add a picture"]) {
      assert.equal(await tools.getByRole("button", { name: tool, exact: true }).isVisible(), true, tool);
    }
    await tools.getByRole("button", { name: "Shapes: Line" }).click();
    await tools.getByRole("button", { name: "Rectangle" }).waitFor();
    assert.deepEqual(await hidden(host, ".flyout"), []);
    await tools.getByRole("button", { name: "Line", exact: true }).click();
    await tools.getByRole("button", { name: "Pen", exact: true }).click();
    assert.deepEqual(await hidden(host), []);
    const toggle = host.locator(".style-toggle");
    if (await toggle.isVisible()) {
      await toggle.click();
      await host.getByRole("button", { name: "Red", exact: true }).click();
      assert.deepEqual(await hidden(host, ".style-bar, .toolbar"), []);
      await toggle.click();
    }
    await host.getByRole("button", { name: "Red", exact: true }).waitFor({ state: (await toggle.isVisible()) ? "hidden" : "visible" });
    const people = host.getByRole("button", { name: /^People/ });
    await people.click();
    await host.getByRole("complementary", { name: "People" }).waitFor();
    // Where there is no room for both, a panel lies over the board, and is put away to draw.
    if (width > 700) assert.deepEqual(await hidden(host), [], "beside a panel");
    await people.click();
    await host.getByRole("button", { name: "Menu" }).click();
    // What does not fit is scrolled to within the menu.
    const menu = await host.locator(".menu-list").boundingBox();
    assert.ok(menu.y >= 0 && menu.y + menu.height <= height, "all of the menu can be reached");
    await host.keyboard.press("Escape");
  });
}

test("a sheet of paper shows all of the board, dark on white, and nothing else", async () => {
  await host.setViewportSize({ width: 1280, height: 720 });
  await host.emulateMedia({ colorScheme: "dark" });
  await host.mouse.move(600, 400);
  await host.mouse.wheel(3_000, 3_000);
  await host.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await host.emulateMedia({ media: "print", colorScheme: "dark" });
  const { shown, box, ink } = await host.evaluate(() => ({
    shown: [...document.querySelectorAll("button, header, aside")].filter((part) => part.getClientRects().length > 0).length,
    box: document.querySelector(".board-svg [data-id]").getBoundingClientRect().toJSON(),
    ink: getComputedStyle(document.querySelector(".board-svg [data-id] path")).fill,
  }));
  assert.equal(shown, 0);
  assert.ok(box.left >= 0 && box.top >= 0 && box.right <= 1280 && box.width > 600, JSON.stringify(box));
  assert.equal(ink, "rgb(30, 30, 30)");
  await host.emulateMedia({ media: "screen", colorScheme: "light" });
  await host.evaluate(() => dispatchEvent(new Event("afterprint")));
  await host.getByRole("button", { name: "Menu" }).waitFor();
});

test("in forced colours each width and what is chosen can be told", async () => {
  await host.emulateMedia({ forcedColors: "active" });
  const seen = await host.evaluate(() => {
    const bar = (button) => getComputedStyle(button, "::before").backgroundColor;
    return [...document.querySelectorAll(".width")].map((button) => [bar(button), getComputedStyle(button).outlineStyle]);
  });
  const paper = await host.evaluate(() => getComputedStyle(document.querySelector(".style-bar")).backgroundColor);
  assert.equal(seen.length, 4);
  assert.ok(seen.every(([color]) => color !== paper && color !== "rgba(0, 0, 0, 0)"), JSON.stringify(seen));
  assert.equal(seen.filter(([, outline]) => outline === "solid").length, 1);
  await host.emulateMedia({ forcedColors: "none" });
});
