/** Voices and faces between two real browsers' pages. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { ClassroomApi, connect } from "../../../gateway/static/sdk/lessonroom.js";
import { Classroom, eventually } from "../support/lesson.mjs";
import { freePorts, NO_RELAY, Relay, settingsFor } from "../support/relay.mjs";

let classroom;
before(async () => {
  classroom = await Classroom.open();
});
after(() => classroom.close());

/** Remembers every call of a page, for its statistics, and every device that it opened. */
function rememberMedia() {
  window.calls = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      window.calls.push(this);
    }
  };
  window.opened = [];
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    window.opened.push(...stream.getTracks());
    return stream;
  };
}

/** A person's page before it is opened; `signals` gathers what it sends to other people's pages. */
async function personIn(room, options) {
  const page = await room.person(options);
  await page.addInitScript(rememberMedia);
  const signals = [];
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => {
      const { ch, type, data } = JSON.parse(payload);
      if (ch === "webrtc" && !["media_state", "connection_quality"].includes(type)) signals.push({ type, ...data });
    });
  });
  return { page, signals };
}

async function guestIn(room, link, name) {
  const { page, signals } = await personIn(room);
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("button", { name: "Pen", exact: true }).waitFor();
  return { page, signals };
}

function turnOn(page, what) {
  return page.getByRole("button", { name: `Turn the ${what} on` }).click();
}

function shows(page, name) {
  return page.getByRole("button", { name: `${name}, enlarge` }).waitFor();
}

function received(page, kind, field) {
  return page.evaluate(
    async ([kind, field]) => {
      let sum = 0;
      for (const call of window.calls) {
        for (const report of (await call.getStats()).values()) {
          if (report.type === "inbound-rtp" && report.kind === kind) sum += report[field] ?? 0;
        }
      }
      return sum;
    },
    [kind, field],
  );
}

async function rises(page, kind, field) {
  const before = await received(page, kind, field);
  await eventually(
    async () => (await received(page, kind, field)) > before + 5,
    `${field} of ${kind} rises`,
  );
}

function openDevices(page) {
  return page.evaluate(() =>
    window.opened.filter(({ readyState }) => readyState === "live").map(({ kind }) => kind),
  );
}

/** The kinds of candidates that a page's calls go between, as `local-remote`. */
function ways(page) {
  return page.evaluate(async () => {
    const found = new Set();
    for (const call of window.calls) {
      const stats = await call.getStats();
      for (const report of stats.values()) {
        if (report.type !== "transport" || !report.selectedCandidatePairId) continue;
        const pair = stats.get(report.selectedCandidatePairId);
        const kindOf = (id) => stats.get(id).candidateType;
        found.add(`${kindOf(pair.localCandidateId)}-${kindOf(pair.remoteCandidateId)}`);
      }
    }
    return [...found];
  });
}

/** Every address that signals hold, each with its kind. */
function addressesIn(signals) {
  return signals.flatMap(({ sdp, candidate }) =>
    [sdp ?? "", candidate?.candidate ?? ""].flatMap((text) =>
      [...text.matchAll(/candidate:\S+ \d \w+ \d+ (\S+) \d+ typ (\w+)(?: raddr (\S+))?/g)].map(
        ([, address, kind, behind]) => ({ address, kind, behind }),
      ),
    ),
  );
}

function pictureOf(page, name) {
  return page.getByRole("button", { name: `${name}, enlarge` }).locator("video");
}

/** The picture of somebody moves. */
async function plays(page, name) {
  const time = () => pictureOf(page, name).evaluate((video) => video.getVideoPlaybackQuality().totalVideoFrames);
  const before = await time();
  await eventually(async () => (await time()) > before + 5, `${name} is seen to move`);
}

/** So many cameras are sent to a page. */
async function receives(page, cameras) {
  const count = () =>
    page.evaluate(
      () =>
        window.calls.filter((call) => /recv/.test(call.getTransceivers()[1]?.currentDirection ?? "")).length,
    );
  await eventually(async () => (await count()) === cameras, `${cameras} cameras are received`);
}

