/**
 * Takes a picture of every page: in each language, light and dark, from desktop to phone.
 *
 * `make screenshots ARGS=folder`; without one, into the system's temporary directory. Further words
 * say which: `ARGS="folder home uk-dark landscape"` takes what has one of them in its name.
 */

import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Classroom, converged, draw, SERVER } from "../../tests/browser/support/lesson.mjs";

const [, , GIVEN, ...WANTED] = process.argv;
const FOLDER = GIVEN ?? path.join(tmpdir(), "lessonroom-screenshots");
const LOCALES = { en: "en-GB", de: "de-DE", es: "es-ES", fr: "fr-FR", pl: "pl-PL", uk: "uk-UA" };
const SCREENS = {
  desktop: { viewport: { width: 1280, height: 720 } },
  laptop: { viewport: { width: 1366, height: 625 } },
  tablet: { viewport: { width: 820, height: 1180 }, hasTouch: true, isMobile: true },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  landscape: { viewport: { width: 844, height: 390 }, hasTouch: true, isMobile: true },
};

function isWanted(file) {
  return WANTED.length === 0 || WANTED.some((word) => file.includes(word));
}

async function filled(host) {
  await host.keyboard.press("p");
  await host.getByRole("button", { name: "Blue", exact: true }).click();
  await draw(host, 160, 200, { points: 60 });
  await host.getByRole("button", { name: "Red", exact: true }).click();
  for (const [key, x] of [["r", 480], ["o", 640], ["a", 800]]) {
    await host.keyboard.press(key);
    await host.mouse.move(x, 180);
    await host.mouse.down();
    await host.mouse.move(x + 110, 270, { steps: 5 });
    await host.mouse.up();
  }
  await host.keyboard.press("n");
  await host.mouse.click(600, 480);
  await host.keyboard.type("Homework: page 12");
  await host.keyboard.press("Escape");
  await host.keyboard.press("t");
  await host.mouse.click(200, 420);
  await host.keyboard.type("½ + ¼ = ¾");
  await host.keyboard.press("Escape");
}

async function talked(host, guest) {
  const says = async (page, text) => {
    await page.getByLabel("Write to everyone…").fill(text);
    await page.keyboard.press("Enter");
  };
  // A line stands in the panel, and for a moment below the board too, for who has not opened it.
  const heard = (page, text) => page.getByText(text).first().waitFor();
  for (const page of [host, guest]) await page.getByRole("button", { name: /^Chat/ }).click();
  await says(guest, "Which page is it?");
  await heard(host, "Which page is it?");
  await says(host, "Page 12, exercises 3 to 5. The rest is at https://lessons.example.org/fractions");
  await heard(guest, "Page 12");
  await says(guest, "Thank you!");
  await heard(host, "Thank you!");
}

/** What a tab and its device know of who has signed in and joined. */
function keptBy(page) {
  return page.evaluate(() => [Object.entries(sessionStorage), Object.entries(localStorage)]);
}

function remember([ofTab, ofDevice]) {
  for (const [key, value] of ofTab) sessionStorage.setItem(key, value);
  for (const [key, value] of ofDevice) localStorage.setItem(key, value);
}

