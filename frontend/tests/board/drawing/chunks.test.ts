import { expect, test } from "vitest";
import { Painter } from "../../../src/board/drawing/painting.ts";
import { mayBeSeen } from "../../../src/board/drawing/seeing.ts";
import { stacked } from "../../../src/board/drawing/stacking.ts";
import { strokePath } from "../../../src/board/drawing/outline.ts";
import type { Board } from "../../../src/client/replica/board.ts";
import type { Element, Stroke } from "../../../src/client/wire.ts";

const NONE: ReadonlyMap<string, Element> = new Map();

function stroke(n: number, more: Partial<Stroke> = {}): Stroke {
  return { id: `s${n}`, layer: "base", type: "stroke", x: n * 10, y: 0, points: [0, 0, 0.5, 0, 5, 5, 0.5, 8], ...more };
}

function boardOf(elements: Iterable<Element>): Board {
  return { pages: [{ id: "p1" }], layers: [{ id: "base" }, { id: "top" }] as Board["layers"], elements: new Map([...elements].map((one) => [one.id, one])) };
}

const STROKES = Array.from({ length: 2_000 }, (_, n) => stroke(n));

test("of two thousand strokes, a new one, a changed one and one that is gone leave nearly all parts as they were", () => {
  let board = boardOf(STROKES);
  const painter = new Painter(() => board);
  const shown = (drafts = NONE) => painter.chunks("base", painter.nodes("base", drafts));
  const before = shown();
  expect(before.length).toBeGreaterThan(10);
  expect(shown()).toEqual(before);
  const others = (now: typeof before): number => now.filter((part) => !before.includes(part)).length;
  expect(others(shown(new Map([["s1000", stroke(1_000, { x: 5 })]])))).toBe(1);
  shown();
  expect(others(shown(new Map([["s7", stroke(7, { x: 5 })], ["s1999", stroke(1_999, { x: 5 })]])))).toBeLessThanOrEqual(3);
  board = boardOf([]);
  expect(new Painter(() => board).chunks("base", [])).toEqual([]);
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

test("an order that is kept up to date is the one that sorting gives, whatever changes", () => {
  let chance = 7;
  const next = (most: number): number => (chance = (chance * 16_807) % 2_147_483_647) % most;
  let elements = new Map<string, Element>(STROKES.slice(0, 200).map((one) => [one.id, one]));
  stacked(boardOf(elements.values()));
  for (let round = 0; round < 300; round += 1) {
    elements = new Map(elements);
    for (let n = next(4); n >= 0; n -= 1) {
      const id = `s${next(260)}`;
      const z = ["a0", "a1", "Zz"][next(3)]!;
      if (next(3) === 0) elements.delete(id);
      else elements.set(id, { ...stroke(next(9)), id, z, layer: ["base", "top", "gone"][next(3)]! });
    }
    const board = boardOf(elements.values());
    const kept = stacked(board);
    // Many changes at once are sorted anew.
    stacked(boardOf(STROKES.slice(300)));
    const anew = stacked(boardOf(elements.values()));
    for (const layer of ["base", "top"]) expect(kept.get(layer)!.map(({ id }) => id)).toEqual(anew.get(layer)!.map(({ id }) => id));
    stacked(board);
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
