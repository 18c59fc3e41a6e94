/** Pages and layers as events make them: the same vectors as the server's fold, `tests/vectors/pages.json`. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pageOf } from "../../../src/client/replica/arrangement.ts";
import { applyLogged, boardOf, EMPTY_BOARD } from "../../../src/client/replica/board.ts";
import type { Layer, LoggedOperation, Page } from "../../../src/client/wire.ts";

interface Scenario {
  readonly name: string;
  readonly events: readonly (readonly LoggedOperation[])[];
  readonly pages: readonly Page[];
  readonly layers: readonly Layer[];
  readonly elements?: readonly string[];
}

const VECTORS = new URL("../../../../tests/vectors/pages.json", import.meta.url);
const { scenarios } = JSON.parse(readFileSync(VECTORS, "utf8")) as { scenarios: Scenario[] };

const named = (layer: Layer): Layer => ({ ...layer, page: pageOf(layer) });

for (const { name, events, pages, layers, elements = [] } of scenarios) {
  test(`[PG-1][PG-3] ${name}`, () => {
    const board = events.reduce((before, ops) => applyLogged(before, ops, 1), EMPTY_BOARD);
    expect(board.pages).toEqual(pages);
    expect(board.layers.map(named)).toEqual(layers.map(named));
    expect([...board.elements.keys()]).toEqual(elements);
  });
}

test("[PG-3] a board that tells no pages has those that its layers name", () => {
  const layers = [{ id: "a", page: 12 }, { id: "b" }, { id: "c", page: 2 }] as Layer[];
  expect(boardOf({ layers, elements: {} }).pages).toEqual([{ id: "p1" }, { id: "p2" }, { id: "p12" }]);
});
