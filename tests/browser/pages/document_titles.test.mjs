/** [T22] What a document says of itself, and on its pages: shown as text wherever it is shown. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ClassroomApi } from "../../../gateway/static/sdk/lessonroom.js";
import { eventually } from "../support/lesson.mjs";
import { classroom, host } from "../support/lesson_each.mjs";
import { PAYLOADS } from "../support/payloads.mjs";

/** Every eighth of them: each is a document of its own. */
const SOME = PAYLOADS.filter((_, n) => n % 8 === 0);
const SEVERAL = 90_000;
/** Elements that no page of ours has, and payloads would make. */
const STRANGERS = "iframe, object, embed, base, marquee, math, foreignObject, script:not([src]), meta[http-equiv], [onerror], [onload]";

/** A PDF of one page, with a title and a line of text; nothing of either is what a printer would write. */
function pdf(words) {
  const title = [...Buffer.from(`\ufeff${words}`, "utf16le").swap16()].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const text = words.replace(/[^ -~]/g, "?").replace(/[\\()]/g, "\\$&");
  const drawn = `BT /F1 10 Tf 20 700 Td (${text}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${drawn.length} >>\nstream\n${drawn}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    `<< /Title <${title}> >>`,
  ];
  const body = objects.map((object, n) => `${n + 1} 0 obj\n${object}\nendobj\n`).join("");
  return `%PDF-1.7\n${body}trailer << /Size 7 /Root 1 0 R /Info 6 0 R >>\n%%EOF\n`;
}

test("[T22] titles and words of documents are text in the strip, the search, the notices and the history", { timeout: SEVERAL * 3 }, async () => {
  const sessionId = new URL(host.url()).pathname.split("/").pop();
  const token = await host.evaluate(() => Object.values({ ...sessionStorage, ...localStorage }).find((value) => /^ey.*\..*\..*$/.test(value)));
  const api = new ClassroomApi(new URL(host.url()).origin, token);
  for (const words of SOME) {
    const begun = await api.importDocument(sessionId, new Blob([pdf(words)], { type: "application/pdf" }), {});
    let known = begun;
    await eventually(async () => {
      known = await api.importedDocument(sessionId, begun.document_id);
      return known.status !== "importing";
    }, "it comes to an end");
    assert.equal(known.status, "done", JSON.stringify(known));
    assert.deepEqual(known.failed_pages, []);
  }
  await host.locator(".notices").getByText(/has imported/).first().waitFor();
  await host.getByRole("group", { name: "Pages" }).getByRole("button", { name: /All pages/ }).click();
  const strip = host.getByRole("complementary", { name: "Pages" });
  await eventually(async () => (await strip.locator(".page-line").count()) === SOME.length + 1, "a page of each");
  const titles = await strip.locator(".page-words bdi").allTextContents();
  for (const [n, words] of SOME.entries()) {
    // What cannot be seen is not taken over.
    const seen = words.replace(/[^ -~\u00a0-\uffff]/g, "").trim();
    assert.ok(titles[n + 1].replaceAll(" ", "").startsWith(seen.replaceAll(" ", "").slice(0, 8)), `${titles[n + 1]} for ${words}`);
  }
  await host.keyboard.press("Control+f");
  const found = host.getByRole("complementary", { name: "Find" });
  await found.getByRole("searchbox").fill("script");
  await found.getByRole("listitem").first().waitFor();
  await found.getByRole("listitem").last().getByRole("button").click();
  const harm = (page) => page.evaluate((strangers) => [typeof window.__pwned, document.querySelectorAll(strangers).length], STRANGERS);
  assert.deepEqual(await harm(host), ["undefined", 0]);
  const room = host.url();
  await host.goto(room.replace("/room/", "/history/"));
  await host.getByRole("navigation", { name: "Pages" }).getByRole("button").nth(SOME.length).waitFor();
  assert.deepEqual(await harm(host), ["undefined", 0]);
  await host.goto(room);
  assert.deepEqual(classroom.faults, []);
});
