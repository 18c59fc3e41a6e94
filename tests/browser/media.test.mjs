/** Voices and faces between two real browsers' pages. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Classroom, eventually } from "./lesson.mjs";

let classroom;
before(async () => {
  classroom = await Classroom.open();
});
after(() => classroom.close());

/** Remembers every call of a page, for its statistics, and every track it was given by the browser. */
function rememberCalls() {
  window.calls = [];
  window.tracks = [];
  const { mediaDevices } = navigator;
  const given = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (wanted) => {
    const stream = await given(wanted);
    window.tracks.push(...stream.getTracks());
    return stream;
  };
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      window.calls.push(this);
    }
  };
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

test("[RT-4] a camera and a microphone turned on are seen and heard on the far side", async () => {
  const host = await classroom.person();
  await host.addInitScript(rememberCalls);
  await host.goto(classroom.server.signInLink);
  const link = await classroom.lesson(host);
  const guest = await classroom.person();
  await guest.addInitScript(rememberCalls);
  await guest.goto(link);
  await guest.getByLabel("Your name").fill("Ada");
  await guest.getByRole("button", { name: "Join" }).click();

  await guest.getByRole("button", { name: "Turn the camera on" }).click();
  await guest.getByRole("button", { name: "Turn the microphone on" }).click();
  await host.getByRole("button", { name: "Ada, enlarge" }).waitFor();
  await rises(host, "video", "framesDecoded");
  await rises(host, "audio", "packetsReceived");

  await host.getByRole("button", { name: "Turn the camera on" }).click();
  await guest.getByRole("button", { name: "Operator, enlarge" }).waitFor();
  await rises(guest, "video", "framesDecoded");

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

  // A page that is loaded anew is a new peer, and is called anew.
  await guest.reload();
  await guest.getByRole("button", { name: "Operator, enlarge" }).waitFor();
  await rises(guest, "video", "framesDecoded");

  // Whoever is removed is not heard or filmed any longer, by their own browser either.
  await guest.getByRole("button", { name: "Turn the microphone on" }).click();
  await guest.getByRole("button", { name: "Turn the microphone off" }).waitFor();
  assert.deepEqual(await guest.evaluate(() => window.tracks.map((track) => track.readyState)), ["live"]);
  await host.getByRole("button", { name: "Remove from lesson…" }).click();
  await host.locator("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await guest.getByText("You were removed from the lesson.").waitFor();
  await eventually(
    () => guest.evaluate(() => window.tracks.every((track) => track.readyState === "ended")),
    "the microphone is let go",
  );
  if (process.env.SHOT) await guest.screenshot({ path: process.env.SHOT });
  assert.deepEqual(classroom.faults, []);
});
