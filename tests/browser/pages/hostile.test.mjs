/** [T22] Hostile names and texts, through the wire, the HTTP API and the page, on every page that shows them. */

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, test } from "node:test";
import { ClassroomApi, connect, randomId } from "../../../gateway/static/sdk/lessonroom.js";
import { Classroom, eventually } from "../support/lesson.mjs";
import { INVISIBLE, PAYLOADS } from "../support/payloads.mjs";
import { holdsAll, moreOf, textsOf, together, undirected, withoutSpaces } from "../support/shown.mjs";

const ALL = [...PAYLOADS, ...INVISIBLE];
/** What a page or a layer can be called of it: one line, in the direction in which it is read. */
const NAMES = ALL.map((text) => text.replace(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, ""));
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const DESKTOP = {};
/** One pixel. */
const PICTURE = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

let classroom;
let origin;
let token;
let api;
/** The lesson that holds everything, those in it by the name the server gave them, and its host. */
let lesson;
let host;
const guests = new Map();
const open = [];

before(async () => {
  classroom = await Classroom.open();
  const link = new URL(classroom.server.signInLink);
  origin = link.origin;
  ({ token } = await new ClassroomApi(origin).signIn(link.hash.slice(1)));
  api = new ClassroomApi(origin, token);
  lesson = await api.createLesson(PAYLOADS[0]);
  host = await live(await api.join(lesson.session_id));
  await host.command("start", {});
  await fillBoard();
  await together(ALL, async (name) => {
    const joined = await new ClassroomApi(origin).join(lesson.session_id, {
      access_code: lesson.access_code,
      name,
    });
    guests.set(joined.participant.name, { written: name, id: joined.participant.user_id });
    await live(joined);
  });
  await together(PAYLOADS, (title) => api.createLesson(title));
});
after(async () => {
  for (const client of open) client.leave();
  // A link that leads nowhere is asked what it invites to, and refused.
  classroom.faults.splice(0, Infinity, ...classroom.faults.filter((fault) => !/\/sessions\/x\/invitation\//.test(fault)));
  await classroom.close();
});

async function live({ ws_url: url, token: roomToken }) {
  const client = connect({ url, token: roomToken });
  open.push(client);
  await eventually(() => client.status.connection === "live", "it is connected");
  return client;
}

function call(path, body) {
  return fetch(`${origin}/api/v1/classroom/sessions/${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** A text, a note, a picture's description, a formula's TeX, a function, a cell and a layer's name of each. */
async function fillBoard() {
  const picture = new Blob([Buffer.from(PICTURE, "base64")], { type: "image/gif" });
  const { asset } = await api.uploadImage(lesson.session_id, picture);
  // An element says what it likes of its outline.
  const { outline } = await (await call(`${lesson.session_id}/formulas/`, { tex: "x" })).json();
  const base = { layer: "base", style: { font_size: 14 } };
  const edits = ALL.map((text, n) => {
    const y = n * 40;
    return host.edit([
      { op: "put", element: { ...base, id: `text-${n}`, type: "text", x: 0, y, text } },
      { op: "put", element: { ...base, id: `note-${n}`, type: "note", x: 700, y, w: 240, h: 36, text } },
      { op: "put", element: { id: `image-${n}`, layer: "base", type: "image", x: 960, y, w: 20, h: 20, asset, alt: text } },
      { op: "put", element: { ...base, id: `formula-${n}`, type: "formula", x: 1000, y, w: 20, h: 20, tex: text, outline } },
      { op: "put", element: { ...base, id: `graph-${n}`, type: "graph", x: 1040, y, w: 90, h: 36, curves: [{ expr: text, points: [[-9, -9, 9, 9]] }] } },
      { op: "put", element: { ...base, id: `table-${n}`, type: "table", x: 1140, y, cols: [{ id: "a", size: 240 }], rows: [{ id: "a", size: 20 }], cells: { "a:a": text } } },
      { op: "add_layer", layer: { id: `layer-${n}`, name: NAMES[n] } },
    ]);
  });
  await Promise.all(edits);
}

/** A page of the host's, already signed in, or of nobody's. */
async function visit(path, options, { isHost = true } = {}) {
  const page = await classroom.person(options);
  if (isHost) {
    await page.goto(`${origin}/signin#token=${token}`);
    await page.getByRole("heading", { name: "Lessons" }).waitFor();
  }
  await page.goto(origin + path);
  return page;
}

/** Elements that no page of ours has, and payloads would make. */
const STRANGERS =
  "iframe, object, embed, base, marquee, math, details, foreignObject, style, script:not([src]), " +
  "meta[http-equiv], video:not(.tile video), a[href]:not([href$='/licences.txt']), [onerror], [onload], [onfocus], [onmouseover], [ontoggle]";
/** What must not be wider than its place. */
const PLACES = ".top-bar, .panel, .panel ul, .timeline, .timeline ol, .dialog-body, .lessons, .form, .message";

/** Nothing ran, nothing of a payload became an element, and nothing is pushed out of its place. */
async function harmless(page, name) {
  const found = await page.evaluate(
    ([strangers, places]) => ({
      pwned: typeof window.__pwned,
      strangers: [...document.querySelectorAll(strangers)].map((node) => node.outerHTML.slice(0, 120)),
      wide: [document.documentElement, document.body, ...document.querySelectorAll(places)]
        .filter((node) => node.scrollWidth > node.clientWidth + 1)
        .map((node) => `${node.tagName}.${node.className}: ${node.scrollWidth} of ${node.clientWidth}`),
    }),
    [STRANGERS, PLACES],
  );
  assert.deepEqual(found, { pwned: "undefined", strangers: [], wide: [] }, name);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name.replace(/\W+/g, "-")}.png` });
}

test("the payloads do harm where nothing stands against them", async () => {
  const context = await classroom.browser.newContext();
  const done = { ran: 0, asked: 0, left: 0, made: 0 };
  await context.addInitScript(() => {
    Object.defineProperty(window, "__pwned", { set: () => console.log("it ran") });
  });
  await context.route(/evil\.example/, (route) => {
    done.left += 1;
    return route.abort();
  });
  await together(PAYLOADS, async (payload) => {
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.text() === "it ran") done.ran += 1;
    });
    page.on("dialog", (dialog) => {
      done.asked += 1;
      void dialog.dismiss();
    });
    await page.route("http://plain.example/", (route) =>
      route.fulfill({ contentType: "text/html; charset=utf-8", body: `<p>${payload}</p>` }),
    );
    await page.goto("http://plain.example/");
    // One of them has led the page away by now, which `left` has counted.
    const made = await page.locator(STRANGERS).count().catch(() => 0);
    if (made > 0) done.made += 1;
    await page.close();
  });
  await eventually(
    () => done.ran >= 15 && done.asked >= 2 && done.left >= 8 && done.made >= 30,
    `they run, ask, fetch and become elements: ${JSON.stringify(done)}`,
  );
  await context.close();
});

for (const [screen, options] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  test(`[SECURITY XSS] titles are text in the list of lessons, ${screen}`, async () => {
    const page = await visit("/", options);
    await page.locator(".lesson").first().waitFor();
    await moreOf(page);
    holdsAll(await textsOf(page, ".lesson bdi"), PAYLOADS, "titles");
    await harmless(page, `home, ${screen}`);
    await page.context().close();
  });

  test(`[SECURITY XSS] board, names and layers are text in the classroom, ${screen}`, async () => {
    const page = await visit(`/room/${lesson.session_id}`, options);
    await page.locator('.saved[data-state="saved"]').waitFor();
    await eventually(async () => (await page.locator(".board-svg [data-id]").count()) === 6 * ALL.length, "it is drawn");
    assert.deepEqual(await textsOf(page, ".lesson-title bdi"), [PAYLOADS[0]]);
    await page.mouse.move(200, 300);
    const shown = await page.evaluate(() =>
      [...document.querySelectorAll(".board-svg [data-id]")].map((node) => [node.dataset.id, node.textContent]),
    );
    const texts = new Map(shown);
    for (const [n, text] of ALL.entries()) {
      assert.equal(undirected(texts.get(`text-${n}`)), undirected(text));
      assert.equal(undirected(withoutSpaces(texts.get(`note-${n}`))), undirected(withoutSpaces(text)));
    }
    // Texts, notes and descriptions of pictures, for those who do not see them.
    holdsAll(await textsOf(page, ".for-screen-readers li"), ALL, "descriptions");
    await harmless(page, `classroom, ${screen}`);

    await page.getByRole("button", { name: /^People/ }).click();
    await page.locator(".person-name bdi").first().waitFor();
    holdsAll(await textsOf(page, ".person-name bdi"), [...guests.keys()], "names");
    await page.locator(".person-line[aria-expanded]").first().click();
    await page.getByRole("button", { name: "Remove from lesson…" }).click();
    await harmless(page, `removing, ${screen}`);
    await page.locator("dialog").getByRole("button", { name: "Cancel" }).click();
    await harmless(page, `people, ${screen}`);

    if (screen === "phone") await page.locator(".panel").getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Layers", exact: true }).click();
    await page.locator(".layer-name bdi").first().waitFor();
    holdsAll(await textsOf(page, ".layer-name bdi"), NAMES, "layers");
    await harmless(page, `layers, ${screen}`);
    await page.context().close();
  });

  test(`[SECURITY XSS] the operator's page shows titles and names as text, ${screen}`, async () => {
    const page = await visit("/operator", options);
    await page.getByRole("region", { name: "All lessons" }).waitFor();
    await moreOf(page);
    holdsAll(await textsOf(page, ".operator th bdi"), PAYLOADS, "titles");
    await page.getByRole("region", { name: "Open now" }).getByRole("button", { name: "People" }).click();
    await page.locator(".seats li").nth(guests.size).waitFor();
    holdsAll(await textsOf(page, ".seats bdi"), [...guests.keys()], "names");
    await harmless(page, `operator, ${screen}`);
    await page.context().close();
  });
}

