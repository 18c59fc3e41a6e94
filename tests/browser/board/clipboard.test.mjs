/** Copying, cutting and pasting, in a real browser against a real server. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Classroom, converged, count, eventually, goHome, leave } from "../support/lesson.mjs";

let classroom;
let host;
let link;
before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host({ permissions: ["clipboard-read", "clipboard-write"] });
});
let hasLesson = false;
beforeEach(async () => {
  if (hasLesson) await goHome(host);
  hasLesson = true;
  link = await classroom.lesson(host);
});
after(() => classroom.close());

async function drawBox(page, from, to, key = "r") {
  const there = await count(page);
  await page.locator(".board").focus();
  await page.keyboard.press(key);
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(...to, { steps: 6 });
  await page.mouse.up();
  await eventually(async () => (await count(page)) === there + 1, "it is drawn");
}

/** The boxes of all that is painted, in whole pixels: left, top. */
function places(page) {
  return page.locator(".board-svg [data-id] > :first-child").evaluateAll((all) =>
    all.map((one) => {
      const { x, y } = one.getBoundingClientRect();
      return [Math.round(x), Math.round(y)];
    }),
  );
}

/** As if another program had filled the clipboard. */
function pasteGiven(page, data, files = []) {
  return page.evaluate(
    async ([given, made]) => {
      const clipboardData = new DataTransfer();
      for (const [type, text] of Object.entries(given)) clipboardData.setData(type, text);
      for (const { name, text, type } of made) clipboardData.items.add(new File([text], name, { type }));
      document.querySelector(".board").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    },
    [data, files],
  );
}

function dropFile(page, file, at) {
  return page.evaluate(
    ([{ name, text, type }, [clientX, clientY]]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([text], name, { type }));
      document.querySelector(".board").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, clientX, clientY }));
    },
    [file, at],
  );
}

async function hasKeptPicture() {
  const databases = await indexedDB.databases();
  const name = databases.map((one) => one.name).find((one) => one.startsWith("lessonroom-clipboard"));
  if (name === undefined) return false;
  return new Promise((resolve) => {
    const open = indexedDB.open(name);
    open.onerror = () => resolve(false);
    open.onsuccess = () => {
      const found = open.result.transaction("pictures").objectStore("pictures").count();
      found.onsuccess = () => {
        open.result.close();
        resolve(found.result === 1);
      };
    };
  });
}

const several = (page, n, message) => eventually(async () => (await count(page)) === n, message ?? `${n} elements`);
const item = (page, name) => page.getByRole("menuitem", { name, exact: true });

test("copies are pasted where the pointer is, a little further each time; what is cut is gone until then", async () => {
  await drawBox(host, [300, 200], [400, 300]);
  await host.keyboard.press("Control+a");
  await host.keyboard.press("Control+c");
  await host.mouse.move(700, 500);
  await host.keyboard.press("Control+v");
  await several(host, 2);
  await host.keyboard.press("Control+v");
  await several(host, 3);
  const [, first, second] = await places(host);
  assert.ok(Math.abs(first[0] - 650) <= 3 && Math.abs(first[1] - 450) <= 3, `${first}`);
  assert.deepEqual([second[0] - first[0], second[1] - first[1]], [16, 16]);
  await host.keyboard.press("Control+z");
  await several(host, 2, "one paste is one step");
  await host.keyboard.press("Control+a");
  await host.keyboard.press("Control+x");
  await several(host, 0);
  await host.keyboard.press("Control+v");
  await several(host, 2);
});

test("between pages: onto the layer that one draws on there", async () => {
  await drawBox(host, [300, 200], [400, 300]);
  await host.keyboard.press("Control+a");
  await host.keyboard.press("Control+c");
  await host.locator(".pager-here").click();
  await host.getByRole("button", { name: "Add page", exact: true }).click();
  await several(host, 0, "the new page is empty");
  await host.locator(".board").focus();
  await host.keyboard.press("Control+v");
  await several(host, 1, "it is there");
});

