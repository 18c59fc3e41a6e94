// Writes tests/lessonroom/board/drawing/outline_vectors.json: what the npm package perfect-freehand makes of
// strokes of every kind. Run it from the project's root after `npm ci` in frontend/:
//     node scripts/make_outline_vectors.mjs

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(resolve("frontend/package.json"));
const entry = resolve("frontend/node_modules/perfect-freehand/dist/esm/index.mjs");
const { getStroke } = await import(pathToFileURL(entry).href);
const { version } = JSON.parse(
  readFileSync(require.resolve("perfect-freehand").replace(/dist.*$/, "package.json"), "utf8"),
);

// A generator of its own, so that the same strokes come out on every machine.
let state = 20261122;
function chance() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

function wandering(count, step) {
  const points = [];
  let [x, y, angle] = [chance() * 800, chance() * 600, chance() * 6];
  for (let n = 0; n < count; n += 1) {
    angle += (chance() - 0.5) * 1.2;
    x += Math.cos(angle) * step * (0.2 + chance());
    y += Math.sin(angle) * step * (0.2 + chance());
    points.push([short(x), short(y), short(0.2 + 0.7 * chance())]);
  }
  return points;
}

function short(value) {
  return Math.round(value * 100) / 100;
}

const line = (count, dx, dy, pressure = 0.5) =>
  Array.from({ length: count }, (_, n) => [n * dx, n * dy, pressure]);

const strokes = {
  "a dot": [[10, 20, 0.5]],
  "a heavy dot": [[10, 20, 0.9]],
  "a dot far out": [[-9999999, 9999999, 0.3]],
  "two points": [[0, 0, 0.5], [30, 40, 0.5]],
  "two points with pressure": [[0, 0, 0.2], [30, 40, 0.9]],
  "the same point twice": [[5, 5, 0.5], [5, 5, 0.5]],
  "the same point again and again": line(6, 0, 0, 0.7),
  "three points": [[0, 0, 0.5], [10, 0, 0.5], [20, 10, 0.5]],
  "less than its own width": [[0, 0, 0.5], [0.4, 0.1, 0.5], [0.8, 0.3, 0.5], [1, 1, 0.5]],
  "a straight line": line(30, 4, 0),
  "fast": line(20, 60, 25),
  "slow": line(80, 0.3, 0.2),
  "there and back": [...line(12, 8, 0), ...line(12, 8, 0).reverse()],
  "there and back at once": [[0, 0, 0.5], [50, 0, 0.5], [0, 0, 0.5], [50, 0, 0.5], [0, 0, 0.5]],
  "a zigzag": Array.from({ length: 24 }, (_, n) => [n * 5, n % 2 ? 40 : 0, 0.3 + (n % 5) / 10]),
  "a square": [[0, 0, 0.6], [50, 0, 0.6], [50, 50, 0.6], [0, 50, 0.6], [0, 0, 0.6]],
  "a pause": [...line(10, 5, 3), ...Array(8).fill([45, 27, 0.4]), [60, 40, 0.4], [90, 50, 0.6]],
  "no pressure at all": line(15, 6, 2, 0),
  "full pressure": line(15, 6, 2, 1),
  "ends close to the end": [...line(15, 6, 2), [84.5, 28.2, 0.5], [85, 28.4, 0.5]],
  "a circle": Array.from({ length: 60 }, (_, n) => [
    short(100 + 40 * Math.cos(n / 9)),
    short(100 + 40 * Math.sin(n / 9)),
    short(0.5 + 0.3 * Math.sin(n / 5)),
  ]),
};
for (const [n, step] of [1, 3, 8, 20, 50].entries()) {
  strokes[`wandering ${n + 1}`] = wandering(40 + n * 15, step);
}

const pens = [
  { size: 3.2, thinning: 0.6, smoothing: 0.5, streamline: 0.35, simulatePressure: false },
  { size: 3.2, thinning: 0.35, smoothing: 0.5, streamline: 0.35, simulatePressure: true },
  { size: 22.4, thinning: 0.6, smoothing: 0.5, streamline: 0.35, simulatePressure: false },
  { size: 16, thinning: 0, smoothing: 0.2, streamline: 0.8, simulatePressure: true },
];

const vectors = [];
for (const [name, points] of Object.entries(strokes)) {
  for (const pen of pens) {
    vectors.push({ name, points, pen, outline: getStroke(points, { ...pen, last: true }) });
  }
}
const file = "tests/lessonroom/board/drawing/outline_vectors.json";
const rows = vectors.map((vector) => JSON.stringify(vector)).join(",\n");
writeFileSync(file, `{"perfect-freehand": "${version}", "vectors": [\n${rows}\n]}\n`);
console.log(`${vectors.length} outlines by perfect-freehand ${version} in ${file}`);
