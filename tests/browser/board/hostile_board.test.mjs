/** [P16] A board that was made to stop whoever opens it: the page opens it, paints, and takes what is drawn. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ClassroomApi, connect } from "../../../gateway/static/sdk/lessonroom.js";
import { Classroom, count, draw, eventually } from "../support/lesson.mjs";

/** What an older server let in: these limits came later. */
const OLD = "[limits]\nlines_per_text = 10000\ntext_chars_per_board = 10000000\n";
const FAR = 1e7;
const LINES_DRAWN = 2_000;
const base = { layer: "base" };
const text = (id, fields) => ({ ...base, id, type: "text", x: 0, y: 0, ...fields });

function zigzag(reach, points = 2_000) {
  return Array.from({ length: points }, (_, at) => [at % 2 ? reach : 0, at / 10, 0.5, 0]).flat();
}

const THIN = { width: 0.01, dash: "dashed" };
const EACH = [
  text("narrow", { w: 1, text: "m".repeat(10_000) }),
  text("narrow-words", { w: 1, text: "ab ".repeat(3_333) }),
  text("wide", { w: FAR, text: "ab ".repeat(3_333) }),
  text("line-ends", { text: "\n".repeat(9_999) }),
  text("marks", { w: 50, text: `a${"\u0301".repeat(9_999)}` }),
  text("families", { w: 50, text: "\u{1F469}\u200D\u{1F467}".repeat(2_000) }),
  text("bidi", { w: 50, text: "\u202Ea\u202B\u05D0".repeat(2_500) }),
  text("ligatures", { w: 50, text: "\uFDFD".repeat(10_000) }),
  text("tiny", { w: 50, text: "abc ".repeat(100), style: { font_size: 1e-9 } }),
  text("huge", { text: "abc\n".repeat(100), style: { font_size: FAR } }),
  { ...base, id: "no-note", type: "note", x: 0, y: 0, w: 0, h: 0, text: "m ".repeat(5_000) },
  { ...base, id: "zigzag", type: "stroke", points: zigzag(FAR) },
  { ...base, id: "still", type: "stroke", points: [0, 0, 0.5, 0].concat(Array(8_000).fill(0)) },
  { ...base, id: "scaled", type: "stroke", scale_x: FAR, scale_y: -FAR, rotation: FAR, points: zigzag(FAR, 100) },
  { ...base, id: "flat", type: "stroke", scale_x: 0, scale_y: 0, points: zigzag(9, 100) },
  { ...base, id: "marker", type: "stroke", brush: "highlighter", style: THIN, points: zigzag(FAR) },
  { ...base, id: "dashes", type: "line", x1: -FAR, y1: 0, x2: FAR, y2: 1, style: THIN },
  { ...base, id: "arrow", type: "arrow", x1: 5, y1: 5, x2: 5, y2: 5, style: { width: FAR } },
  { ...base, id: "sheet", type: "rect", x: -FAR, y: -FAR, w: FAR, h: FAR, rotation: 1e-9, style: { fill: "red", opacity: 0.5, ...THIN } },
  { ...base, id: "hair", type: "ellipse", x: 0, y: 0, w: FAR, h: 1e-9, style: THIN },
  { ...base, id: "graph", type: "graph", x: -FAR, y: FAR, w: FAR, h: 1e-9, view: [-FAR, FAR, 0, 1e-6], curves: [{ expr: "x", points: [zigzag(FAR, 1_000)] }], style: { width: FAR } },
  { ...base, id: "plane", type: "graph", x: 0, y: 0, w: 0, h: FAR, view: [9.999999e6, FAR, -FAR, -9e6] },
  { ...base, id: "table", type: "table", x: 0, y: 0, cols: [{ id: "a", size: 8 }], rows: Array.from({ length: 100 }, (_, n) => ({ id: `r${n}`, size: 8 })), cells: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`r${n}:a`, "m\u0301".repeat(50)])), style: { font_size: 1e-9 } },
  { ...base, id: "deep", type: "custom", x: 0, y: 0, w: 1, h: 1, kind: "k".repeat(64), data: { a: { b: {} } } },
  { ...base, id: "top", type: "rect", z: "z".repeat(64), x: 0, y: 0, w: 1, h: 1 },
];
const SHEETS = Array.from({ length: 1_600 }, (_, n) => ({
  ...base,
  id: `sheet-${n}`,
  type: "ellipse",
  x: -n,
  y: -n,
  w: 4_000,
  h: 4_000,
  style: { fill: "#ffc9c9", opacity: 0.5 },
}));

