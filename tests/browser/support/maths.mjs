/** A maths lesson: a book of exercises, places of the board, and the PDF that the parents get. */

import { execFile } from "node:child_process";
import { copyFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A PDF of exercises, a sheet each, as a file that is chosen. */
export async function exercises(classroom, sheets) {
  const context = await classroom.browser.newContext();
  const page = await context.newPage();
  const all = Array.from({ length: sheets }, (_, n) => `
    <section style="break-after: page; font: 16px/1.7 serif">
      <h1>Exercise ${n + 1}: triangles</h1>
      <ol>${`<li>Find the third angle of a triangle with 40° and ${50 + n}°.</li>`.repeat(8)}</ol>
    </section>`);
  await page.setContent(all.join(""));
  const buffer = await page.pdf({ format: "A4" });
  await context.close();
  return { name: "Triangles.pdf", mimeType: "application/pdf", buffer };
}

/** Where a place of the board lies on the screen. */
export function onScreen(page, x, y) {
  return page.evaluate(([x, y]) => {
    const { a, e, f } = document.querySelector(".board-world").getScreenCTM();
    return [e + x * a, f + y * a];
  }, [x, y]);
}

/** Where the middle of an element lies on the board. */
export function onBoard(page, selector) {
  return page.evaluate((selector) => {
    const box = document.querySelector(selector).getBoundingClientRect();
    const { a, e, f } = document.querySelector(".board-world").getScreenCTM();
    return [(box.x + box.width / 2 - e) / a, (box.y + box.height / 2 - f) / a];
  }, selector);
}

/** Where one sees the middle of an element, on the screen. */
export async function middleOf(element) {
  const { x, y, width, height } = await element.boundingBox();
  return [x + width / 2, y + height / 2];
}

/** Leads a hand along places of the screen, in one go: `resting` is waited for before it is lifted. */
export async function along(hand, places, resting = async () => {}) {
  const [first, ...others] = places;
  await hand.down(...first);
  let from = first;
  for (const to of others) {
    for (let n = 1; n <= 10; n += 1) await hand.move(from[0] + ((to[0] - from[0]) * n) / 10, from[1] + ((to[1] - from[1]) * n) / 10);
    from = to;
  }
  await resting();
  await hand.up();
}

/** What a page of the browser saves when `act` is done, as this file. */
export async function saved(page, file, act) {
  const coming = page.waitForEvent("download");
  await act();
  await copyFile(await (await coming).path(), file);
  return file;
}

/** What is written on a page of a PDF, as poppler reads it. */
export async function written(file, page) {
  return (await run("pdftotext", ["-f", page, "-l", page, file, "-"])).stdout;
}

/** Colours of a page of a PDF, as poppler draws it: at a place in board units. `kept` is where the picture goes, if anywhere. */
export async function drawn(file, page, kept) {
  const options = { encoding: "buffer", maxBuffer: 2 ** 26 };
  const { stdout } = await run("pdftoppm", ["-r", "96", "-f", page, "-l", page, file], options);
  const [, width, height] = /^P6\s(\d+) (\d+)\s255\s/.exec(stdout.subarray(0, 40).toString("latin1"));
  const pixels = stdout.subarray(stdout.length - width * height * 3);
  if (kept) await writeFile(kept, stdout);
  const at = (x, y) => [...pixels.subarray(3 * (Math.round(y) * width + Math.round(x))).subarray(0, 3)];
  return { width: Number(width), height: Number(height), at };
}

export function isRed([red, green, blue]) {
  return red > 150 && green < 120 && blue < 120;
}
