import { pageOf } from "../../../src/client/replica/arrangement.ts";
import { expect, test } from "vitest";
import "../../../src/board/editing/taking_back.ts";
import { UndoHistory } from "../../../src/board/editing/history.ts";
import { applyOperations, EMPTY_BOARD, type Board } from "../../../src/client/replica/board.ts";
import type { Element, Operation } from "../../../src/client/wire.ts";

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
  const undo = history.undo(drawn)?.ops;
  expect(undo).toEqual([{ op: "remove", ids: ["r"] }]);
  const empty = applyOperations(drawn, undo!, 1);
  expect(history.redo(empty)?.ops).toEqual([{ op: "put", element: RECT }]);
});

test("[BD-11] undo of a move leaves alone what another has changed since", () => {
  const history = new UndoHistory();
  const drawn = applyOperations(EMPTY_BOARD, [{ op: "put", element: RECT }], 1);
  const moved = done(history, drawn, { op: "patch", id: "r", set: { x: 50, y: 60 } });
  const other = applyOperations(moved, [{ op: "patch", id: "r", set: { y: 99 } }], 2);
  expect(history.undo(other)?.ops).toEqual([{ op: "patch", id: "r", set: { x: 0 } }]);
});

test("[BD-11] a step that no longer has an effect is passed over", () => {
  const history = new UndoHistory();
  const first = done(history, EMPTY_BOARD, { op: "put", element: RECT });
  const second = done(history, first, { op: "put", element: { ...RECT, id: "s" } });
  const erased = applyOperations(second, [{ op: "remove", ids: ["s"] }], 2);
  expect(history.undo(erased)?.ops).toEqual([{ op: "remove", ids: ["r"] }]);
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
  const back = applyOperations(cleared, history.undo(cleared)!.ops, 1);
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
  const back = applyOperations(removed, history.undo(removed)!.ops, 1);
  expect(back.layers.map((layer) => layer.id)).toEqual(["base", "top"]);
  expect(back.elements.has("r")).toBe(true);
});

test("[BD-11] a step is as many changes to the room as it was submitted in; a stroke is one", () => {
  const history = new UndoHistory();
  const stroke: Element = { id: "s", layer: "base", type: "stroke", points: [0, 0, 0.5, 0] };
  let board = EMPTY_BOARD;
  const submit = (op: Operation): void => {
    history.record(board, [op]);
    board = applyOperations(board, [op], 1);
  };
  history.begin(board);
  submit({ op: "put", element: stroke });
  submit({ op: "append", id: "s", at: 1, points: [1, 1, 0.5, 8] });
  submit({ op: "append", id: "s", at: 2, points: [2, 2, 0.5, 8] });
  history.end(board);
  history.begin(board);
  submit({ op: "put", element: RECT });
  submit({ op: "remove", ids: ["s"] });
  history.end(board);
  const back = history.undo(board)!;
  expect(back.inRoom).toBe(2);
  expect(history.undo(applyOperations(board, back.ops, 1))?.inRoom).toBe(1);
});

test("[BD-11] what a room that was opened anew has forgotten is taken back by operations", () => {
  const history = new UndoHistory();
  const drawn = done(history, EMPTY_BOARD, { op: "put", element: RECT });
  history.forgetRoom();
  const later = done(history, drawn, { op: "put", element: { ...RECT, id: "s" } });
  expect(history.undo(later)?.inRoom).toBe(1);
  expect(history.undo(drawn)).toMatchObject({ ops: [{ op: "remove", ids: ["r"] }], inRoom: 0 });
});

test("[BD-11] what the room got in other steps is taken back here, the gesture going on as well", () => {
  const history = new UndoHistory();
  let board = EMPTY_BOARD;
  const submit = (op: Operation): void => {
    history.record(board, [op]);
    board = applyOperations(board, [op], 1);
  };
  history.begin(board);
  submit({ op: "put", element: RECT });
  history.end(board);
  history.begin(board);
  submit({ op: "patch", id: RECT.id, set: { x: 5 } });
  history.forgetRoom();
  submit({ op: "patch", id: RECT.id, set: { x: 6 } });
  history.end(board);
  const back = history.undo(board)!;
  expect(back.inRoom).toBe(0);
  expect(history.undo(applyOperations(board, back.ops, 1))?.inRoom).toBe(0);
});

test("[BD-11] after a stroke that was withdrawn the room's steps are not counted on", () => {
  const history = new UndoHistory();
  const drawn = done(history, EMPTY_BOARD, { op: "put", element: RECT });
  const other = { ...RECT, id: "palm" };
  const withdrawn = done(history, drawn, { op: "put", element: other }, { op: "remove", ids: ["palm"] });
  expect(history.undo(withdrawn)).toMatchObject({ ops: [{ op: "remove", ids: ["r"] }], inRoom: 0 });
});

