/** Tables as their editor, and the clipboard, see them: rows of texts. Pure. */

import { randomId } from "../../client/random_id.ts";
import type { Table, TableLine } from "../../client/wire.ts";

export const MOST_COLS = 26;
export const MOST_ROWS = 100;
export const MOST_CELLS = 1_000;
const [COL_SIZE, ROW_SIZE] = [140, 42];
const [LEAST_SIZE, MOST_SIZE] = [24, 2_000];

export type TableParts = Pick<Table, "cols" | "rows"> & { readonly cells: Readonly<Record<string, string>> };

export function keyOf(row: TableLine, col: TableLine): string {
  return `${row.id}:${col.id}`;
}

export function lineOf(size: number): TableLine {
  return { id: randomId().slice(0, 12), size: Math.min(MOST_SIZE, Math.max(LEAST_SIZE, Math.round(size))) };
}

export function emptyTable(rows = 3, cols = 3): TableParts {
  return {
    cols: Array.from({ length: cols }, () => lineOf(COL_SIZE)),
    rows: Array.from({ length: rows }, () => lineOf(ROW_SIZE)),
    cells: {},
  };
}

/**
 * The table that cells of a spreadsheet make, as it copies them: rows of lines, cells with tabs between
 * (and quotes around those that have either in them), or the first table of an HTML page.
 *
 * @returns null where it is no table: one cell alone, or no text at all; or too large to be one.
 */
export function tableFromCells(text: string, html = ""): TableParts | null {
  const found = rowsOfHtml(html) ?? rowsOfText(text);
  const width = Math.max(0, ...found.map((row) => row.length));
  if (found.length * width <= 1 || width > MOST_COLS || found.length > MOST_ROWS || found.length * width > MOST_CELLS) return null;
  if (width === 1 && rowsOfHtml(html) === null) return null;
  const table = emptyTable(found.length, width);
  const cells: Record<string, string> = {};
  found.forEach((row, r) =>
    row.forEach((cell, c) => {
      if (cell !== "") cells[keyOf(table.rows[r]!, table.cols[c]!)] = cell;
    }),
  );
  return { ...table, cells };
}

function rowsOfText(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/gy;
  const plain = text.replaceAll("\r\n", "\n").replace(/\n$/, "");
  if (!plain.includes("\t")) return [];
  for (let found = cell.exec(plain); found !== null; found = cell.exec(plain)) {
    const [, quoted, bare = "", end] = found;
    rows.at(-1)!.push(clean(quoted === undefined ? bare : quoted.replaceAll('""', '"')));
    if (end === "\n") rows.push([]);
    if (end === "") break;
  }
  return rows;
}

/** Read as text: the page's policy has no HTML of others parsed, and nothing of it is run, loaded or shown. */
function rowsOfHtml(html: string): string[][] | null {
  const table = /<table[\s>][\s\S]*?(?:<\/table>|$)/i.exec(html)?.[0];
  if (table === undefined) return null;
  const rows = table.split(/<tr(?=[\s>])/i).slice(1).map((row) =>
    row.split(/<t[dh](?=[\s>])/i).slice(1).flatMap((cell) => {
      const end = cell.indexOf(">");
      const span = Math.min(MOST_COLS, Math.max(1, Number(/colspan=["']?(\d+)/i.exec(cell.slice(0, end))?.[1]) || 1));
      return [clean(plain(cell.slice(end + 1))), ...Array.from({ length: span - 1 }, () => "")];
    }),
  );
  return rows.filter((row) => row.length > 0);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** What one reads of a piece of HTML. */
function plain(html: string): string {
  return html
    .replace(/[\r\n]+\s*/g, " ")
    .replace(/<br[^>]*>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (all, decimal?: string, hex?: string, name?: string) => {
      const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : -1;
      if (code >= 0) return code <= 0x10ffff ? String.fromCodePoint(code) : "";
      return ENTITIES[name?.toLowerCase() ?? ""] ?? all;
    });
}

function clean(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f]/g, "").replaceAll("\t", " ").trim();
}

export function insertedRow(table: TableParts, at: number): TableParts {
  if (table.rows.length >= MOST_ROWS || (table.rows.length + 1) * table.cols.length > MOST_CELLS) return table;
  return { ...table, rows: spliced(table.rows, at, 0, lineOf(ROW_SIZE)) };
}

export function insertedCol(table: TableParts, at: number): TableParts {
  if (table.cols.length >= MOST_COLS || table.rows.length * (table.cols.length + 1) > MOST_CELLS) return table;
  return { ...table, cols: spliced(table.cols, at, 0, lineOf(table.cols[Math.max(0, at - 1)]?.size ?? COL_SIZE)) };
}

export function withoutRow(table: TableParts, at: number): TableParts {
  return table.rows.length === 1 ? table : { ...table, rows: spliced(table.rows, at, 1) };
}

export function withoutCol(table: TableParts, at: number): TableParts {
  return table.cols.length === 1 ? table : { ...table, cols: spliced(table.cols, at, 1) };
}

export function resizedCol(table: TableParts, at: number, size: number): TableParts {
  return { ...table, cols: table.cols.map((col, n) => (n === at ? { ...col, size: lineOf(size).size } : col)) };
}

export function resizedRow(table: TableParts, at: number, size: number): TableParts {
  return { ...table, rows: table.rows.map((row, n) => (n === at ? { ...row, size: lineOf(size).size } : row)) };
}

export function withCell(table: TableParts, key: string, text: string): TableParts {
  return { ...table, cells: { ...table.cells, [key]: text } };
}

/** The cells that were changed, as a patch says it: those of lines that are gone are emptied. */
export function changedCells(base: TableParts, mine: TableParts): Record<string, string> {
  const shown = new Set(mine.rows.flatMap((row) => mine.cols.map((col) => keyOf(row, col))));
  const changed: Record<string, string> = {};
  for (const key of new Set([...Object.keys(base.cells), ...Object.keys(mine.cells)])) {
    const text = shown.has(key) ? (mine.cells[key] ?? "") : "";
    if (text !== (base.cells[key] ?? "")) changed[key] = text;
  }
  return changed;
}

/** Rows or columns as both meant them: theirs, with what one added oneself, without what one took away. */
export function mergedLines(base: readonly TableLine[], theirs: readonly TableLine[], mine: readonly TableLine[]): TableLine[] {
  const [before, here] = [new Set(base.map(({ id }) => id)), new Map(mine.map((line) => [line.id, line]))];
  const sizes = new Map(base.map((line) => [line.id, line.size]));
  const kept = theirs
    .filter(({ id }) => !before.has(id) || here.has(id))
    .map((line) => {
      const own = here.get(line.id);
      return own !== undefined && own.size !== sizes.get(line.id) ? own : line;
    });
  mine.forEach((line, n) => {
    if (before.has(line.id) || kept.some(({ id }) => id === line.id)) return;
    // Behind the line that it stands behind.
    const behind = [...mine.slice(0, n)].reverse().find(({ id }) => kept.some((one) => one.id === id));
    kept.splice(behind === undefined ? 0 : kept.findIndex(({ id }) => id === behind.id) + 1, 0, line);
  });
  return kept.length > 0 ? kept : [...theirs];
}

function spliced(lines: readonly TableLine[], at: number, gone: number, ...added: TableLine[]): TableLine[] {
  return [...lines.slice(0, at), ...added, ...lines.slice(at + gone)];
}
