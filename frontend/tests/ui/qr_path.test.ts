import jsQR from "jsqr";
import { describe, expect, test } from "vitest";
import { qrPath } from "../../src/ui/qr_path.ts";

const SCALE = 4;

/** Draws the path as a phone would see it, and reads it with another program than it was made with. */
function scanned(text: string): string | null {
  const { size, path } = qrPath(text);
  const side = size * SCALE;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let dy = 0; dy < SCALE; dy += 1) {
      for (let dx = 0; dx < SCALE; dx += 1) {
        pixels.fill(0, ((Number(y) * SCALE + dy) * side + Number(x) * SCALE + dx) * 4, ((Number(y) * SCALE + dy) * side + Number(x) * SCALE + dx) * 4 + 3);
      }
    }
  }
  return jsQR(pixels, side, side)?.data ?? null;
}

describe("a code that a phone reads", () => {
  test.each([
    "http://127.0.0.1:8765/join/algebra#code=7KQXM2PA",
    `https://lessons.example.org/school/a/join/${"x".repeat(64)}#code=7KQXM2PA`,
    "https://приклад.укр/урок#code=7KQXM2PA",
  ])("%s", (link) => {
    expect(scanned(link)).toBe(link);
  });

  test("has the quiet zone that the standard asks for", () => {
    const { size, path } = qrPath("a");
    const xs = [...path.matchAll(/M(\d+) (\d+)/g)].flatMap(([, x, y]) => [Number(x), Number(y)]);
    expect([Math.min(...xs), Math.max(...xs)]).toEqual([4, size - 5]);
  });
});
