/**
 * Records the streams that lie here, by Chromium's MediaRecorder: `node record.mjs`.
 *
 * Each is a `.webm`, all chunks joined as they came, and an entry of `streams.json`: the media type,
 * what was asked for, and of each chunk its length and the time at which it came, in ms.
 */

import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("./", import.meta.url));
const require = createRequire(path.join(HERE, "../../../../frontend/package.json"));
const { chromium } = require("playwright-core");

const VOICE = { kind: "audio", mediaType: "audio/webm;codecs=opus", bitsPerS: 32_000 };
const VP8 = { kind: "video", mediaType: "video/webm;codecs=vp8", bitsPerS: 150_000 };
const VP9 = { ...VP8, mediaType: "video/webm;codecs=vp9" };
const TAKES = {
  voice: { ...VOICE, sliceMs: 2000, lastsMs: 7000 },
  voice_unsliced: { ...VOICE, lastsMs: 2500 },
  voice_disabled: { ...VOICE, sliceMs: 2000, lastsMs: 5000, disabledMs: [1500, 3000] },
  vp8: { ...VP8, sliceMs: 2000, lastsMs: 5000 },
  vp8_unsliced: { ...VP8, lastsMs: 2500 },
  vp9: { ...VP9, sliceMs: 2000, lastsMs: 5000 },
  vp9_unsliced: { ...VP9, lastsMs: 2500 },
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
  ],
});
try {
  const page = await browser.newPage();
  await page.route("http://localhost/", (route) =>
    route.fulfill({ contentType: "text/html", body: "<title>recording</title>" }),
  );
  await page.goto("http://localhost/");
  const described = {};
  for (const [name, take] of Object.entries(TAKES)) {
    const { chunks, content } = await page.evaluate(record, take);
    await writeFile(path.join(HERE, `${name}.webm`), Buffer.from(content, "base64"));
    const { kind, mediaType, bitsPerS } = take;
    described[name] = { kind, media_type: mediaType, bits_per_s: bitsPerS, chunks };
    console.log(name, chunks.map(([length]) => length).join(" "));
  }
  await writeFile(path.join(HERE, "streams.json"), `${JSON.stringify(described, null, 1)}\n`);
} finally {
  await browser.close();
}

/** In the page: record one track, as a take is. */
async function record({ kind, mediaType, bitsPerS, sliceMs, lastsMs, disabledMs }) {
  const size = { width: 320, height: 180, frameRate: 12 };
  const stream = await navigator.mediaDevices.getUserMedia(
    kind === "audio" ? { audio: true } : { video: size },
  );
  const [track] = stream.getTracks();
  const recorder = new MediaRecorder(stream, {
    mimeType: mediaType,
    audioBitsPerSecond: bitsPerS,
    videoBitsPerSecond: bitsPerS,
    audioBitrateMode: "variable",
  });
  const chunks = [];
  const blobs = [];
  recorder.addEventListener("dataavailable", ({ data }) => {
    if (data.size === 0) return;
    chunks.push([data.size, Math.round(performance.timeOrigin + performance.now())]);
    blobs.push(data);
  });
  const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  recorder.start(sliceMs);
  if (disabledMs) {
    setTimeout(() => (track.enabled = false), disabledMs[0]);
    setTimeout(() => (track.enabled = true), disabledMs[1]);
  }
  setTimeout(() => recorder.stop(), lastsMs);
  await ended;
  track.stop();
  const bytes = new Uint8Array(await new Blob(blobs).arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { chunks, content: btoa(text) };
}
