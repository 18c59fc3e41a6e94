import { expect, test } from "vitest";
import { Painter } from "../../../src/board/drawing/painting.ts";
import { mayBeSeen } from "../../../src/board/drawing/seeing.ts";
import { Cutter, topmost, type Sheet } from "../../../src/board/drawing/sheets.ts";
import { byStack, stacked } from "../../../src/board/drawing/stacking.ts";
import { strokePath } from "../../../src/board/drawing/outline.ts";
import type { Board } from "../../../src/client/replica/board.ts";
import { LayeredMap } from "../../../src/client/replica/layered_map.ts";
import type { Element, Stroke } from "../../../src/client/wire.ts";

const NONE: ReadonlyMap<string, Element> = new Map();

function stroke(n: number, more: Partial<Stroke> = {}): Stroke {
  return { id: `s${n}`, layer: "base", type: "stroke", x: n * 10, y: 0, points: [0, 0, 0.5, 0, 5, 5, 0.5, 8], ...more };
}

function boardOf(elements: Iterable<Element>): Board {
  return { pages: [{ id: "p1" }], layers: [{ id: "base" }, { id: "top" }] as Board["layers"], elements: new Map([...elements].map((one) => [one.id, one])) };
}

const STROKES = Array.from({ length: 2_000 }, (_, n) => stroke(n));

test("of two thousand strokes, a new one, a changed one and one that is gone leave all sheets but theirs as they were", () => {
  const cutter = new Cutter();
  const cut = (elements: Iterable<Element>) => cutter.cut(boardOf(elements));
  const others = (now: readonly Sheet[], before: readonly Sheet[]): number => now.filter((sheet) => !before.includes(sheet)).length;
  const all = (sheets: readonly Sheet[]) => sheets.flatMap(({ runs }) => runs.flatMap(({ elements }) => elements));
  const layers = boardOf([]).layers;
  const of = (elements: readonly Element[]): Board => ({ ...boardOf(elements), layers });
  const before = cutter.cut(of(STROKES));
  expect(before.length).toBeGreaterThan(3);
  expect(before.length).toBeLessThan(30);
  expect(all(before)).toEqual([...STROKES].sort(byStack));
  expect(others(cutter.cut(of([...STROKES])), before)).toBe(0);
  expect(others(cutter.cut(of([...STROKES, stroke(9_999)])), before)).toBeLessThanOrEqual(2);
  cutter.cut(of(STROKES));
  expect(others(cutter.cut(of(STROKES.map((one) => (one.id === "s7" ? { ...one, x: 5 } : one)))), before)).toBe(1);
  expect(others(cutter.cut(of(STROKES.filter(({ id }) => id !== "s7"))), before)).toBeLessThanOrEqual(1);
  expect(cut([])).toHaveLength(1);
});

test("elements of several layers lie in the order of those, wherever sheets are cut; of many there are few", () => {
  const many = Array.from({ length: 20_000 }, (_, n) => stroke(n, { layer: n % 3 ? "base" : "top" }));
  const sheets = new Cutter().cut(boardOf(many));
  const runs = sheets.flatMap((sheet) => sheet.runs);
  const order = runs.flatMap(({ layer, elements }) => elements.map((one) => (expect(one.layer).toBe(layer.id), one)));
  const wanted = ["base", "top"].flatMap((layer) => many.filter((one) => one.layer === layer).sort(byStack));
  expect(order).toEqual(wanted);
  expect(sheets.length).toBeLessThan(40);
  expect(new Set(sheets.map(({ key }) => key)).size).toBe(sheets.length);
});

test("what is under the hand lies above all others only where nothing lies on it", () => {
  const board = boardOf([stroke(1), stroke(2), stroke(3, { layer: "top", z: "a5" })]);
  const drafts = (...all: Stroke[]) => new Map(all.map((one) => [one.id, one]));
  expect([...topmost(board, drafts(stroke(3, { layer: "top", z: "a5" })))]).toEqual(["s3"]);
  expect([...topmost(board, drafts(stroke(2)))]).toEqual([]);
  expect([...topmost(board, drafts(stroke(8, { layer: "top" })))]).toEqual(["s8"]);
  expect([...topmost(board, drafts(stroke(8)))]).toEqual([]);
  // It is moved down a layer just now.
  expect([...topmost(board, drafts(stroke(3)))]).toEqual([]);
  expect([...topmost(boardOf([]), drafts(stroke(8)))]).toEqual(["s8"]);
  expect([...topmost(board, drafts())]).toEqual([]);
});

test("what nobody sees is not drawn; what is turned into view is", () => {
  const board = boardOf(STROKES);
  const nodes = new Painter(() => board).nodes("base", NONE, undefined, { x: 5_000, y: -100, w: 1_000, h: 800 });
  expect(nodes.length).toBeGreaterThan(100);
  expect(nodes.length).toBeLessThan(120);
  const bar: Element = { id: "r", layer: "base", type: "rect", x: 0, y: 0, w: 1_000, h: 10 };
  const below = { x: 450, y: 300, w: 100, h: 100 };
  expect(mayBeSeen(bar, below)).toBe(false);
  expect(mayBeSeen({ ...bar, rotation: 90 }, below)).toBe(true);
});

test("an order that is kept up to date is the one that sorting gives, whatever changes, and however much", () => {
  let chance = 7;
  const next = (most: number): number => (chance = (chance * 16_807) % 2_147_483_647) % most;
  let elements: ReadonlyMap<string, Element> = new Map<string, Element>(STROKES.slice(0, 200).map((one) => [one.id, one]));
  stacked({ ...boardOf([]), elements });
  for (let round = 0; round < 300; round += 1) {
    const draft = round % 20 === 0 ? new LayeredMap(new Map(elements)) : new LayeredMap(elements);
    for (let n = next(round % 10 === 0 ? 150 : 4); n >= 0; n -= 1) {
      const id = `s${next(260)}`;
      const z = ["a0", "a1", "Zz"][next(3)]!;
      if (next(3) === 0) draft.delete(id);
      else draft.set(id, { ...stroke(next(9)), id, z, layer: ["base", "top", "gone"][next(3)]! });
    }
    elements = draft;
    const kept = stacked({ ...boardOf([]), elements });
    for (const layer of ["base", "top"]) {
      const anew = [...elements.values()].filter((one) => one.layer === layer).sort(byStack);
      expect(kept.get(layer)!.map(({ id }) => id)).toEqual(anew.map(({ id }) => id));
    }
  }
});

test("an outline is made once for the same points, however the stroke is moved; not for another width, or more points", () => {
  const one = stroke(1, { points: Array.from({ length: 4_000 }, (_, n) => (n % 4 === 2 ? 0.5 : n)) });
  const path = strokePath(one);
  expect(strokePath({ ...one, x: 500, rotation: 30, style: { color: "#e03131" } })).toBe(path);
  expect(strokePath({ ...one, style: { width: 9 } })).not.toBe(path);
  const growing = [0, 0, 0.5, 0];
  const begun = strokePath(stroke(2, { points: growing }));
  growing.push(50, 50, 0.5, 8);
  expect(strokePath(stroke(2, { points: growing }))).not.toBe(begun);
  expect(strokePath({ ...one, brush: "highlighter" })).not.toBe(path);
});
