/** The classroom in a real browser against a real server. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { AXE, Classroom, converged, count, draw, eventually, goHome, leave, painted } from "../support/lesson.mjs";

let classroom;
before(async () => {
  classroom = await Classroom.open();
});
after(() => classroom.close());

async function inLesson(options) {
  const host = await classroom.host();
  const link = await classroom.lesson(host, options);
  return { host, link };
}

/** Signing in works once for each start of the server, so one host holds all lessons. */
let theHost;
async function lesson(options) {
  if (theHost === undefined) {
    const { host, link } = await inLesson(options);
    theHost = host;
    return { host, link };
  }
  await goHome(theHost);
  return { host: theHost, link: await classroom.lesson(theHost, options) };
}

test("[BD-2] two pages draw with every tool and show the same", async () => {
  const { host, link } = await lesson();
  const guest = await classroom.guest(link, "Ada");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await Promise.all([draw(host, 250, 250), draw(guest, 250, 400)]);
  await host.getByRole("button", { name: "Red", exact: true }).click();
  for (const [key, x] of [["m", 450], ["l", 600], ["a", 750], ["r", 900], ["o", 1050]]) {
    await host.keyboard.press(key);
    await draw(host, x, 300, { points: 12 });
  }
  await host.keyboard.press("n");
  await host.mouse.click(700, 550);
  await host.keyboard.type("page 12");
  await host.keyboard.press("Escape");
  await guest.keyboard.press("t");
  await guest.mouse.click(250, 600);
  await guest.keyboard.type("½ + ¼ = ¾");
  await guest.keyboard.press("Escape");
  await converged([host, guest], 9);

  await guest.keyboard.press("e");
  // The host's stays: a guest may not change what others drew.
  await draw(guest, 250, 250, { points: 5 });
  await draw(guest, 250, 400);
  await host.keyboard.press("v");
  await host.mouse.click(700, 520);
  await draw(host, 700, 520, { points: 10 });
  await converged([host, guest], 8);
  await leave(guest);
});

test("[BD-11] undo takes back one's own doing and nobody else's", async () => {
  const { host, link } = await lesson();
  const asked = [];
  host.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => {
      const { type, data } = JSON.parse(payload);
      if (type === "command") asked.push(data.name);
    });
  });
  await host.reload();
  await host.getByRole("button", { name: "Pen", exact: true }).waitFor();
  const guest = await classroom.guest(link, "Ada");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await host.keyboard.press("p");
  await draw(host, 300, 250);
  await draw(guest, 300, 400);
  await converged([host, guest], 2);
  await host.keyboard.press("Control+z");
  await converged([host, guest], 1);
  assert.equal(await host.getByRole("button", { name: "Undo" }).isDisabled(), true);
  await host.keyboard.press("Control+Shift+z");
  await converged([host, guest], 2);

  // The room took these back. One that is opened anew knows nothing of them: the page still does.
  assert.deepEqual(asked, ["undo", "redo"]);
  await classroom.server.kill();
  await host.getByText("Keep drawing").waitFor();
  await classroom.server.run();
  await converged([host, guest], 2);
  await host.keyboard.press("Control+z");
  await converged([host, guest], 1);
  assert.deepEqual(asked, ["undo", "redo"]);
  await leave(guest);
});

test("[BD-3] a permission withdrawn in mid-stroke ends the stroke on both boards", async () => {
  const { host, link } = await lesson();
  const guest = await classroom.guest(link, "Ada");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await host.getByRole("button", { name: /^People/ }).click();
  await draw(guest, 300, 300, {
    points: 60,
    during: async () => {
      await host.getByRole("switch", { name: "Everyone may draw" }).click();
      await guest.getByText("You are watching").waitFor();
    },
  });
  await converged([host, guest], 1);
  const before = await painted(host);
  await draw(guest, 300, 500);
  await converged([host, guest], 1);
  assert.equal(await painted(host), before);

  await host.getByRole("switch", { name: "Everyone may draw" }).click();
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await draw(guest, 300, 500);
  await converged([host, guest], 2);
  await leave(guest);
});

