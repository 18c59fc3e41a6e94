/** Pens, palms, fingers, lost events and keyboards, in a real browser against a real server. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Hand } from "../support/hands.mjs";
import { cameraOf, converged, count, draw, eventually, leave } from "../support/lesson.mjs";
import { classroom, host, link } from "../support/lesson_each.mjs";

async function onTablet() {
  const page = await classroom.guest(link, "Ada", { viewport: { width: 1000, height: 800 }, hasTouch: true });
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  return { page, hand: await Hand.on(page) };
}

/** How wide each stroke is, in pixels, as they come. */
function widths(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll(".board-svg [data-id]")].map((element) => Math.round(element.getBoundingClientRect().width)),
  );
}

test("a pen draws with the palm already on the board, and the palm's mark is withdrawn", async () => {
  const { page, hand } = await onTablet();
  await hand.touch(1, 500, 500);
  await hand.along([500, 500], [530, 510], 5, (x, y) => hand.touch(1, x, y));
  hand.wait(900);
  await hand.penStroke([300, 300], [600, 300], () => hand.touch(1, 540, 520));
  await hand.lift(1);
  await converged([page, host], 1);
  assert.ok((await widths(page))[0] > 290);
  await leave(page);
});

test("a palm of two contacts in mid-stroke neither ends the stroke nor moves the board", async () => {
  const { page, hand } = await onTablet();
  const before = await cameraOf(page);
  await hand.penStroke([300, 300], [600, 300], async () => {
    await hand.touch(1, 500, 500);
    await hand.touch(2, 560, 520);
    await hand.touch(2, 620, 560);
  });
  await hand.touch(1, 480, 480);
  await hand.lift(1);
  await hand.lift(2);
  await converged([page, host], 1);
  assert.ok((await widths(page))[0] > 290);
  assert.deepEqual(await cameraOf(page), before);
  await leave(page);
});

test("a palm that comes just before the pen leaves the board where it was", async () => {
  const { page, hand } = await onTablet();
  await hand.penStroke([300, 300], [600, 300]);
  const before = await cameraOf(page);
  hand.wait(500);
  await hand.touch(1, 500, 500);
  await hand.touch(1, 540, 520);
  assert.notDeepEqual(await cameraOf(page), before);
  await hand.penStroke([300, 400], [600, 400]);
  await hand.lift(1);
  assert.deepEqual(await cameraOf(page), before);
  await converged([page, host], 2);
  await leave(page);
});

test("after a pen fingers move the board, and draw once it has been away for a while", async () => {
  const { page, hand } = await onTablet();
  await hand.penStroke([300, 300], [600, 300]);
  const finger = async () => {
    await hand.touch(1, 300, 450);
    await hand.along([300, 450], [500, 450], 10, (x, y) => hand.touch(1, x, y));
    await hand.lift(1);
  };
  hand.wait(1_000);
  const before = await cameraOf(page);
  await finger();
  assert.notDeepEqual(await cameraOf(page), before);
  hand.wait(10_000);
  await finger();
  await converged([page, host], 2);
  await leave(page);
});

test("a second finger withdraws a young stroke, and ends one that has been drawn for a while", async () => {
  const { page, hand } = await onTablet();
  for (const [steps, expected] of [[5, 0], [150, 1]]) {
    await hand.touch(1, 200, 300);
    await hand.along([200, 300], [600, 400], steps, (x, y) => hand.touch(1, x, y));
    await hand.touch(2, 300, 600);
    hand.wait(100);
    await hand.lift(2);
    await hand.lift(1);
    await converged([page, host], expected);
  }
  await leave(page);
});

test("a stroke that the system takes away is kept once it has been drawn for a while", async () => {
  const { page, hand } = await onTablet();
  for (const [steps, expected] of [[5, 0], [150, 1]]) {
    await hand.touch(1, 200, 300);
    await hand.along([200, 300], [600, 400], steps, (x, y) => hand.touch(1, x, y));
    await hand.cancelTouches();
    await converged([page, host], expected);
  }
  await leave(page);
});

test("a lift that nobody heard of ends the stroke: the pointer comes back with no button down", async () => {
  const { page, hand } = await onTablet();
  await page.evaluate(() => window.addEventListener("pointerup", (event) => event.stopImmediatePropagation(), true));
  await hand.penStroke([300, 300], [600, 300]);
  await page.mouse.move(300, 500);
  await page.mouse.down();
  await page.mouse.move(500, 500, { steps: 10 });
  await page.mouse.up();
  await page.mouse.move(700, 600, { steps: 10 });
  await draw(page, 200, 650);
  await page.mouse.move(710, 600, { steps: 10 });
  await converged([page, host], 3);
  const [pen, mouse] = await widths(page);
  assert.ok(pen > 290 && mouse > 190 && mouse < 220, String([pen, mouse]));
  await leave(page);
});

test("after a window switch neither the space bar nor the button counts as held", async () => {
  const { page } = await onTablet();
  const panning = () => page.locator(".board").getAttribute("data-panning");
  await page.locator(".board").focus();
  await page.keyboard.down(" ");
  await eventually(async () => (await panning()) === "true", "space pans");
  await page.evaluate(() => window.dispatchEvent(new Event("blur")));
  await eventually(async () => (await panning()) === "false", "and no longer");
  await page.mouse.move(300, 300);
  await page.mouse.down();
  await page.mouse.move(500, 300, { steps: 10 });
  await page.evaluate(() => window.dispatchEvent(new Event("blur")));
  await page.mouse.move(500, 600, { steps: 10 });
  await converged([page, host], 1);
  await page.mouse.up();
  await leave(page);
});

