/** Films that a page has made, decoded by another page that knows nothing of ours. */

import { readFile } from "node:fs/promises";
import http from "node:http";
import { createRequire } from "node:module";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";

const FRONTEND = fileURLToPath(new URL("../../../frontend/", import.meta.url));
const require = createRequire(path.join(FRONTEND, "package.json"));
const DECODER = path.join(path.dirname(require.resolve("mediabunny")), "mediabunny.mjs");

/** What sounds within so long is one tone; what lies within so many rows is one stroke. */
const APART_MS = 700;
const APART_ROWS = 5;

/**
 * A microphone that is silent but for a tone of a tenth of a second whenever a button of the mouse goes down on the board:
 * its truth is the very moment at which a stroke begins.
 */
export function toneMicrophone() {
  const { mediaDevices } = navigator;
  const real = mediaDevices.getUserMedia.bind(mediaDevices);
  let context;
  let out;
  mediaDevices.getUserMedia = async (wanted) => {
    if (!wanted.audio || wanted.video) return real(wanted);
    context ??= new AudioContext({ sampleRate: 48_000, latencyHint: "interactive" });
    await context.resume();
    if (out === undefined) {
      out = context.createMediaStreamDestination();
      // What nothing flows into gives no sound, not even silence.
      const hum = new ConstantSourceNode(context, { offset: 1e-6 });
      hum.connect(out);
      hum.start();
    }
    return new MediaStream(out.stream.getAudioTracks().map((track) => track.clone()));
  };
  document.addEventListener(
    "pointerdown",
    ({ target }) => {
      if (out === undefined || target.closest(".board") === null) return;
      const tone = new OscillatorNode(context, { frequency: 440 });
      tone.connect(out);
      tone.start();
      tone.stop(context.currentTime + 0.1);
    },
    { capture: true },
  );
}

/** A page that decodes films, on an origin of its own. */
export async function cinema(classroom) {
  const files = new Map();
  const server = http.createServer((request, response) => {
    const name = request.url.slice(1);
    const type = name === "decoder.mjs" ? "text/javascript" : name === "" ? "text/html" : "video/webm";
    response.setHeader("Content-Type", type);
    response.end(files.get(name) ?? "<!doctype html><title>Cinema</title>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  files.set("decoder.mjs", await readFile(DECODER));
  const context = await classroom.browser.newContext();
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  return {
    /** What a film holds: see `decoded`. */
    async look(file) {
      files.set("film", await readFile(file));
      return page.evaluate(decoded, { apartMs: APART_MS, apartRows: APART_ROWS });
    },
    async close() {
      await context.close();
      server.close();
    },
  };
}

/**
 * Decodes a film: by the browser's own player how long it is, by its decoder when sound begins, frame by frame when
 * something is drawn. All in ms of the film.
 */
async function decoded({ apartMs, apartRows }) {
  const film = await (await fetch("film")).blob();
  const player = document.createElement("video");
  player.src = URL.createObjectURL(film);
  player.muted = true;
  await new Promise((resolve, reject) => Object.assign(player, { onloadedmetadata: resolve, onerror: () => reject(player.error) }));
  const sound = await new AudioContext({ sampleRate: 48_000 }).decodeAudioData(await film.arrayBuffer());
  const loud = sound.getChannelData(0);
  const tones = [];
  let heardMs = -Infinity;
  for (let n = 0; n < loud.length; n += 1) {
    if (Math.abs(loud[n]) < 0.05) continue;
    const ms = (n * 1_000) / sound.sampleRate;
    if (ms - heardMs > apartMs) tones.push(ms);
    heardMs = ms;
  }
  const { ALL_FORMATS, BlobSource, Input, VideoSampleSink } = await import("./decoder.mjs");
  const input = new Input({ source: new BlobSource(film), formats: ALL_FORMATS });
  const canvas = new OffscreenCanvas(player.videoWidth, player.videoHeight);
  const on = canvas.getContext("2d", { willReadFrequently: true });
  /** Of each frame its moment, and the rows in which something dark is. */
  const seen = [];
  for await (const sample of new VideoSampleSink(await input.getPrimaryVideoTrack()).samples()) {
    sample.draw(on, 0, 0);
    const ms = sample.timestamp * 1_000;
    sample.close();
    // The foot says who speaks.
    const { data } = on.getImageData(0, 0, canvas.width, Math.floor(canvas.height * 0.9));
    const rows = new Set();
    for (let at = 0; at < data.length; at += 4) if (data[at] < 200) rows.add(Math.floor(at / 4 / canvas.width));
    seen.push({ ms, rows });
  }
  // Strokes lie below one another in the end: each is there from the first frame on in which its rows have something.
  const bands = [];
  for (const row of [...seen.at(-1).rows].sort((a, b) => a - b)) {
    if (row - (bands.at(-1)?.at(-1) ?? -Infinity) > apartRows) bands.push([row]);
    else bands.at(-1).push(row);
  }
  const strokes = bands.map((band) => seen.find(({ rows }) => band.some((row) => rows.has(row))).ms);
  return {
    durationMs: player.duration * 1_000,
    soundMs: sound.duration * 1_000,
    size: [player.videoWidth, player.videoHeight],
    bytes: film.size,
    frames: seen.map(({ ms }) => ms),
    strokes,
    tones,
  };
}