test("[SY-3] who is kicked is told so, and does not come back by reloading", async () => {
  const { host, link } = await lesson();
  const guest = await classroom.guest(link, "Mallory");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await host.getByRole("button", { name: /^People/ }).click();
  await host.getByRole("button", { name: /Mallory/ }).click();
  await host.getByRole("button", { name: "Remove from lesson…" }).click();
  await host.getByRole("button", { name: "Remove", exact: true }).click();
  await guest.getByText("You were removed from the lesson.").waitFor();
  await host.getByText("Nobody else is here yet.").waitFor();
  await guest.reload();
  await guest.getByRole("heading", { name: "Join the lesson" }).waitFor();
  await leave(guest);
});

test("[BD-6] a server killed and started again loses nothing of what both draw meanwhile", async () => {
  const { host, link } = await lesson();
  const guest = await classroom.guest(link, "Ada");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await host.keyboard.press("p");
  await draw(host, 300, 250);
  await converged([host, guest], 1);
  await classroom.server.kill();
  await host.getByText("Keep drawing").waitFor();
  await draw(host, 300, 400);
  await draw(guest, 600, 400);
  assert.equal(await count(host), 2);
  await classroom.server.run();
  await converged([host, guest], 3);
  await leave(guest);
});

test("[BD-7] a page cut off while both draw has all of it when the network is back", async () => {
  const { host, link } = await lesson();
  const { wire, link: wired } = await classroom.wired(link);
  const guest = await classroom.guest(wired, "Ada");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await host.keyboard.press("p");
  await draw(guest, 300, 250, { points: 60, during: async () => wire.cut() });
  await guest.getByText("Keep drawing").waitFor();
  await draw(host, 300, 400);
  await draw(guest, 600, 400);
  wire.mend();
  await guest.getByRole("button", { name: "Reconnect now" }).click();
  await converged([host, guest], 3);
  await leave(guest);
});

test("[BD-6] what was pending when the page was reloaded is sent after it", async () => {
  const { host, link } = await lesson();
  const { wire, link: wired } = await classroom.wired(link);
  const guest = await classroom.guest(wired, "Ada");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  wire.swallow();
  await draw(guest, 300, 250);
  await guest.locator('.saved[data-state="saving"]').waitFor();
  assert.equal(await count(host), 0);
  await guest.reload();
  await converged([host, guest], 1);
  await leave(guest);
});

test("[WR-4] a guest waits until the host lets them in", async () => {
  const { host, link } = await lesson({ waitingRoom: true });
  const guest = await classroom.guest(link, "Ada");
  await guest.getByText("will let you in").waitFor();
  await host.getByRole("button", { name: /^People/ }).click();
  await host.getByRole("complementary", { name: "People" }).getByRole("button", { name: "Let in" }).click();
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await draw(guest, 300, 300);
  await converged([host, guest], 1);
  await leave(guest);
});

/** A small picture, made by the browser itself. */
async function pictureOf(page) {
  const url = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = 60;
    canvas.height = 40;
    canvas.getContext("2d").fillRect(10, 10, 30, 20);
    return canvas.toDataURL("image/png");
  });
  return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}