/** The pages, each with whose it is and how one comes to what is worth seeing. */
function pagesOf(sessionId) {
  const settled = (page) => page.locator('.saved[data-state="saved"]').waitFor();
  const opened = (label) => async (page, words) => {
    await settled(page);
    await page.getByRole("button", { name: new RegExp(`^${words[label]}`) }).click();
  };
  return [
    { name: "home", whose: "host", address: "/", ready: (page) => page.locator(".lesson").first().waitFor() },
    { name: "home-signed-out", whose: "nobody", address: "/", ready: (page) => page.locator("form").waitFor() },
    { name: "join", whose: "nobody", address: `/join/${sessionId}`, ready: (page) => page.locator("form").waitFor() },
    {
      name: "join-camera",
      whose: "nobody",
      address: `/join/${sessionId}`,
      ready: async (page, words) => {
        await page.getByRole("button", { name: words["media.audio.on"] }).click();
        await page.getByRole("button", { name: words["media.video.on"] }).click();
        await page.locator(".level").waitFor();
        // Before the camera has sent its first picture there is only black.
        await page.waitForFunction(() => document.querySelector(".preview video")?.currentTime > 0);
      },
    },
    { name: "classroom", whose: "host", address: `/room/${sessionId}`, ready: settled },
    { name: "people", whose: "host", address: `/room/${sessionId}`, ready: opened("people.title") },
    { name: "layers", whose: "host", address: `/room/${sessionId}`, ready: opened("layers.title") },
    { name: "chat", whose: "host", address: `/room/${sessionId}`, ready: opened("chat.title") },
    { name: "menu", whose: "host", address: `/room/${sessionId}`, ready: opened("app.menu") },
    { name: "classroom-guest", whose: "guest", address: `/room/${sessionId}`, ready: settled },
    {
      name: "history",
      whose: "host",
      address: `/history/${sessionId}`,
      ready: (page) => page.locator(".still-board [data-id]").first().waitFor(),
    },
    {
      name: "operator",
      whose: "host",
      address: "/operator",
      ready: (page) => page.locator("tbody tr").nth(1).waitFor(),
    },
  ];
}

/** What the page says: what is on it at first, and what comes later. */
async function wordsOf(language) {
  const parts = ["", "_pages"].map((part) =>
    readFile(new URL(`../src/language/${language}${part}.json`, import.meta.url), "utf8"),
  );
  return Object.assign({}, ...(await Promise.all(parts)).map((part) => JSON.parse(part)));
}

/** The handwriting of `lessonroom demo`, as in the README: on a desktop, and on a phone in the dark. */
async function demonstrated(classroom) {
  const options = ["demo", "--keep", "--speed", "0", "--data-dir", classroom.server.home];
  const { stderr } = await promisify(execFile)(SERVER, options);
  const link = /^watch: (\S+)$/m.exec(stderr)[1];
  const looks = { desktop: SCREENS.desktop, phone: { ...SCREENS.phone, colorScheme: "dark" } };
  for (const [screen, options] of Object.entries(looks)) {
    const page = await classroom.guest(link, "Ada", options);
    await page.locator('.saved[data-state="saved"]').waitFor();
    await page.screenshot({ path: path.join(FOLDER, `demo-${screen}.png`), animations: "disabled" });
    await page.context().close();
  }
}

await mkdir(FOLDER, { recursive: true });
const classroom = await Classroom.open();
try {
  const host = await classroom.host();
  const link = await classroom.lesson(host);
  const guest = await classroom.guest(link, "Ada");
  await filled(host);
  await converged([host, guest], 6);
  await talked(host, guest);
  const kept = { host: await keptBy(host), guest: await keptBy(guest), nobody: [[], []] };
  const sessionId = new URL(host.url()).pathname.split("/").at(-1);
  const { origin } = new URL(link);
  for (const [language, locale] of Object.entries(LOCALES)) {
    const words = await wordsOf(language);
    for (const colorScheme of ["light", "dark"]) {
      for (const [screen, options] of Object.entries(SCREENS)) {
        for (const { name, whose, address, ready } of pagesOf(sessionId)) {
          const file = `${name}-${language}-${colorScheme}-${screen}.png`;
          if (!isWanted(file)) continue;
          const page = await classroom.person({ ...options, locale, colorScheme });
          await page.addInitScript(remember, kept[whose]);
          await page.goto(origin + address);
          await ready(page, words);
          await page.screenshot({ path: path.join(FOLDER, file), animations: "disabled" });
          await page.context().close();
        }
      }
    }
  }
  await demonstrated(classroom);
  console.log(`the pictures are in ${FOLDER}`);
} finally {
  await classroom.close();
}
