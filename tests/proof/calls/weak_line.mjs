/**
 * A call of two, one of whom has 300 kbit/s and loses 5 % of all packets: by Chromium's emulation, which
 * shapes WebRTC as well. Run by test_weak_line.py; prints its figures as one line of JSON.
 *
 * `--control` takes every hold off the cameras, that of the browser as well: what then becomes of the voice.
 */

import { Classroom, eventually } from "../../browser/support/lesson.mjs";

const WEAK = {
  offline: false,
  latency: 50,
  downloadThroughput: 300_000 / 8,
  uploadThroughput: 300_000 / 8,
  packetLoss: 5,
  packetQueueLength: 40,
  packetReordering: false,
};
/** Chromium shapes what is opened under an emulation only, so there is one from the beginning. */
const WIDE = { ...WEAK, latency: 0, downloadThroughput: 50_000_000 / 8, uploadThroughput: 50_000_000 / 8, packetLoss: 0, packetQueueLength: 500 };
const SECONDS = Number(process.env.SECONDS ?? 40);
const isControl = process.argv.includes("--control");

/** A camera whose picture is hard to compress, and a voice that never pauses. */
function realistic({ isControl }) {
  if (isControl) {
    RTCRtpSender.prototype.setParameters = () => Promise.resolve();
    // Nor does the browser make them smaller by itself: its own least is what a whole camera takes.
    const whole = "x-google-min-bitrate=700;x-google-start-bitrate=700";
    const set = RTCPeerConnection.prototype.setRemoteDescription;
    RTCPeerConnection.prototype.setRemoteDescription = function hold({ type, sdp }) {
      return set.call(this, { type, sdp: sdp.replace(/^a=rtpmap:(\d+) VP8\/90000\r\n/gm, `$&a=fmtp:$1 ${whole}\r\n`) });
    };
  }
  window.calls = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      window.calls.push(this);
    }
  };
  const { mediaDevices } = navigator;
  mediaDevices.getUserMedia = async (wanted) => {
    if (!wanted.video) {
      const context = new AudioContext();
      const way = context.createMediaStreamDestination();
      const voice = new OscillatorNode(context, { frequency: 180, type: "sawtooth" });
      const loudness = new GainNode(context, { gain: 0.2 });
      const syllables = new OscillatorNode(context, { frequency: 4 });
      const depth = new GainNode(context, { gain: 0.15 });
      syllables.connect(depth).connect(loudness.gain);
      voice.connect(loudness).connect(way);
      voice.start();
      syllables.start();
      return way.stream;
    }
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
    const paper = canvas.getContext("2d");
    let turn = 0;
    setInterval(() => {
      turn += 1;
      for (let n = 0; n < 24; n += 1) {
        paper.fillStyle = `hsl(${(n * 47 + turn * 13) % 360} 70% ${30 + ((n * 7 + turn) % 50)}%)`;
        paper.fillRect(((n * 53 + turn * 5) % 40) * 16, (((n * 29 + turn * 3) / 2) % 24) * 15, 16, 15);
      }
    }, 42);
    return canvas.captureStream(24);
  };
}

/** What a page has received so far of voices and cameras, and how its lines are counted. */
function counted(page) {
  return page.evaluate(async () => {
    const found = { played: 0, madeUp: 0, lost: 0, received: 0, pictures: 0, height: 0, bits: 0, voiceBits: 0, sentHeight: 0, sentPictures: 0 };
    for (const call of window.calls) {
      for (const report of (await call.getStats()).values()) {
        if (report.type === "inbound-rtp") found.bits += 8 * report.bytesReceived;
        if (report.type === "inbound-rtp" && report.kind === "audio") {
          found.voiceBits += 8 * report.bytesReceived;
          found.played += report.totalSamplesReceived;
          found.madeUp += report.concealedSamples - report.silentConcealedSamples;
          found.lost += report.packetsLost;
          found.received += report.packetsReceived;
        }
        if (report.type === "inbound-rtp" && report.kind === "video" && report.framesDecoded > 0) {
          found.pictures += report.framesDecoded;
          found.height = report.frameHeight;
        }
        if (report.type === "outbound-rtp" && report.kind === "video" && report.framesSent > 0) {
          found.sentHeight = report.frameHeight;
          found.sentPictures += report.framesSent;
        }
      }
    }
    return found;
  });
}

