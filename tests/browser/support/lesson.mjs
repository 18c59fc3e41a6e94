/** A real server, a real browser, and people in a lesson: what every browser test begins with. */

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const require = createRequire(path.join(ROOT, "frontend/package.json"));
const { chromium } = require("playwright-core");
export const AXE = require.resolve("axe-core/axe.min.js");

export const SERVER = process.env.LESSONROOM_BIN ?? path.join(ROOT, ".venv/bin/lessonroom");
const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** Another name of the same server, which a browser does not hold for secure: as on a LAN. */
export const INSECURE_HOST = "lessons.test";
const FLAGS = [
  `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
];
/** How long anything may take that a person would wait for. */
export const PATIENCE_MS = 15_000;

/** `lessonroom serve` on a directory of its own; killed and started again on the same port. */
export class Server {
  /** @param settings what its `config.toml` says. */
  static async start(settings = "") {
    const server = new Server();
    server.home = await mkdtemp(path.join(tmpdir(), "lessonroom-"));
    await writeFile(path.join(server.home, "config.toml"), settings, { mode: 0o600 });
    await server.run(0);
    return server;
  }

  async run(port = this.port) {
    const args = ["serve", "--port", String(port), "--data-dir", this.home];
    this.process = spawn(SERVER, args, {
      cwd: this.home,
      stdio: ["ignore", "pipe", "pipe"],
      // A page that is loaded anew at every step connects more often than a person does.
      env: { ...process.env, LESSONROOM_LIMITS__CONNECTS_PER_MIN_USER: "100000" },
    });
    this.log = "";
    this.process.stderr.on("data", (text) => {
      this.log += text;
    });
    let said = "";
    this.port = await new Promise((resolve, reject) => {
      this.process.stdout.on("data", (text) => {
        said += text;
        // Not that of the link, which may be a proxy's.
        const found = /listening on http:\/\/[^:]+:(\d+)\n/.exec(said);
        if (found) resolve(Number(found[1]));
      });
      this.process.once("exit", () => reject(new Error(`the server ended: ${this.log}`)));
    });
    this.signInLink = await this.newSignInLink();
  }

  /** A link that signs somebody in, once: the operator, or whom `words` say. */
  async newSignInLink(...words) {
    const args = ["signin-link", ...words, "--data-dir", this.home];
    return (await promisify(execFile)(SERVER, args, { cwd: this.home })).stdout.trim();
  }

  /** As a power cut would end it. */
  async kill() {
    const ended = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await ended;
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill();
    await rm(this.home, { recursive: true, force: true });
  }
}

/** A wire between one page and the server that can be cut, can hold back what is sent, can be slow. */
export class Wire {
  static async to(port) {
    const wire = new Wire();
    wire.sockets = new Set();
    wire.isCut = false;
    /** How long what the server says is on its way, in ms. */
    wire.delayMs = 0;
    wire.server = net.createServer((near) => {
      if (wire.isCut) {
        near.destroy();
        return;
      }
      const far = net.connect(port, "127.0.0.1");
      const pair = { near, far, isHeld: false };
      wire.sockets.add(pair);
      near.on("data", (bytes) => {
        if (!pair.isHeld) far.write(bytes);
      });
      far.on("data", (bytes) => {
        if (wire.delayMs === 0) near.write(bytes);
        else setTimeout(() => near.destroyed || near.write(bytes), wire.delayMs);
      });
      const close = () => {
        near.destroy();
        far.destroy();
        wire.sockets.delete(pair);
      };
      for (const end of [near, far]) end.on("close", close).on("error", close);
    });
    wire.server.listen(0, "127.0.0.1");
    await once(wire.server, "listening");
    wire.port = wire.server.address().port;
    return wire;
  }

  cut() {
    this.isCut = true;
    for (const { near, far } of this.sockets) {
      near.destroy();
      far.destroy();
    }
  }

  mend() {
    this.isCut = false;
  }

  /** What goes out on the present connections is lost; new ones work. */
  swallow() {
    for (const pair of this.sockets) pair.isHeld = true;
  }

  close() {
    this.cut();
    this.server.close();
  }
}

export class Classroom {
  /**
   * @param settings what the server's `config.toml` says.
   * @param flags of the browser, besides ours.
   */
  static async open(settings, flags = []) {
    const classroom = new Classroom();
    classroom.server = await Server.start(settings);
    classroom.browser = await chromium.launch({ executablePath: BROWSER, args: [...FLAGS, ...flags] });
    classroom.faults = [];
    /** Hosts that pages may ask: our own, and those of the pages around ours. */
    classroom.hosts = new Set(["127.0.0.1", INSECURE_HOST]);
    classroom.wires = [];
    return classroom;
  }

  /** A person's own browser profile. Faults of its page fail the test at `close`. */
  async person(options = {}) {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: "en-GB",
      reducedMotion: "reduce",
      // What a test cuts off is to be cut off; app.test.mjs allows them.
      serviceWorkers: "block",
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
        console.error(`policy violated: ${violatedDirective} by ${blockedURI}`);
      });
    });
    page.on("dialog", (dialog) => {
      this.faults.push(`asked by the browser: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("pageerror", (error) => {
      this.faults.push(`${error.name}: ${error.message} ${error.stack}`);
    });
    page.on("console", (message) => {
      // What the network does is the test's doing; the page is to bear it.
      const isExpected = /net::ERR|WebSocket connection|Opener-Policy header has been ignored/;
      if (message.type() === "error" && !isExpected.test(message.text())) {
        this.faults.push(`${message.text()} (${message.location().url})`);
      }
    });
    page.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      const isOwn = protocol === "blob:" || protocol === "data:" || this.hosts.has(hostname);
      if (!isOwn) this.faults.push(`left the origin: ${request.url()}`);
    });
    return page;
  }

  async host(options) {
    const page = await this.person(options);
    await page.goto(this.server.signInLink);
    await page.getByRole("heading", { name: "Lessons" }).waitFor();
    return page;
  }

  /** Creates a lesson as a host would, and returns the invitation. */
  async lesson(host, { title = "Geometry", waitingRoom = false, isStarted = true } = {}) {
    await host.getByRole("button", { name: "New lesson" }).click();
    await host.getByLabel("What is the lesson about?").fill(title);
    if (waitingRoom) {
      await host.getByText("Settings of the lesson").click();
      await host.getByRole("switch", { name: "Waiting room" }).click();
    }
    await host.getByRole("button", { name: "Create and enter" }).click();
    await host.getByRole("button", { name: "Start lesson" }).waitFor();
    if (isStarted) {
      await host.getByRole("button", { name: "Start lesson" }).click();
      await host.getByText("Live").waitFor();
    }
    await host.getByRole("button", { name: "Invite" }).click();
    const link = await host.getByLabel("Link").inputValue();
    await host.keyboard.press("Escape");
    return link;
  }

  async guest(link, name, options = {}) {
    const page = await this.person(options);
    await page.goto(link);
    await page.getByLabel("Your name").fill(name);
    await page.getByRole("button", { name: "Join" }).click();
    return page;
  }

  /** The same invitation over a wire that can be cut. */
  async wired(link) {
    const wire = await Wire.to(this.server.port);
    this.wires.push(wire);
    const address = new URL(link);
    address.port = String(wire.port);
    return { wire, link: address.href };
  }

  async close() {
    for (const wire of this.wires) wire.close();
    await this.browser.close();
    await this.server.stop();
    assert.deepEqual(this.faults, []);
  }
}

