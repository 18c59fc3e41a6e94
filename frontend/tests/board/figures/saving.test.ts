import { expect, test } from "vitest";
import { saving } from "../../../src/board/figures/saving.ts";
import type { Board } from "../../../src/client/replica/board.ts";
import type { Element, Formula, Graph } from "../../../src/client/wire.ts";

const BASE: Formula = { type: "formula", id: "f", layer: "base", x: 0, y: 10, w: 20, h: 30, tex: "x", outline: "ab".repeat(32), by: 7 };
const MINE = { tex: "y", outline: "cd".repeat(32), w: 25, h: 30 };

function board(...elements: Element[]): Board {
  return { pages: [{ id: "p1" }], layers: [{ id: "base" }], elements: new Map(elements.map((one) => [one.id, one])) } as unknown as Board;
}

test("what is as it was opened becomes what one made of it, in the fields that are others", () => {
  expect(saving(board(BASE), BASE, MINE, "base").ops).toEqual([
    { op: "patch", id: "f", set: { tex: "y", outline: MINE.outline, w: 25 } },
  ]);
});

test("one that another has moved or coloured is still the same", () => {
  const moved = { ...BASE, x: 99, style: { color: "#ff0000" } };
  expect(saving(board(moved), BASE, MINE, "base").ops).toMatchObject([{ op: "patch", id: "f" }]);
});

test("what another has changed stays, and one's own comes below it", () => {
  const theirs = { ...BASE, tex: "z", outline: "ef".repeat(32) };
  const { ops, id } = saving(board(theirs), BASE, MINE, "base");
  expect(ops).toMatchObject([{ op: "put", element: { type: "formula", tex: "y", x: 0, y: 56 } }]);
  expect(id).not.toBe("f");
});

test("what is gone comes back as another element, on a layer that is there", () => {
  const { ops, id } = saving(board(), { ...BASE, layer: "gone" }, MINE, "base");
  expect(ops).toMatchObject([{ op: "put", element: { tex: "y", layer: "base", y: 10 } }]);
  expect(id).not.toBe("f");
});

test("nothing is said where nothing was changed", () => {
  const { tex, outline, w, h } = BASE;
  expect(saving(board(BASE), BASE, { tex, outline, w, h }, "base").ops).toEqual([]);
});

test("a field that is left out because it has its default is no change of somebody else's", () => {
  const base: Graph = { type: "graph", id: "g", layer: "base", x: 0, y: 0, w: 20, h: 30 };
  const defaults = { x_name: "", axes: true };
  expect(saving(board(base), base, { x_name: "t", axes: true }, "base", defaults).ops).toEqual([{ op: "patch", id: "g", set: { x_name: "t" } }]);
  expect(saving(board({ ...base, axes: true }), base, { x_name: "", axes: true }, "base", defaults).ops).toEqual([]);
});
