/**
 * Plays files in Chromium: `node play.mjs FILE…` prints a line of JSON for each, what came of it.
 *
 * Each is decoded whole, played by an element that jumps to its last second, and, where it is of
 * pictures, appended to a `MediaSource`: its header, and then what a `FILE.json` beside it lists.
 */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("./", import.meta.url));
const require = createRequire(path.join(HERE, "../../../../frontend/package.json"));
const { chromium } = require("playwright-core");

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
});
try {
  const page = await browser.newPage();
  await page.route("http://localhost/", (route) =>
    route.fulfill({ contentType: "text/html", body: "<title>playing</title>" }),
  );
  await page.goto("http://localhost/");
  for (const file of process.argv.slice(2)) {
    const { clusters, codec } = JSON.parse(await readFile(`${file}.json`, "utf8"));
    const content = (await readFile(file)).toString("base64");
    console.log(JSON.stringify(await page.evaluate(play, { content, clusters, codec })));
  }
} finally {
  await browser.close();
}

/** In the page: play one file in each way that there is. */
async function play({ content, clusters, codec }) {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const isPicture = codec !== "opus";
  const type = isPicture ? "video/webm" : "audio/webm";
  const heard = (target, name) =>
    new Promise((resolve, reject) => {
      target.addEventListener(name, resolve, { once: true });
      target.addEventListener("error", () => reject(new Error(`no ${name}`)), { once: true });
      setTimeout(() => reject(new Error(`no ${name} for a long time`)), 20_000);
    });
  const element = document.createElement(isPicture ? "video" : "audio");
  element.src = URL.createObjectURL(new Blob([bytes], { type }));
  element.muted = true;
  await heard(element, "loadedmetadata");
  const said = { durationS: element.duration, width: element.videoWidth ?? 0 };
  element.currentTime = Math.max(0, element.duration - 0.5);
  await heard(element, "seeked");
  await element.play();
  await heard(element, "ended");
  said.endedAtS = element.currentTime;
  if (!isPicture) {
    const context = new OfflineAudioContext(1, 48_000, 48_000);
    const decoded = await context.decodeAudioData(bytes.buffer.slice(0));
    said.decodedS = decoded.duration;
    const samples = decoded.getChannelData(0);
    said.loudness = [];
    for (let at = 0; at < samples.length; at += 4_800) {
      const part = samples.subarray(at, at + 4_800);
      said.loudness.push(Math.sqrt(part.reduce((sum, each) => sum + each * each, 0) / part.length));
    }
    return said;
  }
  said.pictures = element.getVideoPlaybackQuality().totalVideoFrames;
  const source = new MediaSource();
  const again = document.createElement("video");
  again.src = URL.createObjectURL(source);
  await heard(source, "sourceopen");
  const buffer = source.addSourceBuffer(`video/webm;codecs=${codec}`);
  const append = async (part) => {
    buffer.appendBuffer(part);
    await heard(buffer, "updateend");
  };
  await append(bytes.subarray(0, clusters[0][1]));
  // The last ones first: none needs what stands before it.
  for (const [, offset, length] of clusters.toReversed()) {
    await append(bytes.subarray(offset, offset + length));
  }
  source.endOfStream();
  said.bufferedS = [buffer.buffered.start(0), buffer.buffered.end(buffer.buffered.length - 1)];
  again.currentTime = said.bufferedS[1] - 0.3;
  await heard(again, "seeked");
  said.shownAtS = again.currentTime;
  return said;
}