const PAGED = applyOperations(
  EMPTY_BOARD,
  [
    { op: "add_page", page: { id: "two", title: "Second" }, layer: { id: "low" } },
    { op: "add_layer", layer: { id: "high", page: "two", visible: false } },
    { op: "put", element: { ...RECT, id: "a", layer: "low" } },
    { op: "put", element: { ...RECT, id: "b", layer: "high" } },
    { op: "put", element: RECT },
  ],
  1,
);

test.each<[string, Operation]>([
  ["add_page", { op: "add_page", page: { id: "new" }, at: 0 }],
  ["patch_page", { op: "patch_page", id: "two", set: { size: [794, 1123] }, unset: ["title"] }],
  ["remove_page", { op: "remove_page", id: "two" }],
  ["remove_page, the first", { op: "remove_page", id: "p1" }],
  ["reorder_pages", { op: "reorder_pages", order: ["two", "p1"] }],
  ["clear of a page", { op: "clear", page: "two" }],
  ["a layer to another page", { op: "patch_layer", id: "high", set: { page: "p1" } }],
])("[BD-11][PG-1] undo and redo of %s", (_, op) => {
  const history = new UndoHistory();
  const after = done(history, PAGED, op);
  expect(after).not.toEqual(PAGED);
  const back = applyOperations(after, history.undo(after)!.ops, 1);
  expect(back.pages).toEqual(PAGED.pages);
  expect(back.layers.map((layer) => [layer.id, pageOf(layer)])).toEqual(
    PAGED.layers.map((layer) => [layer.id, pageOf(layer)]),
  );
  expect([...back.elements.keys()].sort()).toEqual([...PAGED.elements.keys()].sort());
  const again = applyOperations(back, history.redo(back)!.ops, 1);
  expect(again.pages).toEqual(after.pages);
  expect([...again.elements.keys()].sort()).toEqual([...after.elements.keys()].sort());
});

test("[BD-11][PG-1] a page that somebody else draws on stays where its adding is undone", () => {
  const history = new UndoHistory();
  const added = done(history, PAGED, { op: "add_page", page: { id: "new" } });
  const used = applyOperations(added, [{ op: "put", element: { ...RECT, id: "theirs", layer: "new" } }], 2);
  expect(history.undo(used)).toBeNull();
});

test("[BD-11][PG-10] pages that came together are one step", () => {
  const history = new UndoHistory();
  const came = applyOperations(
    EMPTY_BOARD,
    ["one", "two"].map((id) => ({ op: "add_page" as const, page: { id }, layer: { id, name: id, page: id } })),
    1,
  );
  history.came(["one", "two"], came);
  const back = history.undo(came)!;
  expect(back.inRoom).toBe(1);
  expect(applyOperations(came, back.ops, 1).pages.map(({ id }) => id)).toEqual(["p1"]);
});

test("[BD-11][PG-2] a page that the room has copied is a step like any other, and all below it are as they were", () => {
  const history = new UndoHistory();
  const drawn = done(history, EMPTY_BOARD, { op: "put", element: RECT });
  const layer = { id: "over", name: "Over", page: "copy", locked: true };
  const copied = applyOperations(
    drawn,
    [{ op: "add_page", page: { id: "copy" }, layer }, { op: "put", element: { ...RECT, id: "s", layer: "over" } }],
    1,
  );
  history.came(["copy"], copied);
  const back = history.undo(copied)!;
  expect(back.inRoom).toBe(1);
  const left = applyOperations(copied, back.ops, 1);
  expect([left.pages.map(({ id }) => id), left.layers.map(({ id }) => id)]).toEqual([["p1"], ["base"]]);
  expect([...left.elements.keys()]).toEqual(["r"]);
  const again = applyOperations(left, history.redo(left)!.ops, 1);
  expect(again.pages.map(({ id }) => id)).toEqual(["p1", "copy"]);
  expect(again.elements.get("s")?.layer).toBe("over");
  history.undo(again);
  expect(history.undo(left)).toMatchObject({ ops: [{ op: "remove", ids: ["r"] }], inRoom: 1 });
});

const NOTE: Element = { id: "card", layer: "base", type: "note", x: 0, y: 0, w: 80, h: 60, text: "2x = 6" };

