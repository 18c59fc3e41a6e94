/** Putting tables on a board on which others write in them as well. */

import { withoutDefaults } from "../../client/replica/board.ts";
import { randomId } from "../../client/random_id.ts";
import type { Edit, Element, Table } from "../../client/wire.ts";
import type { Desk } from "../desk.ts";
import { freePlaceOn } from "../geometry/free_place.ts";
import { merged } from "../text/merging.ts";
import { fresh } from "../tools/drafting.ts";
import { changedCells, mergedLines, type TableParts } from "./cells.ts";

const FONT_SIZE = 18;

export function partsOf({ cols, rows, cells = {} }: Table): TableParts {
  return { cols, rows, cells };
}

/**
 * Puts what was written on the board: only the cells that one changed. Of a cell that another has
 * changed as well, both words stay.
 */
export function savingTable(now: Element | undefined, element: Table, base: TableParts, mine: TableParts): readonly Edit[] {
  if (now?.type !== "table") {
    if (JSON.stringify(base) === JSON.stringify(mine)) return [];
    const { by: _, ...own } = element;
    return [{ op: "put", element: withoutDefaults({ ...own, id: randomId(), ...mine, cells: filled(mine.cells) } as Table) }];
  }
  const theirs = partsOf(now);
  const [rows, cols] = [mergedLines(base.rows, theirs.rows, mine.rows), mergedLines(base.cols, theirs.cols, mine.cols)];
  const cells: Record<string, string> = {};
  for (const [key, text] of Object.entries(changedCells(base, mine))) {
    const [before, there] = [base.cells[key] ?? "", theirs.cells[key] ?? ""];
    cells[key] = merged(before, there, text) ?? `${there}\n${text}`;
  }
  const set = {
    ...(JSON.stringify(rows) !== JSON.stringify(theirs.rows) && { rows }),
    ...(JSON.stringify(cols) !== JSON.stringify(theirs.cols) && { cols }),
    ...(Object.keys(cells).length > 0 && { cells }),
  };
  return Object.keys(set).length === 0 ? [] : [{ op: "patch", id: now.id, set }];
}

function filled(cells: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(cells).filter(([, text]) => text !== ""));
}

/** A new table where there is room in what one sees, of cells that were written or pasted. */
export function tableOf(desk: Desk, { cols, rows, cells }: TableParts): Table {
  const sum = (lines: TableParts["cols"]): number => lines.reduce((all, { size }) => all + size, 0);
  return {
    ...fresh(desk),
    type: "table",
    ...freePlaceOn(desk, sum(cols), sum(rows)),
    cols,
    rows,
    cells: filled(cells),
    style: { color: desk.color.value, width: 1.5, font_size: FONT_SIZE, ...desk.lettering.value },
  };
}