test("between lessons, pictures as well: they are uploaded to the other one", async () => {
  await host.locator(".board").focus();
  await host.evaluate(async () => {
    const canvas = new OffscreenCanvas(80, 40);
    canvas.getContext("2d").fillRect(0, 0, 80, 40);
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([await canvas.convertToBlob()], "a.png", { type: "image/png" }));
    document.querySelector(".board").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  });
  await host.locator(".board-svg image").waitFor();
  await drawBox(host, [300, 200], [400, 300]);
  await host.keyboard.press("Control+a");
  await host.keyboard.press("Control+g");
  await host.keyboard.press("Control+c");
  // What is kept of the picture is written behind the copy.
  await eventually(() => host.evaluate(hasKeptPicture), "the picture is kept");
  await goHome(host);
  const other = await classroom.lesson(host, { title: "Another" });
  const pupil = await classroom.guest(other, "Ann");
  await host.locator(".board").focus();
  await host.keyboard.press("Control+v");
  await several(host, 2);
  await pupil.locator(".board-svg image").waitFor();
  await converged([host, pupil], 2);
  await leave(pupil);
});

test("text of another program is a text, cells are a table, HTML of ours cannot be forged into anything", async () => {
  await host.locator(".board").focus();
  await pasteGiven(host, { "text/plain": "2x + 1 = 7\nx = 3" });
  await several(host, 1);
  assert.equal(await host.locator('[data-type="text"] tspan').count(), 2);
  await pasteGiven(host, {
    "text/plain": "x\ty\n1\t2",
    "text/html": "<table><tr><td>x</td><td>y</td></tr><tr><td>1</td><td>2</td></tr></table>",
  });
  await several(host, 2);
  await host.locator('[data-type="table"]', { hasText: "x" }).waitFor({ state: "attached" });
  const forged = Buffer.from(
    JSON.stringify({ version: 1, session: "s", page: "p", elements: [{ type: "rect", x: "1" }, { type: "iframe" }] }),
  ).toString("base64");
  await pasteGiven(host, { "text/html": `<div data-lessonroom="${forged}">` });
  await host.getByText("2 elements were left out: they cannot be had here").waitFor();
  await several(host, 2, "nothing of it is there");
  await pasteGiven(host, { "text/html": "<video></video>" });
  await host.getByText("Nothing in the clipboard can be put on the board").waitFor();
});

test("what is written elsewhere is copied and pasted there", async () => {
  await drawBox(host, [300, 200], [400, 300]);
  await host.keyboard.press("Control+a");
  await host.keyboard.press("Control+c");
  await host.getByRole("button", { name: "Chat" }).click();
  const field = host.getByRole("textbox", { name: "Write to everyone…" });
  await field.fill("hello");
  await field.selectText();
  await host.keyboard.press("Control+c");
  await field.press("End");
  await host.keyboard.press("Control+v");
  assert.equal(await field.inputValue(), "hellohello");
  assert.equal(await count(host), 1);
});

