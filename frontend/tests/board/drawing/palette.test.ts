import { expect, test } from "vitest";
import { paint, paintFill, SWATCHES, tint } from "../../../src/board/drawing/palette.ts";

/** The colours of both themes that a paint has. */
function themes(painted: string): readonly string[] {
  return /^light-dark\((.*), (.*)\)$/.exec(painted)?.slice(1) ?? [painted, painted];
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => (Number.parseInt(hex.slice(at, at + 2), 16) / 255) ** 2.2);
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

test("colours of the palette follow the theme", () => {
  for (const { name, hex } of SWATCHES) expect(paint(hex)).toBe(`var(--board-${name})`);
  expect(paint("transparent")).toBe("none");
});

test.each(["#000000", "#000", "#111111", "#0000ff", "#1e1e1f", "#300", "#00000080", "#0008"])(
  "ink that the dark would swallow is lighter there, and as it is in the light: %s",
  (color) => {
    const [light, dark] = themes(paint(color));
    expect(light).toBe(color);
    expect(luminance(dark!)).toBeGreaterThan(0.18);
    expect(dark!.length).toBe(color.length === 9 || color.length === 5 ? 9 : 7);
  },
);

test.each(["#ffffff", "#ff7b7b", "#69d17f", "nonsense"])("ink that is seen in both stays: %s", (color) => {
  expect(paint(color)).toBe(color);
});

test("light fillings are dark in the dark, or light ink on them would not be seen", () => {
  for (const { hex } of SWATCHES) {
    const [light, dark] = themes(paintFill(tint(hex)));
    expect(light).toBe(tint(hex));
    expect(luminance(dark!)).toBeLessThan(0.15);
  }
  expect(paintFill("#123456")).toBe("#123456");
  expect(paintFill("transparent")).toBe("none");
});