/** The pictures cover nothing of the board until they are put over it, and no tool then. */
async function liesBeside(page) {
  const tiles = page.getByRole("group", { name: "People in the call" });
  const box = (what) => what.boundingBox();
  const board = page.locator(".board");
  await eventually(async () => {
    const [left, right] = [await box(board), await box(tiles)];
    return left.x + left.width <= right.x;
  }, "they lie beside the board");
  const handle = page.getByRole("button", { name: /^Move the pictures/ });
  await handle.focus();
  for (let n = 0; n < 30; n += 1) await page.keyboard.press("ArrowLeft");
  const tools = page.getByRole("toolbar", { name: "Tools" });
  await eventually(async () => {
    const [left, right] = [await box(tools), await box(tiles)];
    return left.x + left.width <= right.x && right.x < 300;
  }, "they lie beside the tools");
  await page.getByRole("button", { name: "Larger pictures" }).click();
  await page.getByRole("button", { name: "Hide the pictures" }).click();
  await page.locator(".tile").first().waitFor({ state: "detached" });
  const kept = await page.evaluate(() => JSON.parse(localStorage.getItem("lessonroom.tiles")));
  assert.deepEqual({ ...kept, y: 0 }, { place: "over", x: 0, y: 0, width: 240, isHidden: true });
  await page.getByRole("button", { name: "Show the pictures" }).click();
  await page.getByRole("button", { name: "Put the pictures beside the board" }).click();
}

/** Who loses a microphone speaks by another one until it is back. */
async function isUnplugged(page) {
  await page.getByRole("button", { name: "Devices" }).click();
  const microphones = page.getByLabel("Microphone", { exact: true });
  const chosen = await microphones.locator("option").nth(1).getAttribute("value");
  await microphones.selectOption(chosen);
  const inUse = () => page.evaluate(() => window.opened.findLast(({ kind }) => kind === "audio").getSettings().deviceId);
  await eventually(async () => (await inUse()) === chosen, "it is used");
  await page.keyboard.press("Escape");
  await page.evaluate((id) => {
    const { mediaDevices } = navigator;
    const { enumerateDevices, getUserMedia } = mediaDevices;
    mediaDevices.enumerateDevices = async () => {
      const all = await enumerateDevices.call(mediaDevices);
      return all.filter(({ deviceId }) => deviceId !== id);
    };
    mediaDevices.getUserMedia = (wanted) => {
      if (wanted.audio?.deviceId?.exact === id) throw new DOMException("it is gone", "NotFoundError");
      return getUserMedia(wanted);
    };
    window.plugIn = () => {
      Object.assign(mediaDevices, { enumerateDevices, getUserMedia });
      mediaDevices.dispatchEvent(new Event("devicechange"));
    };
    const track = window.opened.findLast(({ kind }) => kind === "audio");
    track.stop();
    track.dispatchEvent(new Event("ended"));
  }, chosen);
  await page.getByText("Your microphone was unplugged: another one is used until it is back.").waitFor();
  assert.notEqual(await inUse(), chosen);
  await page.getByRole("button", { name: "Turn the microphone off" }).waitFor();
  await page.evaluate(() => window.plugIn());
  await page.getByText("Your microphone is back and used again.").waitFor();
  assert.equal(await inUse(), chosen);
  await page.getByRole("alert").getByRole("button", { name: "Close" }).click();
}

/** Who saves data gets voices, and such cameras as they ask for. */
async function savesData(page) {
  await page.getByRole("button", { name: "Devices" }).click();
  await page.getByText(/^The line to .?Operator.? is good$/).waitFor();
  const saves = page.getByRole("switch", { name: /^Save data/ });
  await saves.click();
  await receives(page, 0);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Operator, show the camera" }).click();
  await receives(page, 1);
  await page.getByRole("button", { name: "Devices" }).click();
  await saves.click();
  await page.keyboard.press("Escape");
}