test("[BD-11] a card that somebody has moved since stays where they left it, and redo does not take it back", () => {
  const history = new UndoHistory();
  const first = done(history, EMPTY_BOARD, { op: "put", element: NOTE });
  const second = done(history, first, { op: "put", element: { ...NOTE, id: "copy", x: 16 } });
  const sorted = applyOperations(second, [{ op: "patch", id: "copy", set: { x: 300, y: 200 } }], 2);
  const undo = history.undo(sorted)!.ops;
  expect(undo).toEqual([{ op: "remove", ids: ["card"] }]);
  const left = applyOperations(sorted, undo, 1);
  const again = applyOperations(left, history.redo(left)!.ops, 1);
  expect(again.elements.get("copy")).toMatchObject({ x: 300, y: 200 });
  expect(again.elements.get("card")).toMatchObject({ x: 0, y: 0 });
});

test("[BD-11] what was taken back comes again as it was then, with what others made of it", () => {
  const history = new UndoHistory();
  const drawn = applyOperations(EMPTY_BOARD, [{ op: "put", element: NOTE }], 1);
  const moved = done(history, drawn, { op: "patch", id: "card", set: { x: 50, y: 60 } });
  const theirs = applyOperations(moved, [{ op: "patch", id: "card", set: { y: 99 } }], 2);
  const back = applyOperations(theirs, history.undo(theirs)!.ops, 1);
  expect(back.elements.get("card")).toMatchObject({ x: 0, y: 99 });
  expect(history.redo(back)!.ops).toEqual([{ op: "patch", id: "card", set: { x: 50 } }]);
});

test("[BD-11] a page with a card on it that somebody has moved stays", () => {
  const history = new UndoHistory();
  const layer = { id: "cards", name: "Cards", page: "copy" };
  const copied = applyOperations(
    EMPTY_BOARD,
    [{ op: "add_page", page: { id: "copy" }, layer }, { op: "put", element: { ...NOTE, layer: "cards" } }, { op: "put", element: { ...NOTE, id: "other", layer: "cards" } }],
    1,
  );
  history.came(["copy"], copied);
  const sorted = applyOperations(copied, [{ op: "patch", id: "card", set: { x: 300 } }], 2);
  const left = applyOperations(sorted, history.undo(sorted)!.ops, 1);
  expect(left.pages.map(({ id }) => id)).toEqual(["p1", "copy"]);
  expect([...left.elements.keys()]).toEqual(["card"]);
});

test("[BD-11] a colour that was taken back is gone, and so is then what was drawn", () => {
  const history = new UndoHistory();
  const drawn = done(history, EMPTY_BOARD, { op: "put", element: { ...RECT, style: { width: 4 } } });
  const red = done(history, drawn, { op: "patch", id: "r", set: { style: { color: "#ff0000" } } });
  const undo = history.undo(red)!.ops;
  expect(undo).toEqual([{ op: "patch", id: "r", set: {}, unset: ["style.color"] }]);
  const plain = applyOperations(red, undo, 1);
  expect(history.undo(plain)!.ops).toEqual([{ op: "remove", ids: ["r"] }]);
});

test("[BD-11][BD-25] a cell that was taken back is empty, and so a table goes that nobody else wrote in", () => {
  const history = new UndoHistory();
  const lines = { cols: [{ id: "a", size: 60 }], rows: [{ id: "1", size: 40 }] };
  const table = { id: "t", layer: "base", type: "table", x: 0, y: 0, ...lines } as Element;
  const drawn = done(history, EMPTY_BOARD, { op: "put", element: table });
  const written = done(history, drawn, { op: "patch", id: "t", set: { cells: { "1:a": "x" } } });
  const undo = history.undo(written)!.ops;
  expect(undo).toEqual([{ op: "patch", id: "t", set: { cells: { "1:a": "" } } }]);
  const plain = applyOperations(written, undo, 1);
  expect(history.undo(plain)!.ops).toEqual([{ op: "remove", ids: ["t"] }]);
});

test("[BD-11] what is taken back says on which pages it is seen; a page that goes is none of them", () => {
  const history = new UndoHistory();
  const layer = { id: "over", name: "Over", page: "p2" };
  const paged = done(history, EMPTY_BOARD, { op: "add_page", page: { id: "p2" }, layer });
  const drawn = done(history, paged, { op: "put", element: { ...RECT, layer: "over" } });
  const squared = done(history, drawn, { op: "patch_page", id: "p1", set: { title: "One" } });
  const [title, drawing, page] = [history.undo(squared)!, history.undo(drawn)!, history.undo(paged)!];
  expect([title.pages, drawing.pages, page.pages]).toEqual([["p1"], ["p2"], []]);
  expect(history.redo(EMPTY_BOARD)!.pages).toEqual(["p2"]);
  expect(history.redo(paged)!.pages).toEqual(["p2"]);
});