/** Chooses a format in the open dialog, and returns the file that comes. */
async function downloaded(page, format) {
  const coming = page.waitForEvent("download");
  await page.locator("dialog").getByRole("button", { name: format }).click();
  const download = await coming;
  await page.locator("dialog").waitFor({ state: "detached" });
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

test("a picture that one adds is seen by all, and is inside of what they download", async () => {
  const { host, link } = await lesson();
  const guest = await classroom.guest(link, "Ada");
  await guest
    .locator("input[type=file]")
    .setInputFiles({ name: "picture.png", mimeType: "image/png", buffer: await pictureOf(guest) });
  await host.locator(".board-svg image").waitFor();
  await guest.locator(".board-svg image").waitFor();
  await converged([host, guest], 1);
  // What is transparent in it, often with black ink on that, is seen in the dark, too.
  await host.emulateMedia({ colorScheme: "dark" });
  const ground = host.locator(".board-svg [data-id]:has(image) rect");
  assert.equal(await ground.evaluate((rect) => getComputedStyle(rect).fill), "rgb(255, 255, 255)");
  await host.emulateMedia({ colorScheme: "light" });
  await host.getByRole("button", { name: "Menu" }).click();
  await host.getByRole("button", { name: "Download the board…" }).click();
  const { name, bytes } = await downloaded(host, "SVG");
  assert.match(name, /^Geometry-v\d+\.svg$/);
  assert.match(String(bytes), /<image [^>]*href="data:image\/png;base64,/);
  await leave(guest);
});

test("[BD-12] the history shows every version of the board, and brings one back", async () => {
  const { host, link } = await lesson();
  const guest = await classroom.guest(link, "Ada");
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await host.keyboard.press("r");
  for (const x of [300, 500, 700]) {
    await draw(host, x, 300, { points: 10 });
    await host.keyboard.press("r");
  }
  await converged([host, guest], 3);
  const room = host.url();
  await host.getByRole("button", { name: "Menu" }).click();
  await host.getByRole("button", { name: "History" }).click();
  const shown = host.locator(".still-board [data-id]");
  await eventually(async () => (await shown.count()) === 3, "the newest version is shown");
  await host.getByRole("button", { name: "Play" }).click();
  await eventually(async () => (await shown.count()) < 3, "it begins anew");
  await host.getByLabel("Speed").selectOption("16");
  await host.getByRole("button", { name: "Play" }).waitFor();
  assert.equal(await shown.count(), 3);
  await host.getByLabel("Kind").selectOption("board");
  const drew = host.getByRole("listitem").filter({ hasText: "drew" });
  await drew.first().waitFor();
  await host.getByRole("slider").focus();
  // Leaving the classroom may be an event as well.
  while ((await shown.count()) > 2) {
    await host.keyboard.press("ArrowLeft");
    const version = await host.getByRole("slider").inputValue();
    await host.getByRole("img", { name: `The board at version ${version}`, exact: true }).waitFor();
  }
  assert.equal(await shown.count(), 2);
  const version = Number(await host.getByRole("slider").inputValue());
  const files = {};
  for (const format of ["JSON", "PDF", "PNG"]) {
    await host.getByRole("button", { name: "Download the board…" }).click();
    await host.getByText(`at version ${version}.`).waitFor();
    files[format] = await downloaded(host, format);
    assert.equal(files[format].name, `Geometry-v${version}.${format.toLowerCase()}`);
  }
  const exported = JSON.parse(files.JSON.bytes);
  assert.equal(exported.version, version);
  assert.equal(Object.keys(exported.board.elements).length, 2);
  assert.equal(String(files.PDF.bytes.subarray(0, 5)), "%PDF-");
  assert.equal(String(files.PNG.bytes.subarray(1, 4)), "PNG");
  if (process.env.SHOT) await host.screenshot({ path: process.env.SHOT });
  await host.getByRole("button", { name: "Restore" }).click();
  await host.locator("dialog").getByRole("button", { name: "Restore" }).click();
  await host.waitForURL(room);
  await converged([host, guest], 2);
  await leave(guest);
});

test("a stroke of 300 points takes no more than 25 kB on the wire", async () => {
  const { host } = await lesson();
  await host.keyboard.press("p");
  const sent = [];
  const cdp = await host.context().newCDPSession(host);
  await cdp.send("Network.enable");
  cdp.on("Network.webSocketFrameSent", ({ response }) => {
    const message = JSON.parse(response.payloadData);
    if (message.type === "board_event") sent.push(response.payloadData);
  });
  // A session sees frames of sockets opened after it: open one anew.
  await host.reload();
  await host.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await draw(host, 100, 400, { points: 300 });
  await converged([host], 1);
  const bytes = sent.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const points = sent
    .flatMap((text) => JSON.parse(text).data.ops)
    .reduce((sum, op) => sum + (op.points ?? op.element?.points ?? []).length / 4, 0);
  assert.ok(points >= 295, `${points} points were sent`);
  assert.ok(bytes <= 25_000, `${bytes} bytes were sent`);
});

test("a pen's pressure is drawn", async () => {
  const { host } = await lesson();
  await host.keyboard.press("p");
  const cdp = await host.context().newCDPSession(host);
  const pen = (type, x, force) =>
    cdp.send("Input.dispatchMouseEvent", {
      type,
      x,
      y: 400,
      force,
      button: "left",
      buttons: type === "mouseReleased" ? 0 : 1,
      clickCount: 1,
      pointerType: "pen",
    });
  await pen("mousePressed", 300, 0.1);
  for (let n = 1; n <= 20; n += 1) await pen("mouseMoved", 300 + n * 10, n / 20);
  await pen("mouseReleased", 500, 0);
  await converged([host], 1);
  const heights = await host.evaluate(() => {
    const path = document.querySelector(".board-svg [data-id] path");
    const at = (from, to) => {
      const ys = [];
      for (let s = 0; s < path.getTotalLength(); s += 1) {
        const { x, y } = path.getPointAtLength(s);
        if (x >= from && x <= to) ys.push(y);
      }
      return Math.max(...ys) - Math.min(...ys);
    };
    return { begin: at(10, 30), end: at(160, 180) };
  });
  assert.ok(heights.end > heights.begin * 1.5, JSON.stringify(heights));
});

test("every page is accessible, in both languages, light and dark", async () => {
  const { host, link } = await lesson();
  const axe = await readFile(AXE, "utf8");
  const check = async (page, name) => {
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { violations } = await window.axe.run(document);
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
    });
    assert.deepEqual(found, [], name);
  };
  const guest = await classroom.person({ locale: "uk-UA", colorScheme: "dark" });
  await guest.goto(link);
  await guest.getByText("Приєднатися до уроку").waitFor();
  await check(guest, "join");
  await guest.getByRole("button", { name: "Увімкнути камеру" }).click();
  await guest.getByRole("button", { name: "Увімкнути мікрофон" }).click();
  await guest.getByLabel("Мікрофон", { exact: true }).waitFor();
  await guest.locator(".preview video").waitFor();
  await check(guest, "join, camera and microphone on");
  await guest.goto(new URL("/", link).href);
  await check(guest, "home, signed out");
  await host.getByRole("button", { name: /^People/ }).click();
  await check(host, "people");
  await host.getByRole("button", { name: "Layers" }).click();
  await host.getByRole("button", { name: "Add a layer" }).click();
  await check(host, "layers");
  await host.emulateMedia({ colorScheme: "dark" });
  await host.getByRole("button", { name: "Menu" }).click();
  await check(host, "menu, dark");
  await host.getByRole("button", { name: "Download the board…" }).click();
  await check(host, "export, dark");
  await host.keyboard.press("Escape");
  await host.emulateMedia({ colorScheme: "light" });
  await leave(guest);
});

test("a lesson can be held by keyboard alone", async () => {
  const { host } = await lesson();
  await host.keyboard.press("r");
  await draw(host, 400, 300, { points: 10 });
  await host.keyboard.press("Control+a");
  const before = await painted(host);
  await host.locator(".board").focus();
  await host.keyboard.press("Shift+ArrowRight");
  await eventually(async () => (await painted(host)) !== before, "the arrow keys move it");
  await host.keyboard.press("Delete");
  await converged([host], 0);
});