/** Draws a wave with the mouse. `during` is called half way, with the button down. */
export async function draw(page, x, y, { points = 30, during = async () => {} } = {}) {
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let n = 1; n <= points; n += 1) {
    await page.mouse.move(x + n * 4, y + 30 * Math.sin(n / 4));
    if (n === Math.floor(points / 2)) await during();
  }
  await page.mouse.up();
}

/** What is painted, as markup: two boards that look alike are alike, on however many sheets they lie. */
export async function painted(page) {
  const markup = await page.evaluate(() => {
    const serializer = new XMLSerializer();
    const layers = new Map();
    for (const layer of document.querySelectorAll(".board-world > [data-layer]")) {
      const nodes = [...layer.childNodes].map((node) => serializer.serializeToString(node)).join("");
      const { layer: id } = layer.dataset;
      layers.set(id, (layers.get(id) ?? layer.getAttribute("display") ?? "") + nodes);
    }
    const under = [...document.querySelectorAll(".board-world > :not([data-layer])")];
    return [...under.map((node) => serializer.serializeToString(node)), ...[...layers].flat()].join("\n");
  });
  // Each page holds a picture under an address of its own.
  return markup.replace(/blob:[^"]+/g, "blob:");
}

/** How the board is seen: its zoom, and where its origin lies in the view, in pixels. */
export function cameraOf(page) {
  return page.evaluate(() => {
    const { left, top } = document.querySelector(".board").getBoundingClientRect();
    const { a: zoom, e, f } = document.querySelector(".board-world").getScreenCTM();
    return { zoom, x: e - left, y: f - top };
  });
}

export function count(page) {
  return page.locator(".board-svg [data-id]").count();
}

export async function eventually(claim, message) {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    if (await claim()) return;
    assert.ok(performance.now() < until, message);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Goes from a lesson to the list of lessons. */
export async function goHome(page) {
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("button", { name: "Leave" }).click();
}

/** Closes the browsers of these pages' people. */
export async function leave(...pages) {
  for (const page of pages) await page.context().close();
}

/**
 * Waits until all pages have everything acknowledged and show the same. A stroke arrives in
 * pieces: another's board may have its first point while the author's already says "saved".
 */
export async function converged(pages, elements) {
  for (const page of pages) {
    await page.locator('.saved[data-state="saved"]').waitFor();
    await eventually(
      async () => (await count(page)) === elements,
      `${elements} elements are expected on each board`,
    );
  }
  let boards;
  const until = performance.now() + PATIENCE_MS;
  do boards = await Promise.all(pages.map(painted));
  while (boards.some((board) => board !== boards[0]) && performance.now() < until);
  for (const board of boards) assert.equal(board, boards[0]);
}
