/** What hostile texts are held against: what a page shows, text by text. */

import assert from "node:assert/strict";
import { eventually } from "./lesson.mjs";

/** A few at a time: it takes less long, and is not too much for anybody. */
export async function together(items, work) {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 6 }, worker));
}

/** The texts of all elements, as written: markup would be missing from them. */
export function textsOf(page, selector) {
  return page.evaluate(
    (wanted) => [...document.querySelectorAll(wanted)].map((node) => node.textContent),
    selector,
  );
}

export function holdsAll(texts, expected, name) {
  const held = new Set(texts);
  assert.deepEqual(expected.filter((text) => !held.has(text)), [], `${name}: missing`);
}

/** Line breaks of a note are the page's; the letters are not. */
export const withoutSpaces = (text) => text.replace(/\s+/g, "");
/** Without what only says where text runs: the page sets its own around lines from right to left. */
export const undirected = (text) => text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");

export async function moreOf(page) {
  const more = page.getByRole("button", { name: "Show more" });
  while ((await more.count()) > 0) {
    const before = await page.locator("bdi").count();
    await more.click();
    await eventually(async () => (await page.locator("bdi").count()) > before, "more is shown");
  }
}
