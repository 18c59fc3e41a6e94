import { expect, test } from "vitest";
import {
  changedCells,
  emptyTable,
  insertedCol,
  insertedRow,
  keyOf,
  mergedLines,
  tableFromCells,
  withCell,
  withoutRow,
  type TableParts,
} from "../../../src/board/figures/cells.ts";
import { savingTable } from "../../../src/board/figures/saving_tables.ts";
import { tableLayout } from "../../../src/board/drawing/table_layout.ts";
import type { Table } from "../../../src/client/wire.ts";

function texts({ rows, cols, cells }: TableParts): string[][] {
  return rows.map((row) => cols.map((col) => cells[keyOf(row, col)] ?? ""));
}

const LINE = (id: string, size = 40) => ({ id, size });
const TABLE: Table = {
  type: "table",
  id: "t",
  layer: "base",
  x: 10,
  y: 20,
  cols: [LINE("a", 100), LINE("b", 50)],
  rows: [LINE("1"), LINE("2")],
  cells: { "1:a": "x", "2:b": "y" },
  by: 7,
};
const PARTS: TableParts = { rows: TABLE.rows, cols: TABLE.cols, cells: TABLE.cells! };

test("cells of a spreadsheet make a table, with tabs, line ends and quotes in them", () => {
  expect(texts(tableFromCells('x\ty\r\n1\t"a ""b""\nc"\r\n')!)).toEqual([["x", "y"], ["1", 'a "b"\nc']]);
  expect(texts(tableFromCells("1\t2\n3")!)).toEqual([["1", "2"], ["3", ""]]);
  expect(texts(tableFromCells("\t\n\t1")!)).toEqual([["", ""], ["", "1"]]);
});

test.each(["", "one", "two\nlines", "a sentence, with commas", "\t".repeat(30), "x\ty\n".repeat(200)])("%j is no table", (text) => {
  expect(tableFromCells(text)).toBeNull();
});

test("rows and columns come and go, and a table keeps one of each", () => {
  const table = emptyTable(1, 1);
  expect(withoutRow(table, 0)).toBe(table);
  expect(insertedRow(table, 1).rows).toHaveLength(2);
  expect(insertedCol(table, 0).cols[1]).toBe(table.cols[0]);
  const full = emptyTable(38, 26);
  expect(insertedRow(full, 0)).toBe(full);
  expect(insertedCol(full, 0)).toBe(full);
});

test("a cell of a row that is gone is emptied", () => {
  expect(changedCells(PARTS, withoutRow(PARTS, 0))).toEqual({ "1:a": "" });
  expect(changedCells(PARTS, withCell(PARTS, "1:b", "z"))).toEqual({ "1:b": "z" });
});

test("rows are as both meant them: theirs, one's own beside the one it stood beside, without what either took away", () => {
  const base = [LINE("1"), LINE("2"), LINE("3")];
  const theirs = [LINE("0"), LINE("1"), LINE("2")];
  const mine = [LINE("1"), LINE("n"), LINE("2", 60), LINE("3")];
  expect(mergedLines(base, theirs, mine).map(({ id, size }) => `${id}${size}`)).toEqual(["040", "140", "n40", "260"]);
  expect(mergedLines(base, [], base)).toEqual([]);
  expect(mergedLines(base, [LINE("2")], [LINE("1")])).toEqual([LINE("2")]);
});

test("only the cells that one changed are said, so that others' words in other cells stay", () => {
  const mine = withCell(PARTS, "1:a", "mine");
  const theirs = { ...TABLE, cells: { ...TABLE.cells, "2:b": "theirs" } };
  expect(savingTable(theirs, TABLE, PARTS, mine)).toEqual([{ op: "patch", id: "t", set: { cells: { "1:a": "mine" } } }]);
});

test("of a cell that both have changed both words stay", () => {
  const mine = withCell(PARTS, "1:a", "mine");
  const theirs = { ...TABLE, cells: { ...TABLE.cells, "1:a": "theirs" } };
  expect(savingTable(theirs, TABLE, PARTS, mine)).toEqual([{ op: "patch", id: "t", set: { cells: { "1:a": "theirs\nmine" } } }]);
  const longer = withCell(PARTS, "1:a", "x and mine");
  const before = { ...TABLE, cells: { ...TABLE.cells, "1:a": "theirs and x" } };
  expect(savingTable(before, TABLE, PARTS, longer)).toEqual([{ op: "patch", id: "t", set: { cells: { "1:a": "theirs and x and mine" } } }]);
});

test("a table that is gone comes back as another one, and nothing is said where nothing was changed", () => {
  expect(savingTable(undefined, TABLE, PARTS, PARTS)).toEqual([]);
  expect(savingTable(TABLE, TABLE, PARTS, PARTS)).toEqual([]);
  const [op] = savingTable(undefined, TABLE, PARTS, withCell(PARTS, "1:a", ""));
  expect(op).toMatchObject({ op: "put", element: { type: "table", cells: { "2:b": "y" } } });
});

test("rows are as high as their texts need", () => {
  const { xs, ys, texts: found } = tableLayout({ ...TABLE, cells: { "1:a": "a\nb\nc", "gone:a": "not shown" } });
  expect(xs).toEqual([10, 110, 160]);
  expect(ys).toEqual([20, 20 + 3 * 20 * 1.3 + 16, 20 + 3 * 20 * 1.3 + 16 + 40]);
  expect(found.map(({ text }) => text)).toEqual(["a\nb\nc"]);
});

test("a table of a page is read as text: no parser of the browser runs over what others wrote", () => {
  const html =
    "<html><body><style>td{}</style><table class=x><tbody>\n<tr><th colspan='2'>a &amp; b</th></tr>" +
    "<tr>\n<td><b>1</b><br>2</td><td onclick=\"x()\">&lt;x&gt; &#1110;&nbsp;</td></tr></table><table><tr><td>no</td></tr></table>";
  const { cols, rows, cells } = tableFromCells("", html)!;
  expect([cols.length, rows.length]).toEqual([2, 2]);
  expect(Object.values(cells)).toEqual(["a & b", "1\n2", "<x> і"]);
});
