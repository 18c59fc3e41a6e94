/** A page without a connection: what is drawn there, how it is kept, and how it arrives. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Classroom, converged, count, draw, eventually, leave } from "../support/lesson.mjs";

let classroom;
let host;
let link;

before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host();
  link = await classroom.lesson(host);
});

after(() => classroom.close());

const pen = { name: "Pen", exact: true };

/** Strokes next to each other, from `first` to before `end`. */
async function drawRows(page, first, end) {
  for (let n = first; n < end; n += 1) {
    await draw(page, 220 + (n % 8) * 90, 130 + Math.floor(n / 8) * 70, { points: 12 });
  }
}

test("[BD-6] what was drawn without a connection arrives squashed, and the page tells how far it is", async () => {
  const { wire, link: wired } = await classroom.wired(link);
  const guest = await classroom.guest(wired, "Ada");
  await guest.getByRole("button", pen).waitFor();
  const sent = [];
  guest.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => {
      const message = JSON.parse(String(payload));
      if (message.type === "board_event") sent.push(message);
    });
  });
  wire.cut();
  await guest.getByText("Keep drawing").waitFor();
  await drawRows(guest, 0, 30);
  assert.equal(await count(guest), 30);
  wire.mend();
  wire.delayMs = 1_500;
  await guest.getByRole("button", { name: "Reconnect now" }).click();
  const words = guest.locator(".saved", { hasText: /^Sending \d+ of 30…$/ });
  await words.waitFor();
  if (process.env.SCREENSHOTS) await guest.screenshot({ path: `${process.env.SCREENSHOTS}/sending.png` });
  wire.delayMs = 0;
  await converged([host, guest], 30);
  assert.equal(sent.length, 30, "a stroke with its pieces is one message");
  assert.ok(sent.every(({ data }) => data.ops.length === 1 && data.ops[0].op === "put"));
  await leave(guest);
});

test("[BD-6] what was never sent is sent by the page that is loaded next", async () => {
  const { wire, link: wired } = await classroom.wired(link);
  const guest = await classroom.guest(wired, "Ben");
  await guest.getByRole("button", pen).waitFor();
  await converged([host, guest], 30);
  wire.cut();
  await guest.getByText("Keep drawing").waitFor();
  await drawRows(guest, 30, 33);
  wire.mend();
  await guest.reload();
  await converged([host, guest], 33);
  await leave(guest);
});

test("[BD-6] a second tab leaves what the first has not sent to it, until the first is gone", async () => {
  const { wire, link: wired } = await classroom.wired(link);
  const guest = await classroom.guest(wired, "Cleo");
  await guest.getByRole("button", pen).waitFor();
  await converged([host, guest], 33);
  const room = guest.url();
  const secrets = await guest.evaluate(() => Object.entries(sessionStorage));
  wire.cut();
  await guest.getByText("Keep drawing").waitFor();
  await drawRows(guest, 33, 35);
  wire.mend();
  // The first stays without a connection: its tab gets none while the second comes.
  await guest.evaluate(() => {
    window.WebSocket = class extends EventTarget {
      constructor() {
        super();
        this.readyState = 3;
        setTimeout(() => this.onclose?.({ code: 1006, reason: "" }), 0);
      }
      close() {}
    };
  });
  const second = await guest.context().newPage();
  await second.addInitScript((items) => {
    for (const [key, value] of items) sessionStorage.setItem(key, value);
  }, secrets);
  await second.goto(room);
  await second.getByRole("button", pen).waitFor();
  await converged([host, second], 33);
  assert.equal(await count(guest), 35);
  await guest.close();
  await second.reload();
  await converged([host, second], 35);
  await leave(second);
});

test("who loses the network is told at once, on a phone as well, and goes on drawing", async () => {
  const before = await count(host);
  const guest = await classroom.guest(link, "Dora", { viewport: { width: 390, height: 844 } });
  await guest.getByRole("button", pen).waitFor();
  await converged([host, guest], before);
  const asOf = performance.now();
  await guest.context().setOffline(true);
  await guest.getByText("Keep drawing").waitFor();
  assert.ok(performance.now() - asOf < 6_000, "at once, not once the silence is noticed");
  await guest.locator('.saved[data-state="offline"]').waitFor();
  await draw(guest, 120, 400, { points: 12 });
  await guest.context().setOffline(false);
  await guest.getByText("Keep drawing").waitFor({ state: "detached" });
  await converged([host, guest], before + 1);
  await leave(guest);
});

test("a server that does not answer is noticed within seconds, and what was drawn is not lost", async () => {
  const before = await count(host);
  const { wire, link: wired } = await classroom.wired(link);
  const guest = await classroom.guest(wired, "Eve");
  await guest.getByRole("button", pen).waitFor();
  await converged([host, guest], before);
  wire.swallow();
  await draw(guest, 120, 500, { points: 12 });
  // It still says things itself, pings among them, and each puts off that it is taken for silent.
  await guest.getByText("Keep drawing").waitFor({ timeout: 60_000 });
  await guest.getByRole("button", { name: "Reconnect now" }).click();
  await converged([host, guest], before + 1);
  await leave(guest);
});