/** Signing in works once for each start of the server, so one host holds all lessons. */
let theHost;
async function lesson() {
  if (theHost === undefined) {
    ({ page: theHost } = await personIn(classroom));
    await theHost.goto(classroom.server.signInLink);
  } else {
    await theHost.goto(new URL("/", classroom.server.signInLink).href);
  }
  return { host: theHost, link: await classroom.lesson(theHost) };
}

test("[RT-4] a camera and a microphone turned on are seen and heard on the far side", async () => {
  const { host, link } = await lesson();
  const { page: guest } = await guestIn(classroom, link, "Ada");

  await guest.getByRole("button", { name: "Turn the camera on" }).click();
  await guest.getByRole("button", { name: "Turn the microphone on" }).click();
  await host.getByRole("button", { name: "Ada, enlarge" }).waitFor();
  await rises(host, "video", "framesDecoded");
  await rises(host, "audio", "packetsReceived");

  await host.getByRole("button", { name: "Turn the camera on" }).click();
  await guest.getByRole("button", { name: "Operator, enlarge" }).waitFor();
  await rises(guest, "video", "framesDecoded");
  await liesBeside(host);
  await isUnplugged(guest);
  await savesData(guest);

  await guest.getByRole("button", { name: "Turn the camera off" }).click();
  await host.getByRole("button", { name: "Ada, enlarge" }).waitFor({ state: "detached" });
  await guest.getByRole("button", { name: "Turn the camera on" }).click();
  await host.getByRole("button", { name: "Ada, enlarge" }).waitFor();
  await rises(host, "video", "framesDecoded");

  // [RT-3] The permission goes, and with it the picture.
  await host.getByRole("button", { name: /^People/ }).click();
  await host.getByRole("button", { name: /^Ada ?Student/ }).click();
  await host.getByRole("switch", { name: "Camera" }).click();
  await host.getByRole("button", { name: "Ada, enlarge" }).waitFor({ state: "detached" });
  await guest.getByRole("button", { name: "Turn the camera on" }).waitFor({ state: "detached" });
  await guest.getByRole("button", { name: "Turn the camera off" }).waitFor({ state: "detached" });
  await guest.getByText("Your camera is off: your teacher does not allow it now.").waitFor();
  assert.deepEqual(await openDevices(guest), ["audio"]);

  // A page that is loaded anew is a new peer, and is called anew.
  await guest.reload();
  await guest.getByRole("button", { name: "Operator, enlarge" }).waitFor();
  await rises(guest, "video", "framesDecoded");
  if (process.env.SHOT) await guest.screenshot({ path: `${process.env.SHOT}.png` });

  // Whoever is removed is not heard or filmed any longer, by their own browser either.
  await turnOn(guest, "microphone");
  await eventually(async () => (await openDevices(guest)).length === 1, "the microphone is on");
  await host.getByRole("button", { name: "Remove from lesson…" }).click();
  await host.locator("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await guest.getByText("You were removed from the lesson.").waitFor();
  await eventually(async () => (await openDevices(guest)).length === 0, "the microphone is let go");

  // No device stays open after the lesson.
  await host.getByRole("button", { name: "End lesson" }).click();
  await host.locator("dialog").getByRole("button", { name: "End lesson" }).click();
  await host.getByText("The lesson is over").waitFor();
  assert.deepEqual(await openDevices(host), []);
  await guest.context().close();
  assert.deepEqual(classroom.faults, []);
});

test("in a call of more than six voices come first, and a face is shown to who asks for it", async () => {
  const { host, link } = await lesson();
  const { page: ada } = await guestIn(classroom, link, "Ada");
  const { page: ben } = await guestIn(classroom, link, "Ben");
  for (const page of [host, ada, ben]) await turnOn(page, "camera");
  await shows(ada, "Ben");
  await rises(ada, "video", "framesDecoded");

  // Four more make seven. They are programs: all that counts is that they are there.
  const { origin, pathname, hash } = new URL(link);
  const seats = await Promise.all(
    ["Cid", "Dora", "Eve", "Finn"].map((name) =>
      new ClassroomApi(origin).join(pathname.split("/").at(-1), {
        access_code: new URLSearchParams(hash.slice(1)).get("code"),
        name,
      }),
    ),
  );
  const others = seats.map(({ ws_url: url, token }) => connect({ url, token }));
  try {
    await ada.getByRole("button", { name: "Ben, show the camera" }).waitFor();
    await ben.getByRole("button", { name: "Ada, show the camera" }).waitFor();
    await shows(ada, "Operator");
    await shows(host, "Ada");
    await shows(host, "Ben");
    for (const [page, cameras] of [[host, 2], [ada, 1], [ben, 1]]) await receives(page, cameras);
    if (process.env.SHOT) await ada.screenshot({ path: `${process.env.SHOT}-seven.png` });
    await ada.getByRole("button", { name: "Ben, show the camera" }).click();
    await shows(ada, "Ben");
    await plays(ada, "Ben");
    // Asking is one's own affair.
    for (const [page, cameras] of [[ada, 2], [ben, 1]]) await receives(page, cameras);
    await ben.getByRole("button", { name: "Ada, show the camera" }).waitFor();
  } finally {
    for (const other of others) other.leave();
  }
  await shows(ben, "Ada");
  await plays(ben, "Ada");
  for (const page of [ada, ben]) await page.context().close();
  assert.deepEqual(classroom.faults, []);
});

test("[RT-5] voices and faces go through coturn with the server's credentials", { skip: NO_RELAY }, async () => {
  const relay = await Relay.start();
  const relayed = await Classroom.open(relay.settings);
  try {
    const { page: host, signals: ofHost } = await personIn(relayed);
    await host.goto(relayed.server.signInLink);
    const link = await relayed.lesson(host);
    const { page: guest, signals: ofGuest } = await guestIn(relayed, link, "Ada");
    for (const page of [host, guest]) {
      await turnOn(page, "camera");
      await turnOn(page, "microphone");
    }
    await shows(host, "Ada");
    await shows(guest, "Operator");
    for (const page of [host, guest]) {
      await rises(page, "video", "framesDecoded");
      await rises(page, "audio", "packetsReceived");
      assert.deepEqual(await ways(page), ["relay-relay"]);
    }
    for (const signals of [ofHost, ofGuest]) {
      const addresses = addressesIn(signals);
      assert.ok(addresses.length > 0);
      for (const { address, kind, behind } of addresses) {
        assert.deepEqual({ address, kind, behind }, { address: "127.0.0.1", kind: "relay", behind: "0.0.0.0" });
      }
    }
  } finally {
    await relayed.close();
    await relay.stop();
  }
});

test("where only a relay may be used and there is none, no address is given away", async () => {
  // Nothing listens there, which a browser learns at once by TCP.
  const settings = settingsFor(await freePorts(1), randomBytes(32).toString("hex"), "tcp");
  const relayed = await Classroom.open(settings);
  try {
    const { page: host, signals: ofHost } = await personIn(relayed);
    await host.goto(relayed.server.signInLink);
    const link = await relayed.lesson(host);
    const { page: guest, signals: ofGuest } = await guestIn(relayed, link, "Ada");
    for (const page of [host, guest]) await turnOn(page, "camera");
    await eventually(() => ofGuest.some(({ candidate }) => candidate === null), "every way was looked for");
    assert.ok(ofHost.some(({ type }) => type === "answer"));
    assert.deepEqual(addressesIn([...ofHost, ...ofGuest]), []);
    assert.deepEqual(await ways(guest), []);
  } finally {
    await relayed.close();
  }
});