test("[SECURITY Names] names are as they were written, but for what cannot be seen", () => {
  for (const [name, { written }] of guests) {
    if (PAYLOADS.includes(written)) assert.equal(name.replace(/ \(\d+\)$/, ""), written.normalize("NFC"));
    assert.doesNotMatch(name, /[\u0000-\u001F\u202A-\u202E\u2066-\u2069\u200B\u2060\uFEFF\u00AD\u2028\u2029]/);
  }
});

test("[SECURITY Malformed input] NUL, styles that are code and lines in titles are refused", async () => {
  const refused = { code: "invalid" };
  const text = { id: randomId(), layer: "base", type: "text", x: 0, y: 0, text: "a" };
  for (const element of [
    { ...text, text: "a\0<script>" },
    { ...text, id: `"><script>` },
    { ...text, style: { color: "red;background:url(//evil.example/b.png)" } },
    { ...text, style: { color: "url(javascript:alert(1))" } },
    { ...text, type: "custom", w: 9, h: 9, text: undefined, kind: "<svg onload=alert(1)>" },
  ]) {
    await assert.rejects(host.edit([{ op: "put", element }]), ({ error }) => error.code === refused.code);
  }
  for (const name of ["a\0b", "line\u2028end", "line\nend", "\u202Egnp.exe", "\u2066abc"]) {
    const layer = { id: randomId(), name };
    await assert.rejects(host.edit([{ op: "add_layer", layer }]), ({ error }) => error.code === refused.code);
  }
  for (const title of ["a\0b", "line\u2028end", "line\nend"]) {
    await assert.rejects(api.createLesson(title), ({ error }) => error.code === refused.code);
  }
});