test("the menu copies and pastes, and copies a picture for other programs", async () => {
  await drawBox(host, [300, 200], [400, 300]);
  await host.keyboard.press("Control+a");
  await host.mouse.click(350, 200, { button: "right" });
  await item(host, "Copy").click();
  await host.mouse.click(700, 500, { button: "right" });
  await item(host, "Paste").click();
  await several(host, 2);
  await host.keyboard.press("Control+a");
  await host.mouse.click(350, 200, { button: "right" });
  await item(host, "Copy as a picture (PNG)").click();
  await host.getByText("The picture is in the clipboard").waitFor();
  const type = await host.evaluate(async () => {
    const [one] = await navigator.clipboard.read();
    return (await one.getType("image/png")).size > 500;
  });
  assert.ok(type);
  await host.mouse.click(350, 200, { button: "right" });
  await item(host, "Copy as a picture (SVG)").click();
  await eventually(
    async () => (await host.evaluate(() => navigator.clipboard.readText())).startsWith("<svg"),
    "the SVG is there",
  );
  const svg = await host.evaluate(() => navigator.clipboard.readText());
  assert.match(svg, /stroke="#1e1e1e"/);
  assert.doesNotMatch(svg, /var\(|light-dark/);
});

const DRAWING = JSON.stringify({
  type: "excalidraw",
  version: 2,
  elements: [
    { type: "rectangle", id: "r", x: 0, y: 0, width: 200, height: 100, angle: 0, strokeColor: "#e03131", backgroundColor: "transparent", strokeWidth: 2, strokeStyle: "solid", opacity: 100, groupIds: [] },
    { type: "freedraw", id: "f", x: 0, y: 150, width: 90, height: 30, angle: 0, strokeColor: "#1e1e1e", strokeWidth: 1, opacity: 100, points: [[0, 0], [40, 30], [90, 5]], pressures: [0.2, 0.8, 0.5], groupIds: [] },
    { type: "text", id: "t", x: 20, y: 30, width: 100, height: 25, angle: 0, text: "from elsewhere", fontSize: 20, strokeColor: "#1971c2", opacity: 100, groupIds: [] },
    { type: "embeddable", id: "e", x: 0, y: 0, width: 10, height: 10 },
  ],
  files: {},
});

test("a file of Excalidraw, and what was copied there, comes in as elements; what cannot is named", async () => {
  await host.locator(".board").focus();
  await dropFile(host, { name: "board.excalidraw", text: DRAWING, type: "" }, [600, 400]);
  await several(host, 3);
  await host.getByText("Left out, as the board has nothing like it: embeddable (1)").waitFor();
  await host.locator('[data-type="text"]', { hasText: "from elsewhere" }).waitFor({ state: "attached" });
  await pasteGiven(host, { "text/plain": DRAWING.replace('"excalidraw"', '"excalidraw/clipboard"') });
  await several(host, 6);
  await host.keyboard.press("Control+z");
  await several(host, 3, "one step");
});

test("an SVG comes in as a picture of itself, and nothing of it runs; what is no picture is named", async () => {
  await host.locator(".board").focus();
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60" onload="window.pwned=1"><script>window.pwned=1</script><rect width="120" height="60" fill="red"/></svg>';
  await dropFile(host, { name: "a.svg", text: svg, type: "image/svg+xml" }, [600, 400]);
  await host.locator(".board-svg image").waitFor();
  assert.equal(await host.evaluate(() => window.pwned), undefined);
  const { width, height } = await host.locator(".board-svg image").boundingBox();
  assert.deepEqual([Math.round(width), Math.round(height)], [120, 60]);
  await dropFile(host, { name: "notes.docx", text: "PK", type: "" }, [600, 400]);
  await host.getByText("notes.docx").waitFor();
  assert.equal(await count(host), 1);
});

test("[BD-17] a pupil who may not upload pastes all but the pictures, and is told so", async () => {
  const pupil = await classroom.guest(link, "Ann", { permissions: ["clipboard-read", "clipboard-write"] });
  await host.locator(".board").focus();
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60"><rect width="120" height="60"/></svg>';
  await dropFile(host, { name: "a.svg", text: svg, type: "image/svg+xml" }, [300, 300]);
  // It is uploaded first: a box is counted beside it.
  await converged([host, pupil], 1);
  await drawBox(host, [600, 200], [700, 300]);
  await converged([host, pupil], 2);
  await host.getByRole("button", { name: "People" }).click();
  await host.getByRole("button", { name: /Ann/ }).first().click();
  await host.getByRole("switch", { name: "Add images" }).click();
  await pupil.locator(".board").focus();
  await pupil.keyboard.press("v");
  await pupil.keyboard.press("Enter");
  await pupil.mouse.click(300, 300, { button: "right" });
  await item(pupil, "Copy").click();
  await pupil.keyboard.press("Control+v");
  await pupil.getByText("You may not do this in this lesson.").waitFor();
  await pupil.mouse.click(600, 250, { button: "right" });
  await item(pupil, "Copy").click();
  await pupil.keyboard.press("Control+v");
  await converged([host, pupil], 3);
  await leave(pupil);
});
