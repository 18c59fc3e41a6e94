import { expect, test } from "vitest";
import { NOTE_FILL, SWATCHES, tint, WIDTHS } from "../../../src/board/drawing/palette.ts";
import { common, looksOf, pressedAs, restyled } from "../../../src/board/editing/styling.ts";
import type { Element, Style } from "../../../src/client/wire.ts";

const [INK, RED, BLUE] = ["#1e1e1e", "#e03131", "#1971c2"] as const;
const box = { id: "e", layer: "base", x: 0, y: 0, w: 10, h: 10 };
const KINDS: Readonly<Record<string, Element>> = {
  stroke: { id: "e", layer: "base", type: "stroke", points: [0, 0, 0.5, 0] },
  highlighter: { id: "e", layer: "base", type: "stroke", brush: "highlighter", points: [0, 0, 0.5, 0] },
  line: { id: "e", layer: "base", type: "line", x1: 0, y1: 0, x2: 1, y2: 1 },
  hollow: { ...box, type: "rect" },
  filled: { ...box, type: "ellipse", style: { color: RED, fill: tint(RED) } },
  text: { id: "e", layer: "base", type: "text", x: 0, y: 0, text: "a" },
  note: { ...box, type: "note", text: "a", style: { color: INK, fill: NOTE_FILL } },
};

test.each<[string, Style | null]>([
  ["stroke", { color: BLUE }],
  ["line", { color: BLUE }],
  ["hollow", { color: BLUE }],
  ["filled", { color: BLUE, fill: tint(BLUE) }],
  ["text", { color: BLUE }],
  ["note", { fill: tint(BLUE) }],
])("a colour goes on all that a %s has of it", (kind, style) => {
  expect(restyled(KINDS[kind]!, { color: BLUE })).toEqual(style);
});

test.each<[string, Style | null]>([
  ["stroke", { width: 8 }],
  ["highlighter", { width: 32 }],
  ["line", { width: 8 }],
  ["text", { font_size: 36 }],
  ["note", { font_size: 36 }],
])("a width does to a %s what it does to one that is drawn anew", (kind, style) => {
  expect(restyled(KINDS[kind]!, { width: 8 })).toEqual(style);
});

test("only shapes are filled, in the colour that they have", () => {
  expect(restyled(KINDS["hollow"]!, { isFilled: true })).toEqual({ fill: tint(INK) });
  expect(restyled(KINDS["filled"]!, { isFilled: false })).toEqual({ fill: "transparent" });
  expect(restyled(KINDS["line"]!, { isFilled: true })).toBeNull();
  const picture: Element = { ...box, type: "image", asset: "ab".repeat(32) };
  expect(restyled(picture, { color: RED, width: 4, isFilled: true })).toBeNull();
});

test("whatever was chosen is what is shown as chosen", () => {
  for (const element of Object.values(KINDS)) {
    for (const { hex } of SWATCHES) {
      for (const width of WIDTHS) {
        const style = { ...element.style, ...restyled(element, { color: hex, width }) };
        const looks = looksOf([{ ...element, style } as Element]);
        expect([common(looks.color), common(looks.width)]).toEqual([hex, width]);
      }
    }
  }
});

test("what all have is pressed, what some have is mixed", () => {
  const blue = { ...KINDS["line"]!, style: { color: BLUE, width: 4 } } as Element;
  const wide = { ...KINDS["hollow"]!, style: { color: BLUE, width: 8 } } as Element;
  const { color, width, isFilled } = looksOf([blue, wide]);
  expect([BLUE, RED].map((one) => pressedAs(color, one))).toEqual([true, false]);
  expect([4, 8, 14].map((one) => pressedAs(width, one))).toEqual(["mixed", "mixed", false]);
  expect([common(color), common(width), common(isFilled)]).toEqual([BLUE, null, false]);
  const shapes = looksOf([wide, KINDS["filled"]!]);
  expect([pressedAs(shapes.isFilled, true), pressedAs(shapes.color, RED)]).toEqual(["mixed", "mixed"]);
  expect(looksOf([])).toEqual({ color: new Set(), width: new Set(), isFilled: new Set() });
});
