/** Coming in by an invitation: camera and microphone first, and clear words where there is no way in. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ClassroomApi, connect } from "../../../gateway/static/sdk/lessonroom.js";
import { Classroom, count, draw, eventually, INSECURE_HOST } from "../support/lesson.mjs";

let classroom;
let origin;
let token;
const teachers = [];
before(async () => {
  classroom = await Classroom.open();
  const link = new URL(classroom.server.signInLink);
  ({ origin } = link);
  ({ token } = await new ClassroomApi(origin).signIn(link.hash.slice(1)));
});
after(async () => {
  for (const teacher of teachers) teacher.leave();
  await classroom.close();
});

/** A lesson that has begun, its teacher as a program, and the link to it. */
async function lesson(fields = {}) {
  const response = await fetch(`${origin}/api/v1/classroom/sessions/`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ title: "Geometry", ...fields }),
  });
  assert.equal(response.status, 201);
  const { session_id: id, access_code: code } = await response.json();
  const seat = await new ClassroomApi(origin, token).join(id);
  const teacher = connect({ url: seat.ws_url, token: seat.token });
  teachers.push(teacher);
  await eventually(() => teacher.status.connection === "live", "the teacher is there");
  await teacher.command("start", {});
  const personNamed = (name) => [...teacher.state.roster.values()].find((person) => person.name === name);
  return { teacher, id, code, link: `${origin}/join/${id}#code=${code}`, personNamed };
}

/** Remembers what a page asked the browser for, and what it was given. */
function rememberDevices() {
  window.asked = 0;
  window.opened = [];
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (wanted) => {
    window.asked += 1;
    const stream = await ask(wanted);
    window.opened.push(...stream.getTracks());
    return stream;
  };
}

async function visitor(options) {
  const page = await classroom.person(options);
  await page.addInitScript(rememberDevices);
  return page;
}

function openDevices(page) {
  return page.evaluate(() =>
    window.opened
      .filter(({ readyState }) => readyState === "live")
      .map(({ kind }) => kind)
      .sort(),
  );
}

async function join(page, name = "Ada") {
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Join", exact: true }).click();
}

test("nothing is asked for before one turns it on, and what is on goes along", async () => {
  const { link, personNamed } = await lesson();
  const page = await visitor();
  await page.goto(link);
  await page.getByText("Your camera is off").waitFor();
  assert.equal(await page.evaluate(() => window.asked), 0);

  await page.getByRole("button", { name: "Turn the camera on" }).click();
  const picture = page.locator(".preview video");
  await eventually(() => picture.evaluate((video) => video.currentTime > 0), "one sees oneself");
  assert.equal(await picture.evaluate((video) => getComputedStyle(video).transform), "matrix(-1, 0, 0, 1, 0, 0)");

  await page.getByRole("button", { name: "Turn the microphone on" }).click();
  const level = page.getByRole("meter", { name: "Level of the microphone" });
  await eventually(async () => Number(await level.getAttribute("aria-valuenow")) > 0, "it hears");

  // What lies between the notes and the loudspeaker is as it is for voices, and it is no silence.
  await page.evaluate(() => {
    const play = HTMLMediaElement.prototype.play;
    window.loudest = 0;
    HTMLMediaElement.prototype.play = function listen() {
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      context.createMediaStreamSource(this.srcObject).connect(analyser);
      const samples = new Float32Array(analyser.fftSize);
      setInterval(() => {
        analyser.getFloatTimeDomainData(samples);
        window.loudest = Math.max(window.loudest, ...samples);
      }, 20);
      return play.call(this);
    };
  });
  await page.getByRole("button", { name: "Play a test sound" }).click();
  await page.getByText("Did you hear three notes?").waitFor();
  assert.ok((await page.evaluate(() => window.loudest)) > 0.1, "it sounds");

  // What the browser does to the sound is asked of the device, and stays for the next lesson.
  const noise = page.getByRole("switch", { name: "Suppress noise" });
  await noise.click();
  const suppresses = () => page.evaluate(() => window.opened.at(-1).getSettings().noiseSuppression);
  await eventually(async () => (await suppresses()) === false, "noise is left as it is");
  await noise.click();
  await eventually(async () => (await suppresses()) === true, "noise is suppressed");

  const microphones = page.getByLabel("Microphone", { exact: true });
  const other = await microphones.locator("option").nth(2).getAttribute("value");
  await microphones.selectOption(other);
  await eventually(
    () => page.evaluate((id) => window.opened.at(-1).getSettings().deviceId === id, other),
    "another microphone is used",
  );
  assert.deepEqual(await openDevices(page), ["audio", "video"]);

  await join(page);
  await page.getByRole("button", { name: "Turn the camera off" }).waitFor();
  await page.getByRole("button", { name: "Turn the microphone off" }).waitFor();
  await eventually(() => personNamed("Ada")?.video && personNamed("Ada").audio, "the others are told");
  assert.deepEqual(await openDevices(page), ["audio", "video"]);
  assert.equal(await page.evaluate(() => window.opened.findLast(({ kind }) => kind === "audio").getSettings().deviceId), other);
  await page.context().close();
});

