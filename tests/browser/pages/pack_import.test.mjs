/** A lesson pack comes in through the home page: chosen, dropped, refused with words, ended on its way. */

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { ClassroomApi } from "../../../gateway/static/sdk/lessonroom.js";
import { AXE, Classroom, draw, eventually, leave } from "../support/lesson.mjs";

const SHOTS = process.env.SCREENSHOTS;

let classroom;
let host;
let folder;
let pack;
before(async () => {
  classroom = await Classroom.open("[limits]\npack_bytes = 3000000\nuploads_per_min = 1000\nsessions_per_min = 1000\n");
  folder = await mkdtemp(path.join(tmpdir(), "lessonroom-import-"));
  pack = path.join(folder, "Geometry.zip");
  host = await classroom.host();
  await saveLesson();
  await host.goto(await classroom.server.newSignInLink());
  await host.getByRole("heading", { name: "Lessons" }).waitFor();
});

/** A lesson in which Ben drew and wrote, as a pack; none of it is left on the server. */
async function saveLesson() {
  const ben = await classroom.guest(await classroom.lesson(host), "Ben");
  await ben.getByRole("button", { name: "Pen", exact: true }).waitFor();
  for (let n = 0; n < 4; n += 1) await draw(ben, 400, 200 + 90 * n);
  await ben.getByText("Saved", { exact: true }).waitFor();
  const id = /room\/([0-9a-f-]+)/.exec(host.url())[1];
  const { origin, hash } = new URL(await classroom.server.newSignInLink());
  const { token } = await new ClassroomApi(origin).signIn(hash.slice(1));
  const call = async (method, what) => {
    const response = await fetch(`${origin}/api/v1/classroom/sessions/${id}/${what}`, { method, headers: { authorization: `Bearer ${token}` } });
    assert.ok(response.ok, `${what}: ${response.status}`);
    return response;
  };
  await call("POST", "complete/");
  await writeFile(pack, Buffer.from(await (await call("GET", "pack/")).arrayBuffer()));
  await call("DELETE", "");
  await leave(ben);
}

after(async () => {
  await rm(folder, { recursive: true });
  await classroom.close();
});

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}

async function axe(page) {
  await page.evaluate(await readFile(AXE, "utf8"));
  const found = await page.evaluate(async () => (await window.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
  assert.deepEqual(found, []);
}

const dialog = (page) => page.getByRole("dialog", { name: "Import a lesson pack" });
const past = (page) => page.locator('section[aria-labelledby="lessons-past"] .lesson strong');

async function opened(page) {
  await page.getByRole("button", { name: "Import a lesson pack…" }).click();
  await dialog(page).getByText("Choose a file…").waitFor();
  return dialog(page);
}

test("[LP-6] a pack that is chosen becomes an ended lesson, and says what came in; again, that it is there twice", async () => {
  const asked = await opened(host);
  await shot(host, "import-asked");
  await axe(host);
  await asked.locator("input[type=file]").setInputFiles(pack);
  await asked.getByText("is here now.").waitFor();
  assert.match(await asked.locator("li").first().textContent(), /\d+ events of its history/);
  await asked.getByText(/kept as names/).waitFor();
  await shot(host, "import-came");
  await axe(host);
  assert.equal(await past(host).count(), 1);
  await asked.getByRole("button", { name: "Close" }).last().click();
  const again = await opened(host);
  await again.locator("input[type=file]").setInputFiles(pack);
  await again.getByText("You had this lesson already. Now you have it twice.").waitFor();
  await again.getByRole("button", { name: "Open its history" }).click();
  await host.getByRole("button", { name: "Play", exact: true }).waitFor();
  await eventually(async () => (await host.locator(".still-board path").count()) >= 4, "its board is there");
  await host.goto(await classroom.server.newSignInLink());
  await past(host).first().waitFor();
});

test("a pack that is dropped on the page comes in, too", async () => {
  const content = (await readFile(pack)).toString("base64");
  const before = await past(host).count();
  const files = await host.evaluateHandle((encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "Brought.zip", { type: "application/zip" }));
    return transfer;
  }, content);
  await host.locator("main.lessons").dispatchEvent("drop", { dataTransfer: files });
  await dialog(host).getByText("is here now.").waitFor();
  await host.keyboard.press("Escape");
  await eventually(async () => (await past(host).count()) === before + 1, "it stands among the past");
});

