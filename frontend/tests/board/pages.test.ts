import { expect, test } from "vitest";
import { pageBoard, type PageBoard } from "../../src/board/pages.ts";
import { applyOperations, EMPTY_BOARD } from "../../src/client/replica/board.ts";
import type { Operation } from "../../src/client/wire.ts";
import { seeded } from "../client/replica/seeded.ts";

const put = (id: string, layer: string, x = 0): Operation => ({ op: "put", element: { id, layer, type: "rect", x, y: 0, w: 1, h: 1 } });

const PAGED = applyOperations(
  EMPTY_BOARD,
  [
    { op: "add_page", page: { id: "p2" }, layer: { id: "second", name: "" } },
    { op: "add_layer", layer: { id: "top", name: "", page: "p2" } },
    put("a", "base"),
    put("b", "second"),
  ],
  1,
);

test("[PG-5] what happens on another page leaves the shown one the very same object", () => {
  const [first, second] = PAGED.pages;
  const shown = pageBoard(PAGED, first!);
  expect([...shown.elements.keys()]).toEqual(["a"]);
  let board = applyOperations(PAGED, [put("c", "second"), put("b", "top", 5)], 1);
  expect(pageBoard(board, first!, shown)).toBe(shown);
  board = applyOperations(board, [put("d", "base")], 1);
  const now = pageBoard(board, first!, shown);
  expect(now).not.toBe(shown);
  expect([...now.elements.keys()]).toEqual(["a", "d"]);
  expect([...pageBoard(board, second!, now).elements.keys()]).toEqual(["b", "c"]);
});

test("[PG-5] a page that is kept up to date is what lies on its layers, however things move between pages", () => {
  const chance = seeded(3);
  const one = <T>(of: readonly T[]): T => of[Math.floor(chance() * of.length)]!;
  let board = PAGED;
  let shown: PageBoard | undefined;
  for (let round = 0; round < 400; round += 1) {
    const id = `e${Math.floor(chance() * 40)}`;
    const layer = one(["base", "second", "top"]);
    const op = one<Operation>([
      put(id, layer, round),
      put(id, layer, round),
      { op: "patch", id, set: { layer } },
      { op: "remove", ids: [id] },
      ...(round % 50 === 0 ? [{ op: "patch_layer", id: "top", set: { page: one(["p1", "p2"]) } } as Operation] : []),
    ]);
    board = applyOperations(board, [op], 1);
    const page = board.pages.find((each) => each.id === (round % 120 < 60 ? "p2" : "p1"))!;
    shown = pageBoard(board, page, shown);
    const anew = pageBoard(board, page);
    expect(shown.layers).toEqual(anew.layers);
    expect(Object.fromEntries(shown.elements)).toEqual(Object.fromEntries(anew.elements));
  }
});