test("who turns nothing on comes in unseen and unheard", async () => {
  const { link, personNamed } = await lesson();
  const page = await visitor();
  await page.goto(link);
  await join(page);
  await page.getByRole("button", { name: "Turn the camera on" }).waitFor();
  await eventually(() => personNamed("Ada")?.status === "connected", "Ada is there");
  assert.equal(await page.evaluate(() => window.asked), 0);
  const { video, audio } = personNamed("Ada");
  assert.deepEqual({ video, audio }, { video: false, audio: false });
  await page.context().close();
});

test("[RT-3] what the lesson does not permit stays off, and the page says so", async () => {
  const { link, personNamed } = await lesson({
    settings: { permissions: { student: { can_toggle_video: false } } },
  });
  const page = await visitor();
  await page.goto(link);
  await page.getByRole("button", { name: "Turn the camera on" }).click();
  await page.getByRole("button", { name: "Turn the microphone on" }).click();
  await join(page);
  await page.getByText("Your camera is off: your teacher does not allow it now.").waitFor();
  await page.getByRole("button", { name: "Turn the microphone off" }).waitFor();
  assert.deepEqual(await openDevices(page), ["audio"]);
  await eventually(() => personNamed("Ada")?.audio, "Ada is heard");
  assert.equal(personNamed("Ada").video, false);
  await page.context().close();
});

test("who goes away from the page takes no device along", async () => {
  const { link } = await lesson();
  const page = await visitor();
  await page.goto(origin);
  await page.getByLabel("Invitation link").fill(link);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Turn the camera on" }).click();
  await page.getByRole("button", { name: "Turn the microphone on" }).click();
  await eventually(async () => (await openDevices(page)).length === 2, "both are on");
  await page.goBack();
  await page.getByLabel("Invitation link").waitFor();
  assert.deepEqual(await openDevices(page), []);
  await page.context().close();
});

test("over plain http the page says why there is no camera, and one joins all the same", async () => {
  const { link } = await lesson();
  const page = await classroom.person();
  await page.goto(link.replace("127.0.0.1", INSECURE_HOST));
  assert.equal(await page.evaluate(() => navigator.mediaDevices), undefined);
  await page.getByText("lessonroom serve --tls self-signed").waitFor();
  if (process.env.SHOT) await page.screenshot({ path: `${process.env.SHOT}-insecure.png` });
  await join(page);
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await page.getByRole("button", { name: "Turn the camera on" }).click();
  await page.getByText("lessonroom serve --tls self-signed").waitFor();
  await page.context().close();
});

test("a device that is refused is explained, and one joins all the same", async () => {
  const { link } = await lesson();
  const page = await visitor();
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await page.goto(link);
  await page.getByRole("button", { name: "Turn the camera on" }).click();
  await page.getByText("The browser does not let this page use it").waitFor();
  await join(page);
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await page.context().close();
});

test("a device that was chosen once and is gone gives way to another", async () => {
  const { link } = await lesson();
  const page = await visitor();
  await page.addInitScript(() => {
    localStorage.setItem("lessonroom.devices", JSON.stringify({ audio: "gone", video: "gone" }));
  });
  await page.goto(link);
  await page.getByRole("button", { name: "Turn the camera on" }).click();
  await page.getByRole("button", { name: "Turn the microphone on" }).click();
  await eventually(async () => (await openDevices(page)).length === 2, "both are on");
  for (const label of ["Camera", "Microphone"]) {
    assert.equal(await page.getByLabel(label, { exact: true }).inputValue(), "");
  }
  await page.context().close();
});

