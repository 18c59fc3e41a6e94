/** Our own page under `gestures.mjs`: prints its figures as JSON. */

import { Classroom, eventually } from "../../../tests/browser/support/lesson.mjs";
import { measured, settled, strokes, VIEW, watch } from "./gestures.mjs";

const PER_MESSAGE = 50;
const counts = process.argv.slice(2).map(Number);

const board = {
  pen: async (page) => {
    await page.locator(".board").focus();
    await page.keyboard.press("p");
  },
  eraser: (page) => page.keyboard.press("e"),
  selectAll: async (page) => {
    await page.keyboard.press("v");
    await page.keyboard.press("Control+a");
  },
  grab: async (page) => {
    await page.mouse.move(640, 520);
    await page.mouse.down();
  },
};

async function filled(url, token, count) {
  const socket = new WebSocket(url, ["lessonroom.v1.json", `bearer.${token}`]);
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  let [sent, acknowledged] = [0, 0];
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "ack") acknowledged += 1;
    if (message.type === "error") throw new Error(data);
  };
  socket.send(JSON.stringify({ ch: "board", type: "sync_request", data: {} }));
  const elements = strokes(count).map(({ x, y, points }, n) => ({
    id: `s${n}`, layer: "base", type: "stroke", x, y, style: { width: 3 }, points: points.flatMap(([px, py]) => [px, py, 0.5, 8]),
  }));
  for (let n = 0; n < count; n += PER_MESSAGE) {
    sent += 1;
    const ops = elements.slice(n, n + PER_MESSAGE).map((element) => ({ op: "put", element }));
    socket.send(JSON.stringify({ ch: "board", type: "board_event", id: `drawing-bench:${sent}`, data: { ops } }));
    await eventually(() => acknowledged === sent, "acknowledged");
  }
  socket.close();
}

const classroom = await Classroom.open();
const rows = {};
try {
  const host = await classroom.host({ viewport: VIEW });
  await host.addInitScript(watch);
  for (const count of counts) {
    await host.goto(new URL("/", host.url()).href);
    await classroom.lesson(host);
    const sessionId = new URL(host.url()).pathname.split("/").at(-1);
    const token = await host.evaluate((id) => Object.entries(sessionStorage).find(([key]) => key.endsWith(id))?.[1], sessionId);
    await filled(`${host.url().replace(/^http/, "ws").replace("/room/", "/ws/classroom/")}/`, token, count);
    await host.reload();
    const opened = await settled(host);
    await host.keyboard.press("0");
    const figures = await measured(host, board);
    rows[count] = { "open to drawn": opened, ...figures };
  }
} finally {
  await classroom.close().catch((error) => console.error(String(error).slice(0, 500)));
}
console.log(JSON.stringify(rows));