async function over(page, seconds) {
  const before = await counted(page);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = await counted(page);
  const grown = (field) => after[field] - before[field];
  return {
    madeUp: grown("madeUp") / grown("played"),
    lost: grown("lost") / (grown("lost") + grown("received")),
    kbitPerS: grown("bits") / seconds / 1000,
    voiceKbitPerS: grown("voiceBits") / seconds / 1000,
    pictures: grown("pictures") / seconds,
    height: after.height,
    sentHeight: after.sentHeight,
  };
}

async function saidOn(page) {
  return page.evaluate(() => ({
    own: document.querySelector(".own-line .card p")?.textContent ?? "",
    tiles: [...document.querySelectorAll(".tile-line, .tile")].map((node) => node.getAttribute("aria-label") ?? node.textContent),
  }));
}

const classroom = await Classroom.open();
const result = { isControl };
try {
  const host = await classroom.person();
  await host.addInitScript(realistic, { isControl });
  await host.goto(classroom.server.signInLink);
  const link = await classroom.lesson(host);
  const ivan = await classroom.person();
  await ivan.addInitScript(realistic, { isControl });
  const wire = await ivan.context().newCDPSession(ivan);
  await wire.send("Network.enable");
  await ivan.goto(link);
  await wire.send("Network.emulateNetworkConditions", WIDE);
  await ivan.getByLabel("Your name").fill("Ivan");
  await ivan.getByRole("button", { name: "Join" }).click();
  await ivan.getByRole("button", { name: "Pen", exact: true }).waitFor();
  for (const page of [host, ivan]) {
    await page.getByRole("button", { name: "Turn the camera on" }).click();
    await page.getByRole("button", { name: "Turn the microphone on" }).click();
  }
  await host.getByRole("button", { name: /^Ivan, enlarge/ }).waitFor();
  await ivan.getByRole("button", { name: /^Operator, enlarge/ }).waitFor();
  await eventually(async () => (await counted(host)).pictures > 20 && (await counted(ivan)).pictures > 20, "both are seen");
  result.before = { host: await over(host, 8), words: await saidOn(host), ivan: await saidOn(ivan) };
  await wire.send("Network.emulateNetworkConditions", WEAK);
  await new Promise((resolve) => setTimeout(resolve, 15_000));
  const [atHost, atIvan] = await Promise.all([over(host, SECONDS), over(ivan, SECONDS)]);
  result.weak = { atHost, atIvan, host: await saidOn(host), ivan: await saidOn(ivan) };
  if (process.env.SHOT) {
    await host.screenshot({ path: `${process.env.SHOT}-host.png` });
    await ivan.screenshot({ path: `${process.env.SHOT}-ivan.png` });
  }
  await host.getByRole("button", { name: /^People/ }).click();
  result.roster = await host.locator(".person .weak").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  if (process.env.SHOT) await host.screenshot({ path: `${process.env.SHOT}-people.png` });
  await wire.send("Network.emulateNetworkConditions", WIDE);
  const begin = performance.now();
  while (performance.now() - begin < 120_000 && !isControl) {
    const { sentHeight } = await counted(ivan);
    const words = await saidOn(ivan);
    if (sentHeight === 360 && words.own === "") break;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  result.backAfterS = Math.round((performance.now() - begin) / 1000);
  result.after = { sent: (await counted(ivan)).sentHeight, host: await saidOn(host), ivan: await saidOn(ivan) };
} finally {
  await classroom.close().catch((error) => {
    result.faults = String(error);
  });
}
console.log(JSON.stringify(result));