test("who cannot come in is told why", async () => {
  const page = await visitor();
  const { link } = await lesson();
  await page.goto(link.replace(/#code=.*/, "#code=AAAAAAAA"));
  await join(page);
  await page.getByText("this is not its code").waitFor();

  const { link: full, id, code } = await lesson({ max_participants: 1 });
  // One place, and a pupil has it; the teacher takes none.
  await new ClassroomApi(origin).join(id, { access_code: code, name: "Ada" });
  await page.goto(full);
  await join(page);
  await page.getByText("The lesson is full").waitFor();

  const { link: past, teacher } = await lesson();
  // The reply may not be heard any more: everyone is let go of.
  await teacher.command("complete", {}).catch(() => undefined);
  await eventually(() => teacher.status.ending === "session_ended", "the lesson is over");
  // Before one has typed a name.
  await page.goto(past);
  await page.getByText("This lesson is over.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Join", exact: true }).isDisabled(), true);
  // To the browser an answer that refuses is a fault.
  for (const fault of classroom.faults.splice(0)) assert.match(fault, /status of 4\d\d .*\/(join|invitation)\//);
  await page.context().close();
});

test("an invitation names the lesson and its teacher, and asks nobody for a code who needs none", async () => {
  const { link, id } = await lesson({ title: "Fractions and <b>more</b>" });
  const page = await classroom.person();
  await page.goto(link);
  await page.getByRole("heading", { name: "Fractions and <b>more</b>" }).waitFor();
  await page.getByText(/^with .*Operator/).waitFor();
  await page.context().close();

  const host = await classroom.person();
  await host.goto(`${origin}/signin#token=${token}`);
  await host.getByRole("heading", { name: "Lessons" }).waitFor();
  await host.goto(`${origin}/join/${id}`);
  await host.getByRole("heading", { name: "Fractions and <b>more</b>" }).waitFor();
  assert.equal(await host.getByLabel("Access code").count(), 0);
  await host.getByRole("button", { name: "Join", exact: true }).click();
  await host.getByRole("button", { name: "End lesson" }).waitFor();
  await host.context().close();
});

test("[WR-2] who waits can try camera and microphone, takes them along, and can go", async () => {
  const { link, teacher, personNamed } = await lesson({ settings: { waiting_room: true } });
  const page = await visitor();
  await page.goto(link);
  await join(page);
  await page.getByText("will let you in").waitFor();
  await page.getByRole("button", { name: "Turn the microphone on" }).click();
  await page.getByRole("meter", { name: "Level of the microphone" }).waitFor();
  await eventually(() => personNamed("Ada")?.status === "joining", "Ada waits");
  await teacher.command("admit", { user_id: personNamed("Ada").user_id });
  await page.getByRole("button", { name: "Turn the microphone off" }).waitFor();
  await eventually(() => personNamed("Ada")?.audio, "the others are told");
  await page.context().close();

  const other = await visitor();
  await other.goto(link);
  await join(other, "Ben");
  await other.getByText("will let you in").waitFor();
  await other.getByRole("button", { name: "Leave" }).click();
  await other.getByText("You have left the lesson.").waitFor();
  await other.context().close();
});

test("after the lesson the pupil takes the board along, and the host goes on from it", async () => {
  const { link, id, teacher } = await lesson({ title: "Volumes" });
  const pupil = await visitor();
  await pupil.goto(link);
  await join(pupil);
  await pupil.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await draw(pupil, 300, 300);
  await pupil.locator('.saved[data-state="saved"]').waitFor();
  const host = await classroom.person();
  await host.goto(`${origin}/signin#token=${token}`);
  await host.getByRole("heading", { name: "Lessons" }).waitFor();
  await host.goto(`${origin}/room/${id}`);
  await host.getByRole("button", { name: "End lesson" }).click();
  await host.getByRole("dialog").getByRole("button", { name: "End lesson" }).click();
  await eventually(() => teacher.status.ending !== null, "it is over");

  await pupil.getByText("The lesson is over").waitFor();
  await pupil.getByRole("button", { name: "Download the board…" }).click();
  const coming = pupil.waitForEvent("download");
  await pupil.getByRole("dialog").getByRole("button", { name: "SVG" }).click();
  assert.match((await coming).suggestedFilename(), /^Volumes-v\d+\.svg$/);
  await pupil.getByRole("button", { name: "History" }).waitFor();

  // It was not over yet: the host has it go on, and who still sits here is told.
  await host.getByRole("button", { name: "Reopen the lesson" }).click();
  await host.getByRole("button", { name: "End lesson" }).waitFor();
  await eventually(async () => (await count(host)) === 1, "with its board");
  await pupil.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await pupil.getByText("The lesson goes on.").waitFor();
  await pupil.getByRole("button", { name: "Come back" }).click();
  await pupil.getByRole("button", { name: "Pen", exact: true }).waitFor();
  await draw(pupil, 500, 300);
  await eventually(async () => (await count(host)) === 2, "and one draws in it");
  await pupil.locator('.saved[data-state="saved"]').waitFor();
  await pupil.context().close();
  await host.getByRole("button", { name: "End lesson" }).click();
  await host.getByRole("dialog").getByRole("button", { name: "End lesson" }).click();

  await host.getByRole("button", { name: "History" }).waitFor();
  await host.getByRole("button", { name: "Next lesson…" }).click();
  const dialog = host.getByRole("dialog", { name: "Next lesson" });
  await dialog.getByRole("switch", { name: "Begin with this board" }).waitFor();
  if (process.env.SCREENSHOTS) await host.screenshot({ path: `${process.env.SCREENSHOTS}/continue.png` });
  await dialog.getByRole("button", { name: "Begin now" }).click();
  await host.getByRole("button", { name: "Start lesson" }).waitFor();
  await host.getByRole("heading", { name: "Volumes" }).waitFor();
  await eventually(async () => (await count(host)) === 2, "the board is there");
  await host.context().close();
});
