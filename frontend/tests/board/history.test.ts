import { expect, test } from "vitest";
import { UndoHistory } from "../../src/board/history.ts";
import { applyOperations, EMPTY_BOARD, type Board } from "../../src/client/board.ts";
import type { Element, Operation } from "../../src/client/wire.ts";

const RECT: Element = { id: "r", layer: "base", type: "rect", x: 0, y: 0, w: 10, h: 10 };

function done(history: UndoHistory, board: Board, ...ops: Operation[]): Board {
  history.begin(board);
  history.record(board, ops);
  const after = applyOperations(board, ops, 1);
  history.end(after);
  return after;
}

test("[BD-11] undo of drawing removes it, and redo brings it back", () => {
  const history = new UndoHistory();
  const drawn = done(history, EMPTY_BOARD, { op: "put", element: RECT });
  const undo = history.undo(drawn);
  expect(undo).toEqual([{ op: "remove", ids: ["r"] }]);
  const empty = applyOperations(drawn, undo!, 1);
  expect(history.redo(empty)).toEqual([{ op: "put", element: RECT }]);
});

test("[BD-11] undo of a move leaves alone what another has changed since", () => {
  const history = new UndoHistory();
  const drawn = applyOperations(EMPTY_BOARD, [{ op: "put", element: RECT }], 1);
  const moved = done(history, drawn, { op: "patch", id: "r", set: { x: 50, y: 60 } });
  const other = applyOperations(moved, [{ op: "patch", id: "r", set: { y: 99 } }], 2);
  expect(history.undo(other)).toEqual([{ op: "patch", id: "r", set: { x: 0 } }]);
});

test("[BD-11] a step that no longer has an effect is passed over", () => {
  const history = new UndoHistory();
  const first = done(history, EMPTY_BOARD, { op: "put", element: RECT });
  const second = done(history, first, { op: "put", element: { ...RECT, id: "s" } });
  const erased = applyOperations(second, [{ op: "remove", ids: ["s"] }], 2);
  expect(history.undo(erased)).toEqual([{ op: "remove", ids: ["r"] }]);
});

test("[BD-11] undo of a clear brings all back, as one step", () => {
  const history = new UndoHistory();
  const both = applyOperations(
    EMPTY_BOARD,
    [
      { op: "put", element: RECT },
      { op: "put", element: { ...RECT, id: "s" } },
    ],
    1,
  );
  const cleared = done(history, both, { op: "clear" });
  const back = applyOperations(cleared, history.undo(cleared)!, 1);
  expect([...back.elements.keys()]).toEqual(["r", "s"]);
  expect(history.canUndo).toBe(false);
});

test("[BD-11] undo of a removed layer restores its place and its elements", () => {
  const history = new UndoHistory();
  const start = applyOperations(
    EMPTY_BOARD,
    [
      { op: "add_layer", layer: { id: "top", name: "Top" } },
      { op: "put", element: RECT },
    ],
    1,
  );
  const removed = done(history, start, { op: "remove_layer", id: "base" });
  const back = applyOperations(removed, history.undo(removed)!, 1);
  expect(back.layers.map((layer) => layer.id)).toEqual(["base", "top"]);
  expect(back.elements.has("r")).toBe(true);
});
