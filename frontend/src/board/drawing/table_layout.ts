/**
 * Where the lines and the texts of a table stand: rows grow with what is written in them. Exports lay
 * it out alike (`lessonroom/board/drawing/table_layout.py`).
 */

import type { Table, TextElement } from "../../client/wire.ts";
import { keptByLetters } from "../text/face.ts";
import { LINE_HEIGHT, textRows } from "../text/text_layout.ts";

export const CELL_PADDING = 8;

export interface TableLayout {
  /** The sides of all columns, from the first to the last. */
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly texts: readonly TextElement[];
}

export const tableLayout = keptByLetters(laidOut);

function laidOut({ id, layer, x, y, cols, rows, cells = {}, style }: Table): TableLayout {
  const texts: TextElement[] = [];
  const xs = [x];
  for (const { size } of cols) xs.push(xs.at(-1)! + size);
  const ys = [y];
  const line = (style?.font_size ?? 20) * LINE_HEIGHT;
  for (const row of rows) {
    const top = ys.at(-1)!;
    let height = row.size;
    cols.forEach((col, n) => {
      const text = cells[`${row.id}:${col.id}`];
      if (!text) return;
      const place = { x: xs[n]! + CELL_PADDING, y: top + CELL_PADDING, w: Math.max(1, col.size - 2 * CELL_PADDING) };
      const cell: TextElement = { type: "text", id, layer, ...place, text, ...(style && { style }) };
      texts.push(cell);
      height = Math.max(height, textRows(cell).length * line + 2 * CELL_PADDING);
    });
    ys.push(top + height);
  }
  return { xs, ys, texts };
}