/** A key as a keyboard of another country says it. */
function press(page, key, code, modifiers = {}) {
  return page.evaluate(
    ([key, code, modifiers]) =>
      document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true, ...modifiers }),
      ),
    [key, code, modifiers],
  );
}

test("[BD-11] keys go by the letter that is printed on them", async () => {
  const { page } = await onTablet();
  await draw(page, 300, 300);
  await draw(page, 300, 500);
  await converged([page, host], 2);
  const control = { ctrlKey: true };
  await press(page, "z", "KeyY", control); // German
  await converged([page, host], 1);
  await press(page, "z", "KeyW", control); // French
  await converged([page, host], 0);
  await press(page, "y", "KeyZ", control); // German
  await converged([page, host], 1);
  await press(page, "Z", "KeyY", { ...control, shiftKey: true });
  await converged([page, host], 2);
  await press(page, "я", "KeyZ", control); // Ukrainian
  await converged([page, host], 1);
  await press(page, "a", "KeyQ", control); // French
  await press(page, "Delete", "Delete");
  await converged([page, host], 0);
  // AltGr on a Polish keyboard writes a letter.
  await press(page, "z", "KeyZ", { ...control, altKey: true });
  await converged([page, host], 0);
  const chosen = () => page.locator(".board").getAttribute("data-tool");
  for (const [key, code, tool] of [["m", "Semicolon", "highlighter"], ["a", "KeyQ", "arrow"], ["з", "KeyP", "pen"]]) {
    await press(page, key, code);
    await eventually(async () => (await chosen()) === tool, `${key} is ${tool}`);
  }
  await leave(page);
});

test("Delete works after a colour was chosen, and letters that buttons do not know", async () => {
  const { page } = await onTablet();
  await draw(page, 300, 300);
  await converged([page, host], 1);
  await page.locator(".board").focus();
  await page.keyboard.press("Control+a");
  await page.getByRole("button", { name: "Red", exact: true }).click();
  await page.keyboard.press("Delete");
  await converged([page, host], 0);
  await leave(page);
});

test("[CH-1] what is pasted into the chat is not put on the board", async () => {
  const { page } = await onTablet();
  const paste = (selector) =>
    page.evaluate(async (selector) => {
      const canvas = new OffscreenCanvas(40, 30);
      canvas.getContext("2d").fillRect(5, 5, 20, 20);
      const cells = new File([await canvas.convertToBlob()], "image.png", { type: "image/png" });
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", "a\tb");
      clipboardData.items.add(cells);
      const target = document.querySelector(selector);
      target.focus();
      target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, selector);
  await page.getByRole("button", { name: "Chat" }).click();
  await page.locator(".panel textarea").waitFor();
  await paste(".panel textarea");
  await paste(".board");
  // Cells are cells, whatever picture of them a spreadsheet lays beside.
  await page.locator('.board-svg [data-type="table"]').waitFor();
  await converged([page, host], 1);
  await page.getByRole("button", { name: "Text", exact: true }).click();
  await page.mouse.click(400, 600);
  await page.locator(".text-editor").fill("cells");
  await paste(".text-editor");
  await page.keyboard.press("Escape");
  await converged([page, host], 2);
  assert.equal(await page.locator('.board-svg [data-type="table"]').count(), 1);
  await leave(page);
});

/** Drops files on the board, each with its name, type and first bytes; returns whether the page kept them from the browser. */
function drop(page, files, selector = ".board") {
  return page.evaluate(
    ([files, selector]) => {
      const dataTransfer = new DataTransfer();
      for (const { name, type, content } of files) {
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        dataTransfer.items.add(new File([bytes], name, { type }));
      }
      const target = document.querySelector(selector);
      const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true, clientX: 400, clientY: 400 });
      return !target.dispatchEvent(event);
    },
    [files, selector],
  );
}

test("what is no picture is not dropped without a word; what is one is taken, whatever it is called", async () => {
  const { page } = await onTablet();
  const file = (name, type, content = "plain") => ({ name, type, content: Buffer.from(content, "latin1").toString("base64") });
  for (const other of [
    file("broken.svg", "image/svg+xml", "<svg"),
    file("song.mp3", "audio/mpeg", "ID3"),
    file("IMG_0001.HEIC", "", "\0\0\0\x18ftypheic"),
    file("empty.png", "image/png", ""),
    file("scan.tif", "image/tiff", "II*\0\x08\0\0\0"),
    file("damaged.bmp", "image/bmp", "BM"),
  ]) {
    await drop(page, [other]);
    await page.locator(".toast", { hasText: other.name }).waitFor();
    await page.locator(".toast", { hasText: "PNG, JPEG, WebP, GIF or SVG" }).waitFor();
  }
  // A document becomes pages, which a pupil may not add.
  for (const document of [file("paper.pdf", "application/pdf", "%PDF-1.7"), file("essay.docx", "", "PK\x03\x04")]) {
    await drop(page, [document]);
    await page.locator(".toast", { hasText: "You may not do this" }).waitFor();
    await page.locator(".toast").waitFor({ state: "detached" });
  }
  const png = await page.evaluate(() => document.createElement("canvas").toDataURL("image/png").split(",")[1]);
  await drop(page, [{ name: "photo", type: "", content: png }, file("notes.txt", "text/plain")]);
  await page.locator(".toast", { hasText: "notes.txt" }).waitFor();
  await converged([page, host], 1);
  // Beside the board a file would take the place of the page.
  assert.equal(await drop(page, [file("a.pdf", "application/pdf")], ".toolbar"), true);
  await leave(page);
});
