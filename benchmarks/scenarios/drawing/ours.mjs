/** Our own page under `gestures.mjs`. */

import { eventually } from "../../../tests/browser/support/lesson.mjs";
import { fetched, measured, memory, settled, strokes, VIEW, watch } from "./gestures.mjs";

const PER_MESSAGE = 50;

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
  // What is said of the board to those who do not see it; only what is in view is drawn. Parts of
  // strokes count as well: where an eraser has passed there are more.
  count: counted,
};

async function counted(page) {
  const said = /\d[\d,.]*/.exec(await page.locator(".board p").first().textContent());
  return said === null ? 0 : Number(said[0].replace(/\D/g, ""));
}

/** Puts strokes on a board, as somebody who has no page. */
export async function filled(url, token, count) {
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

/** @returns where a page's lesson is spoken to, and the token that lets it in. */
export async function wayIn(page) {
  const sessionId = new URL(page.url()).pathname.split("/").at(-1);
  const token = await page.evaluate((id) => Object.entries(sessionStorage).find(([key]) => key.endsWith(id))?.[1], sessionId);
  return { url: `${page.url().replace(/^http/, "ws").replace("/room/", "/ws/classroom/")}/`, token };
}

/** @returns the figures of our page with so many strokes, in a lesson of their own. */
export async function ours(classroom, host, count) {
  await host.goto(new URL("/", host.url()).href);
  await classroom.lesson(host);
  const { url, token } = await wayIn(host);
  await filled(url, token, count);
  const loaded = fetched(host);
  await host.reload();
  // A page that waits for its lesson is quiet, too.
  await eventually(async () => (await counted(host)) >= count, "all strokes are there");
  const opened = await settled(host);
  const bytes = await loaded();
  await host.keyboard.press("0");
  const figures = await measured(host, board);
  return { "open to drawn": opened, ...figures, ...(await memory(host)), "scripts and styles until drawn, gzip kB": bytes / 1_000 };
}

export async function ownHost(classroom) {
  // A link signs in once.
  classroom.server.signInLink = await classroom.server.newSignInLink();
  const host = await classroom.host({ viewport: VIEW });
  await host.addInitScript(watch);
  return host;
}