test("[LP-6] what is not taken up says why in words, and leaves nothing", async () => {
  const before = await past(host).count();
  const whole = await readFile(pack);
  const entry = whole.indexOf("board.json") + 400;
  const changed = Buffer.from(whole);
  changed[entry] ^= 1;
  const refused = {
    "text.zip": [Buffer.from("these are words"), "This file is no lesson pack."],
    "empty.zip": [Buffer.alloc(0), "This file is no lesson pack."],
    "cut.zip": [whole.subarray(0, whole.length - 100), "This file is no lesson pack."],
    "changed.zip": [changed, "Something in this pack is not right"],
    "large.zip": [Buffer.alloc(40_000_000), "This lesson is too large for this server"],
  };
  const asked = await opened(host);
  for (const [name, [content, words]] of Object.entries(refused)) {
    await writeFile(path.join(folder, name), content);
    await asked.locator("input[type=file]").setInputFiles(path.join(folder, name));
    await asked.getByRole("alert").getByText(words).waitFor();
    if (name === "changed.zip") {
      assert.match(await asked.getByRole("alert").textContent(), /board\.json/);
      await shot(host, "import-refused");
      await axe(host);
    }
  }
  await asked.locator("input[type=file]").setInputFiles(pack);
  await asked.getByText("is here now.").waitFor();
  await host.keyboard.press("Escape");
  await eventually(async () => (await past(host).count()) === before + 1, "that one alone");
  // What the browser says of refusals by itself.
  classroom.faults = classroom.faults.filter((fault) => !/status of 4(13|22) .*\/sessions\/import\//.test(fault));
});

test("whoever closes the dialog meanwhile has ended it: nothing is left, and it comes in again", async () => {
  const before = await past(host).count();
  const page = await classroom.person();
  await page.goto(await classroom.server.newSignInLink());
  let going;
  await page.route("**/sessions/import/", async (route) => {
    going = route;
  });
  const asked = await opened(page);
  await asked.locator("input[type=file]").setInputFiles(pack);
  await asked.getByText("Sending the file…").or(asked.getByText("The server checks")).first().waitFor();
  await shot(page, "import-sending");
  await axe(page);
  await asked.getByRole("button", { name: "Cancel" }).click();
  await dialog(page).waitFor({ state: "detached" });
  await going.abort().catch(() => undefined);
  await page.unroute("**/sessions/import/");
  assert.equal(await past(page).count(), before);
  const again = await opened(page);
  await again.locator("input[type=file]").setInputFiles(pack);
  await again.getByText("is here now.").waitFor();
  await leave(page);
});

test("on a phone, in the dark and in Polish it has its place; who is not signed in does not see it", async () => {
  const phone = await classroom.person({ viewport: { width: 360, height: 740 }, colorScheme: "dark", locale: "pl-PL" });
  await phone.goto(await classroom.server.newSignInLink());
  await phone.getByRole("button", { name: "Importuj całą lekcję…" }).click();
  const asked = phone.getByRole("dialog", { name: "Import całej lekcji" });
  await asked.locator("input[type=file]").setInputFiles(pack);
  await asked.getByText("jest już tutaj.").waitFor();
  await shot(phone, "import-phone-dark");
  assert.deepEqual(await phone.evaluate(() => [...document.querySelectorAll("dialog *")].filter((each) => each.getBoundingClientRect().right > 360).map((each) => each.className)), []);
  const stranger = await classroom.person();
  await stranger.goto(new URL(classroom.server.signInLink).origin);
  await stranger.getByRole("heading", { name: "Whiteboard, voices and faces for a lesson" }).waitFor();
  assert.equal(await stranger.getByRole("button", { name: /Import/ }).count(), 0);
  await leave(phone, stranger);
});
