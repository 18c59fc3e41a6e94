/** What is kept on the device: pending strokes, words that are being written. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { converged, count, draw, eventually, leave } from "../support/lesson.mjs";
import { classroom, host, link } from "../support/lesson_each.mjs";

async function joined(name, options) {
  const page = await classroom.guest(link, name, options);
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  return page;
}

/** From the next load of the page on, what the device keeps is not to be had before `window.answer()`. */
async function withMuteStorage(page) {
  await page.addInitScript(() => {
    const opening = IDBFactory.prototype.open;
    const answered = new Promise((resolve) => {
      window.answer = resolve;
    });
    IDBFactory.prototype.open = function (...args) {
      const mute = new EventTarget();
      void answered.then(() => {
        const request = opening.apply(this, args);
        request.onupgradeneeded = () => {
          mute.result = request.result;
          mute.onupgradeneeded?.();
        };
        request.onsuccess = () => {
          mute.result = request.result;
          mute.onsuccess?.();
        };
      });
      return mute;
    };
  });
}

test("[BD-6] a device that does not say what it has kept keeps nobody out, and what it kept comes later", async () => {
  const { wire, link: wired } = await classroom.wired(link);
  const page = await classroom.guest(wired, "Ada");
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  wire.swallow();
  await draw(page, 300, 250);
  await page.locator('.saved[data-state="saving"]').waitFor();
  await withMuteStorage(page);
  await page.reload();
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await draw(page, 300, 400);
  await draw(page, 300, 500);
  await converged([page, host], 2);
  await page.evaluate(() => window.answer());
  await converged([page, host], 3);
  await leave(page);
});

test("[BD-6] without a connection and without an answer of the device, what is drawn arrives all the same", async () => {
  const { wire, link: wired } = await classroom.wired(link);
  const page = await classroom.guest(wired, "Ada");
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await withMuteStorage(page);
  await page.reload();
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  wire.cut();
  await page.getByText("Keep drawing").waitFor();
  for (const y of [250, 350, 450]) await draw(page, 300, y, { points: 10 });
  assert.equal(await count(page), 3);
  wire.mend();
  await page.getByRole("button", { name: "Reconnect now" }).click();
  await converged([page, host], 3);
  await leave(page);
});

const editor = (page) => page.locator(".text-editor");

async function write(page, words, x = 400, y = 300) {
  await page.locator(".board").focus();
  await page.keyboard.press("t");
  await page.mouse.click(x, y);
  await page.keyboard.type(words);
}

function texts(page) {
  return page.locator('.board-svg [data-type="text"] text').evaluateAll((all) =>
    all.map((one) => [...one.children].map((line) => line.textContent).join("\n")).sort(),
  );
}

async function shows(page, ...expected) {
  await eventually(async () => JSON.stringify(await texts(page)) === JSON.stringify(expected), `${expected} is shown`);
}

test("a window switch while one writes ends nothing, and Backspace takes a letter", async () => {
  const page = await joined("Ada");
  const other = await page.context().newPage();
  await write(page, "words");
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Emulation.setFocusEmulationEnabled", { enabled: false });
  await other.bringToFront();
  await page.bringToFront();
  assert.equal(await editor(page).inputValue(), "words");
  // As where the browser tells of the switch alone.
  await page.evaluate(() => {
    document.hasFocus = () => false;
    document.querySelector(".text-editor").dispatchEvent(new FocusEvent("blur"));
    delete document.hasFocus;
  });
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Escape");
  await shows(host, "word");
  await leave(page);
});

test("words are there again after a reload, and go on", async () => {
  const page = await joined("Ada");
  await write(page, "half a sen");
  await page.reload();
  await eventually(async () => (await editor(page).count()) === 1, "the words are there");
  assert.equal(await editor(page).inputValue(), "half a sen");
  await page.keyboard.press("End");
  await page.keyboard.type("tence");
  await page.keyboard.press("Escape");
  await shows(host, "half a sentence");
  await page.reload();
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await shows(page, "half a sentence");
  assert.equal(await editor(page).count(), 0);
  await leave(page);
});

test("[BD-3] a permission withdrawn while one writes takes no word away", async () => {
  const page = await joined("Ada");
  await host.getByRole("button", { name: /^People/ }).click();
  const everyone = host.getByRole("switch", { name: "Everyone may draw" });
  await write(page, "before");
  await everyone.click();
  await page.getByText("Your words are kept").waitFor();
  await page.keyboard.type(" and after");
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/held.png` });
  await page.mouse.click(700, 600);
  assert.equal(await editor(page).inputValue(), "before and after");
  await shows(host);
  await everyone.click();
  await shows(host, "before and after");

  // Put aside by Escape, and after a reload, it comes back as well.
  await write(page, "aside", 400, 450);
  await everyone.click();
  await page.getByText("Your words are kept").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await editor(page).count(), 0);
  await page.reload();
  await page.getByText("You are watching").waitFor();
  await everyone.click();
  await editor(page).waitFor();
  await page.keyboard.press("Escape");
  await shows(host, "aside", "before and after");
  await host.getByRole("button", { name: /^People/ }).click();
  await leave(page);
});

test("Escape ends the composition of a letter, not the writing", async () => {
  const page = await joined("Ada");
  await write(page, "kana");
  const escape = (more) =>
    editor(page).evaluate(
      (area, more) => area.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true, ...more })),
      more,
    );
  await escape({ isComposing: true });
  await escape({ keyCode: 229 });
  assert.equal(await editor(page).count(), 1);
  await page.keyboard.press("Escape");
  await shows(host, "kana");
  await leave(page);
});

test("two people in one text see each other, and both are kept", async () => {
  const page = await joined("Ada");
  await write(page, "middle");
  await page.keyboard.press("Escape");
  await shows(host, "middle");
  await host.locator(".board").focus();
  await host.keyboard.press("v");
  await host.mouse.dblclick(420, 300);
  await page.locator(".cursor", { hasText: "Operator is writing" }).waitFor();
  await page.mouse.dblclick(420, 300);
  await page.getByText("Operator is writing here, too").waitFor();
  await host.keyboard.press("Home");
  await host.keyboard.type("first ");
  await page.keyboard.press("End");
  await page.keyboard.type(" last");
  await host.keyboard.press("Escape");
  await page.getByText("Changed by somebody else").waitFor();
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/both.png` });
  await page.keyboard.press("Escape");
  await shows(host, "first middle last");

  // The same words: one comes below the other. Taken away meanwhile: it is there again.
  await host.mouse.dblclick(420, 300);
  await page.mouse.dblclick(420, 300);
  await editor(page).fill("mine");
  await editor(host).fill("theirs");
  await host.keyboard.press("Escape");
  await page.getByText("Changed by somebody else").waitFor();
  await page.keyboard.press("Escape");
  await shows(host, "mine", "theirs");
  await leave(page);
});
