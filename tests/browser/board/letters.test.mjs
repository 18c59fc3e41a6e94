/** What letters look like: chosen while one writes, for what is selected, and the same in a file. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../support/lesson.mjs";
import { classroom, host, link } from "../support/lesson_each.mjs";

const button = (name) => host.getByRole("button", { name, exact: true });
const written = (page = host) => page.locator(".board-svg [data-type=text] text");

async function write(words, [x, y] = [500, 300]) {
  await host.keyboard.press("t");
  await host.mouse.click(x, y);
  await host.keyboard.type(words);
}

const isPressed = (name, state = "true") => eventually(async () => (await button(name).getAttribute("aria-pressed")) === state, `${name}: ${state}`);

test("whoever writes chooses as they write, by keys and in the bar, and everyone sees it", async () => {
  const guest = await classroom.guest(link, "Ada");
  await write("Важливо");
  await host.keyboard.press("Control+b");
  await isPressed("Bold");
  await button("Handwritten letters").click();
  await host.keyboard.press("Control+i");
  await host.keyboard.type("!");
  // The bar has not taken the focus.
  await host.keyboard.press("Control+Enter");
  for (const page of [host, guest]) {
    await written(page).waitFor();
    assert.equal(await written(page).textContent(), "Важливо!");
    assert.equal(await written(page).getAttribute("font-weight"), "700");
    assert.equal(await written(page).getAttribute("font-style"), "italic");
    await eventually(() => page.evaluate(() => [...document.fonts].some((face) => face.family.includes("Lesson Hand") && face.weight === "700" && face.style === "italic")), `its face has come: ${await page.evaluate(() => [...document.fonts].map((face) => `${face.family} ${face.weight} ${face.style}`).join())}`);
  }
  await isPressed("Bold");
  // What is written next looks so, too; others' does not.
  await write("далі", [500, 400]);
  await host.keyboard.press("Control+Enter");
  await eventually(async () => (await written().count()) === 2, "the next one");
  assert.equal(await written().last().getAttribute("font-weight"), "700");
});

test("a line is as wide as what is drawn of it, in each face", async () => {
  await write("Формула AV To wide");
  await host.keyboard.press("Control+Enter");
  for (const face of ["Plain letters", "Book letters", "Typewriter letters", "Handwritten letters"]) {
    for (const slope of ["Bold", "Italic"]) {
      await button(face).click();
      await button(slope).click();
      await isPressed(face);
      await eventually(async () => {
        const [line, frame] = await Promise.all([written().boundingBox(), host.locator(".frame").first().boundingBox()]);
        return Math.abs(line.width - frame.width) < 16;
      }, `${face}, ${slope}: the frame fits`);
    }
  }
});

test("some of a selection is mixed, and a press gives it to all", async () => {
  await write("one");
  await host.keyboard.press("Control+b");
  await host.keyboard.press("Control+Enter");
  await host.keyboard.press("Escape");
  await write("two", [500, 420]);
  await host.keyboard.press("Control+b");
  await host.keyboard.press("Control+Enter");
  await host.keyboard.press("Control+a");
  await isPressed("Bold", "mixed");
  await button("Bold").click();
  await isPressed("Bold");
  await host.keyboard.press("Control+b");
  await isPressed("Bold", "false");
  await host.keyboard.press("Control+z");
  await eventually(async () => (await written().evaluateAll((all) => all.filter((one) => one.getAttribute("font-weight") === "700").length)) === 2, "undone as one step");
});

test("a list goes on with each line, and ends with an empty one", async () => {
  await write("1. перше");
  await host.keyboard.press("Enter");
  await host.keyboard.type("друге");
  await host.keyboard.press("Enter");
  await host.keyboard.press("Enter");
  await host.keyboard.type("кінець");
  assert.equal(await host.locator(".text-editor").inputValue(), "1. перше\n2. друге\n\nкінець");
  await button("List").click();
  assert.match(await host.locator(".text-editor").inputValue(), /• кінець$/);
  await host.keyboard.press("Control+Enter");
  await button("List").waitFor();
});