test("[SECURITY XSS] what is typed into the page, and what stands in its address, is text", async () => {
  const guest = await visit(`/join/${lesson.session_id}#code=${lesson.access_code}`, PHONE, { isHost: false });
  const name = `<u>${PAYLOADS[12]}`;
  await guest.getByLabel("Your name").fill(name);
  await harmless(guest, "join");
  await guest.getByRole("button", { name: "Join" }).click();
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await guest.getByRole("button", { name: "Text", exact: true }).click();
  await guest.touchscreen.tap(120, 420);
  await guest.keyboard.type(PAYLOADS[13]);
  await guest.keyboard.press("Escape");
  await eventually(
    () => [...host.board.elements.values()].some(({ by, text }) => by !== host.state.userId && text === PAYLOADS[13]),
    "the text is on the board as it was typed",
  );
  await harmless(guest, "typed by a guest");
  await guest.reload();
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await guest.context().close();

  const page = await visit("/", DESKTOP);
  await page.getByRole("button", { name: "New lesson" }).click();
  await page.getByLabel("What is the lesson about?").fill(PAYLOADS[15]);
  await page.getByRole("button", { name: "Create and enter" }).click();
  await page.getByRole("button", { name: "Layers", exact: true }).click();
  await page.locator(".layer-name").first().dblclick();
  await page.getByLabel("Name of the layer").fill(PAYLOADS[16]);
  await page.keyboard.press("Enter");
  await page.locator(".layer-name bdi").filter({ hasText: PAYLOADS[16] }).waitFor();
  assert.deepEqual(await textsOf(page, ".lesson-title bdi"), [PAYLOADS[15]]);
  assert.equal(await page.title(), `${PAYLOADS[15]} · lessonroom`);
  await harmless(page, "typed by the host");

  const bad = [PAYLOADS[0], PAYLOADS[12], "javascript:__pwned=1", "%E0%A4%A"];
  for (const text of bad) {
    for (const path of ["/join/", `/join/x#code=`, "/history/", "/", "/nothing/#"]) {
      await page.goto("about:blank");
      await page.goto(`${origin}${path}${path.includes("#") ? text : encodeURIComponent(text)}`);
      await page.locator("h1, form").first().waitFor();
      await harmless(page, `address ${path}`);
    }
  }
  const nobody = await visit("/", PHONE, { isHost: false });
  for (const text of bad) {
    await nobody.getByLabel("Invitation link").fill(text);
    await nobody.getByRole("button", { name: "Continue" }).click();
    await nobody.getByText("This is not an invitation").waitFor();
    await harmless(nobody, "a pasted link");
  }
  await nobody.context().close();
  await page.context().close();
});