let classroom;
let lesson;
let host;
let guest;

before(async () => {
  classroom = await Classroom.open(OLD);
  const link = new URL(classroom.server.signInLink);
  const { token } = await new ClassroomApi(link.origin).signIn(link.hash.slice(1));
  const api = new ClassroomApi(link.origin, token);
  lesson = await api.createLesson("Algebra");
  const joined = await api.join(lesson.session_id);
  host = connect({ url: joined.ws_url, token: joined.token });
  await eventually(() => host.status.connection === "live", "it is connected");
  await host.command("start", {});
  guest = await classroom.guest(
    `${link.origin}/join/${lesson.session_id}#code=${lesson.access_code}`,
    "Ben",
  );
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
});
after(async () => {
  host.leave();
  await classroom.close();
});

async function put(elements, perMessage) {
  for (let at = 0; at < elements.length; at += perMessage) {
    await host.edit(elements.slice(at, at + perMessage).map((element) => ({ op: "put", element })));
  }
}

/** It paints, hears keys and the mouse, and what is drawn arrives. */
async function answers(page, elements) {
  await eventually(async () => (await count(page)) === elements, `${elements} elements are shown`);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.locator('.saved[data-state="saved"]').waitFor();
  await page.keyboard.press("p");
  await page.locator('.board[data-tool="pen"]').waitFor();
  await draw(page, 300, 300, { points: 10 });
  await page.locator('.saved[data-state="saved"]').waitFor();
  await eventually(() => host.board.elements.size === elements + 1, "what was drawn is on the board");
  assert.equal(await page.locator(`.board-svg [data-type="stroke"] path`).count() > 0, true);
  await page.mouse.wheel(0, 40);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

test("[P16] one of each: the page goes on, and shows each, cut where it has no end", async () => {
  await put(EACH, 1);
  await answers(guest, EACH.length);
  const lines = await guest.evaluate(() =>
    [...document.querySelectorAll(".board-svg [data-id] text")].map((node) => node.childElementCount),
  );
  assert.equal(Math.max(...lines), LINES_DRAWN + 1);
  const dashed = await guest.locator(".board-svg [stroke-dasharray]").count();
  assert.equal(dashed, 0, "140 million dashes are none");
  const spoken = await guest.evaluate(() =>
    Math.max(...[...document.querySelectorAll(".for-screen-readers li")].map((node) => node.textContent.length)),
  );
  assert.equal(spoken, 1_000);
});

test("[P16] what would take minutes to paint is framed; what was drawn by hand is not", async () => {
  await put(SHEETS, 100);
  const elements = EACH.length + 1 + SHEETS.length;
  await answers(guest, elements);
  const framed = await guest.evaluate(() =>
    [...document.querySelectorAll(".board-svg [data-heavy]")].map((node) => node.dataset.type),
  );
  assert.ok(framed.length > 100, String(framed.length));
  assert.equal(await guest.locator(".board-svg [opacity]").count(), 0, "no sheet for each element");
  const drawn = [...host.board.elements.values()].filter(({ by, type }) => type === "stroke" && by !== host.state.userId);
  for (const { id } of drawn) {
    assert.equal(await guest.locator(`[data-id="${id}"]:not([data-heavy]) path`).count(), 1);
  }
});

test("[P16] whoever comes later opens it in slices, and can draw", async () => {
  const before = host.board.elements.size;
  await guest.reload();
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await answers(guest, before);
});
