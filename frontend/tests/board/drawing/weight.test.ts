import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dashesFor, heaviest, PAINTED, weightOf } from "../../../src/board/drawing/weight.ts";
import { Painter, SLICE } from "../../../src/board/drawing/painting.ts";
import { STYLE_DEFAULTS, type Board } from "../../../src/client/replica/board.ts";
import type { Element, Stroke } from "../../../src/client/wire.ts";

const NONE: ReadonlyMap<string, Element> = new Map();

function board(elements: readonly Element[]): Board {
  return { pages: [{ id: "p1" }], layers: [{ id: "base" }] as Board["layers"], elements: new Map(elements.map((element) => [element.id, element])) };
}

function handwriting(n: number, count = 60): Stroke {
  const points: number[] = [];
  for (let at = 0; at < count; at += 1) points.push(at * 2, 10 * Math.sin(at / 4), 0.5, 8);
  return { id: `s${n}`, layer: "base", type: "stroke", x: n, y: n, points };
}

function zigzag(n: number, reach = 5_000): Stroke {
  const points: number[] = [];
  for (let at = 0; at < 10_000; at += 1) points.push(at % 2 ? reach : 0, at / 10, 0.5, 0);
  return { id: `z${n}`, layer: "base", type: "stroke", points };
}

function many<T>(count: number, one: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => one(n));
}

const VECTORS = JSON.parse(
  readFileSync(new URL("../../../../tests/lessonroom/board/drawing/weight_vectors.json", import.meta.url), "utf8"),
) as { element: object; painting: number }[];

test.each(VECTORS)("[WEB export] an element weighs what it does in exports: %#", ({ element, painting }) => {
  expect(weightOf({ id: "e", layer: "base", ...element } as Element).painting).toBeCloseTo(painting, 3);
});

test("[P16] the fullest board of handwriting is painted whole", () => {
  expect(heaviest(many(10_000, (n) => handwriting(n, 250)))).toBe(Infinity);
});

test.each<[string, number, (n: number) => Element]>([
  ["zigzags over the screen", 260, zigzag],
  ["turns on one spot", 260, (n) => zigzag(n, 1)],
  ["sheets that cover all", 10_000, (n) => ({ id: `r${n}`, layer: "base", type: "rect", x: -1e7, y: -1e7, w: 1e7, h: 1e7, style: { fill: "red" } })],
  ["dashes", 10_000, (n) => ({ id: `e${n}`, layer: "base", type: "ellipse", x: 0, y: 0, w: 500, h: 400, style: { dash: "dotted", width: 0.2 } })],
  ["pictures", 10_000, (n) => ({ id: `i${n}`, layer: "base", type: "image", x: 0, y: 0, w: 1e7, h: 1e7, asset: "ab".repeat(32) })],
  ["pages of text", 2_000, (n) => ({ id: `t${n}`, layer: "base", type: "text", x: 0, y: 0, w: 1_000, text: "word ".repeat(2_000) })],
])("[P16] %s are framed past what a page can paint, handwriting beside them is not", (_, count, hostile) => {
  const elements = [...many(count, hostile), ...many(500, (n) => handwriting(n))];
  const limit = heaviest(elements);
  const painted = elements.filter((element) => weightOf(element).painting < limit);
  expect(painted.reduce((sum, element) => sum + weightOf(element).painting, 0)).toBeLessThanOrEqual(PAINTED);
  expect(painted.filter(({ id }) => id.startsWith("s"))).toHaveLength(500);
  expect(painted.length).toBeLessThan(elements.length);
  const nodes = new Painter(() => board(elements)).nodes("base", NONE);
  expect(nodes.length).toBeGreaterThan(0);
});

test("[P16] a line with more dashes than anybody sees is drawn whole", () => {
  const style = { ...STYLE_DEFAULTS, dash: "dashed", width: 0.01 } as const;
  expect(dashesFor(2e7, style)).toBeUndefined();
  expect(dashesFor(300, style)).toEqual([0.04, 0.03]);
  expect(dashesFor(300, { ...style, width: 0 })).toBeUndefined();
  expect(dashesFor(300, { ...style, dash: "solid" })).toBeUndefined();
});

test.each<Partial<Stroke>>([
  { points: [0, 0, 0.5, 0] },
  { points: [1e7, -1e7, 1, 1e7, -1e7, 1e7, 0, 0], scale_x: 1e7, scale_y: -1e7 },
  { points: many(400, (n) => (n % 4 === 2 ? 0.5 : 0)) },
  { points: [0, 0, 0.5, 0, 1e-9, 0, 0.5, 0], style: { width: 1e-9, dash: "dotted" }, brush: "highlighter" },
])("a weight is a finite number, whatever is sent: %#", (fields) => {
  const { making, painting } = weightOf({ id: "s", layer: "base", type: "stroke", points: [], ...fields });
  expect(Number.isFinite(making + painting)).toBe(true);
  expect(Math.min(making, painting)).toBeGreaterThan(0);
});

test("[P16] a board opens in slices, and all of it is there in the end", () => {
  const elements = many(10_000, (n) => handwriting(n));
  const painter = new Painter(() => board(elements));
  let rounds = 0;
  let shown = 0;
  do {
    painter.begin();
    const before = shown;
    shown = painter.nodes("base", NONE).length;
    const made = elements.slice(0, shown - before).reduce((sum, element) => sum + weightOf(element).making, 0);
    expect(made).toBeLessThanOrEqual(SLICE);
    rounds += 1;
  } while (painter.isBehind);
  expect(shown).toBe(elements.length);
  expect(rounds).toBeGreaterThan(3);
  painter.begin();
  expect(painter.nodes("base", NONE)).toHaveLength(elements.length);
  expect(painter.isBehind).toBe(false);
});

test("[P16] what weighs more than a slice has one of its own", () => {
  const painter = new Painter(() => board(many(3, (n) => zigzag(n, 100))), Infinity);
  const counts = many(12, () => {
    painter.begin();
    return painter.nodes("base", NONE).length;
  });
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts.at(-1)).toBe(3);
});

test("hidden layers weigh nothing, and who is being edited is not shown", () => {
  const heavy = many(260, zigzag).map((element) => ({ ...element, layer: "away" }));
  const one = handwriting(1);
  const hidden: Board = {
    pages: [{ id: "p1" }],
    layers: [{ id: "base" }, { id: "away", visible: false }] as Board["layers"],
    elements: new Map([...heavy, one].map((element) => [element.id, element])),
  };
  const painter = new Painter(() => hidden);
  expect(painter.nodes("base", NONE)).toHaveLength(1);
  expect(painter.nodes("base", NONE, new Map([[one.id, []]]))).toHaveLength(0);
});