test("[SECURITY Exports] a board exported as SVG is harmless where no policy holds it", async () => {
  const { file } = await api.exportBoard(lesson.session_id, "svg", null);
  const svg = Buffer.from(await file.arrayBuffer());
  const site = http.createServer((_, response) => {
    response.setHeader("Content-Type", "image/svg+xml");
    response.end(svg);
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  const page = await classroom.person();
  await page.goto(`http://127.0.0.1:${site.address().port}/board.svg`);
  const found = await page.evaluate(() => ({
    root: document.documentElement.localName,
    pwned: typeof window.__pwned,
    names: [...new Set([...document.querySelectorAll("*")].map((node) => node.localName))].sort(),
    handlers: [...document.querySelectorAll("*")].flatMap((node) =>
      [...node.attributes].filter(({ name }) => name.startsWith("on")).map(({ name }) => name),
    ),
    text: document.documentElement.textContent,
  }));
  assert.deepEqual([found.root, found.pwned, found.handlers], ["svg", "undefined", []]);
  for (const name of ["script", "foreignObject", "iframe", "a", "animate"]) {
    assert.ok(!found.names.includes(name), name);
  }
  const text = withoutSpaces(found.text);
  for (const payload of PAYLOADS) assert.ok(text.includes(withoutSpaces(payload)), payload);
  await page.context().close();
  site.close();

  const json = await api.exportBoard(lesson.session_id, "json", null);
  const { board, title } = JSON.parse(await json.file.text());
  assert.equal(title, PAYLOADS[0]);
  for (const [n, payload] of ALL.entries()) assert.equal(board.elements[`text-${n}`].text, payload);
  for (const format of ["png", "pdf"]) {
    const { name } = await api.exportBoard(lesson.session_id, format, null);
    assert.match(name, /^[^<>"'&/\\:]+$/);
  }
});

test("[SECURITY XSS] reasons of removals and of the end are text, to whom they concern and in the history", async () => {
  const reason = PAYLOADS.slice(12, 18).join(" ");
  const guest = await visit(`/join/${lesson.session_id}#code=${lesson.access_code}`, PHONE, { isHost: false });
  await guest.getByLabel("Your name").fill("Mallory");
  await guest.getByRole("button", { name: "Join" }).click();
  await guest.getByRole("button", { name: "Pen", exact: true }).waitFor();
  const mallory = [...host.state.roster.values()].find(({ name }) => name === "Mallory");
  await host.command("kick", { user_id: mallory.user_id, reason });
  await guest.getByText("You were removed from the lesson.").waitFor();
  assert.deepEqual((await textsOf(guest, ".message p")).map(undirected), [undirected(reason)]);
  await harmless(guest, "removed");
  await guest.context().close();

  const reasons = [];
  for (const { written, id } of guests.values()) {
    const text = written.replace(/[\u2028\u2029]/g, " ");
    const answer = await call(`${lesson.session_id}/kick/${id}/`, { reason: text });
    assert.equal(answer.status, 200, await answer.text());
    reasons.push(text);
  }
  const last = PAYLOADS.slice(0, 8).join(" ").slice(0, 500).trim();
  assert.equal((await call(`${lesson.session_id}/terminate/`, { reason: last })).status, 200);

  for (const [screen, options] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    const page = await visit(`/history/${lesson.session_id}`, options);
    await page.locator(".timeline li").nth(2 * guests.size).waitFor();
    await page.locator(".still-board [data-id]").first().waitFor();
    const lines = (await textsOf(page, ".timeline li span")).map(undirected);
    for (const name of guests.keys()) {
      assert.ok(lines.some((line) => line.includes(` removed ${undirected(name)} (`)), name);
      assert.ok(lines.includes(`${undirected(name)} came in`), name);
    }
    for (const text of reasons) assert.ok(lines.some((line) => line.includes(`(${undirected(text)})`)), text);
    assert.ok(lines.some((line) => line.includes(undirected(last))), last);
    holdsAll(await textsOf(page, "option"), [...guests.keys()], "names to filter by");
    const shown = new Map(
      await page.evaluate(() =>
        [...document.querySelectorAll(".still-board [data-id]")].map((node) => [node.dataset.id, node.textContent]),
      ),
    );
    for (const [n, text] of ALL.entries()) assert.equal(undirected(shown.get(`text-${n}`)), undirected(text));
    await harmless(page, `history, ${screen}`);
    await page.context().close();
  }
});
