/** Writing a table: cell by cell, with rows and columns that come and go. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { withoutDefaults } from "../../client/replica/board.ts";
import type { Table } from "../../client/wire.ts";
import { t } from "../../language/language.ts";
import { Dialog } from "../../ui/dialogs.tsx";
import type { Desk } from "../desk.ts";
import {
  emptyTable,
  insertedCol,
  insertedRow,
  keyOf,
  resizedCol,
  resizedRow,
  tableFromCells,
  withCell,
  withoutCol,
  withoutRow,
  type TableParts,
} from "./cells.ts";
import { partsOf, savingTable, tableOf } from "./saving_tables.ts";

const CELL_CHARS = 2_000;
/** Keys by which one goes on. */
const STEPS: Readonly<Record<string, readonly [number, number]>> = { ArrowUp: [-1, 0], ArrowDown: [1, 0] };

interface TableEditorProps {
  readonly desk: Desk;
  readonly element: Table | null;
  readonly onClose: () => void;
}

export function TableEditor({ desk, element, onClose }: TableEditorProps): VNode {
  const base = useRef<TableParts>(element === null ? emptyTable() : partsOf(element));
  const table = useSignal<TableParts>(base.current);
  const place = useSignal<readonly [number, number]>([0, 0]);
  const body = useRef<HTMLTableElement>(null);
  const wanted = useRef<readonly [number, number] | null>([0, 0]);
  const { rows, cols, cells } = table.value;
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const [r, c] = wanted.current;
    wanted.current = null;
    const field = body.current?.querySelector<HTMLTextAreaElement>(`[data-at="${r}:${c}"]`);
    field?.focus();
    field?.select();
  });
  const go = (r: number, c: number): boolean => {
    if (r < 0 || c < 0 || r >= table.value.rows.length || c >= table.value.cols.length) return false;
    wanted.current = [r, c];
    place.value = [r, c];
    return true;
  };
  const change = (next: TableParts, [r, c]: readonly [number, number]): void => {
    table.value = next;
    go(Math.min(r, next.rows.length - 1), Math.min(c, next.cols.length - 1));
  };
  const now = element && desk.board.value.elements.get(element.id);
  const isGone = element !== null && now?.type !== "table";
  const mayWrite = desk.mayUse("text") && (element !== null || desk.mayDrawHere());
  const save = (): void => {
    if (!mayWrite) return;
    put(desk, element, base.current, table.value);
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent, r: number, c: number): void => {
    event.stopPropagation();
    if (event.isComposing) return;
    const area = event.currentTarget as HTMLTextAreaElement;
    const step = STEPS[event.key];
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (!go(r + 1, c)) change(insertedRow(table.value, r + 1), [r + 1, 0]);
    } else if (event.key === "Tab") {
      const [next, isOver] = event.shiftKey ? [c - 1, c === 0] : [c + 1, c + 1 === cols.length];
      const moved = isOver ? go(r + (event.shiftKey ? -1 : 1), event.shiftKey ? cols.length - 1 : 0) : go(r, next);
      // From the last cell it leads out of the table, as from any field.
      if (moved) event.preventDefault();
    } else if (step !== undefined && !event.shiftKey && isAtEdge(area, step[0])) {
      if (go(r + step[0], c)) event.preventDefault();
    } else if (event.key === "ArrowLeft" && isCollapsed(area, 0)) {
      if (go(r, c - 1)) event.preventDefault();
    } else if (event.key === "ArrowRight" && isCollapsed(area, area.value.length)) {
      if (go(r, c + 1)) event.preventDefault();
    }
  };
  const onPaste = (event: ClipboardEvent, r: number, c: number): void => {
    const data = event.clipboardData;
    const pasted = data && tableFromCells(data.getData("text/plain"), data.getData("text/html"));
    if (!pasted) return;
    event.preventDefault();
    change(pastedInto(table.value, pasted, r, c), [r, c]);
  };
  const [r, c] = place.value;
  return (
    <Dialog title={t("figure.table")} onClose={onClose}>
      <div class="table-scroll">
        <table class="table-editor" ref={body}>
          <colgroup>
            {cols.map((col) => (
              <col key={col.id} style={{ width: `${col.size}px` }} />
            ))}
          </colgroup>
          <tbody>
            {rows.map((row, at) => (
              <tr key={row.id} style={{ height: `${row.size}px` }}>
                {cols.map((col, n) => (
                  <td key={col.id}>
                    <textarea
                      rows={1}
                      data-at={`${at}:${n}`}
                      aria-label={t("table.cell", { row: at + 1, col: n + 1 })}
                      dir="auto"
                      spellcheck={false}
                      maxLength={CELL_CHARS}
                      value={cells[keyOf(row, col)] ?? ""}
                      onFocus={() => (place.value = [at, n])}
                      onInput={(event) => (table.value = withCell(table.value, keyOf(row, col), event.currentTarget.value))}
                      onKeyDown={(event) => onKeyDown(event, at, n)}
                      onPaste={(event) => onPaste(event, at, n)}
                    />
                    {n === 0 && <Bottom size={row.size} onSize={(size) => (table.value = resizedRow(table.value, at, size))} />}
                    {at === 0 && <Side size={col.size} onSize={(size) => (table.value = resizedCol(table.value, n, size))} />}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="formula-keys" role="group" aria-label={t("table.lines")}>
        <Act label={t("table.rowBelow")} onClick={() => change(insertedRow(table.value, r + 1), [r + 1, c])} />
        <Act label={t("table.rowAbove")} onClick={() => change(insertedRow(table.value, r), [r, c])} />
        <Act label={t("table.colRight")} onClick={() => change(insertedCol(table.value, c + 1), [r, c + 1])} />
        <Act label={t("table.colLeft")} onClick={() => change(insertedCol(table.value, c), [r, c])} />
        <Act label={t("table.noRow")} disabled={rows.length === 1} onClick={() => change(withoutRow(table.value, r), [r, c])} />
        <Act label={t("table.noCol")} disabled={cols.length === 1} onClick={() => change(withoutCol(table.value, c), [r, c])} />
        <Act label={t("table.narrower")} onClick={() => change(resizedCol(table.value, c, cols[c]!.size - 20), [r, c])} />
        <Act label={t("table.lower")} onClick={() => change(resizedRow(table.value, r, rows[r]!.size - 10), [r, c])} />
        <Act label={t("table.higher")} onClick={() => change(resizedRow(table.value, r, rows[r]!.size + 10), [r, c])} />
        <Act label={t("table.wider")} onClick={() => change(resizedCol(table.value, c, cols[c]!.size + 20), [r, c])} />
      </div>
      {isGone && (
        <p class="formula-state" role="status">
          {t("table.gone")}
        </p>
      )}
      <footer>
        <button type="button" class="button" onClick={onClose}>
          {t("app.cancel")}
        </button>
        <button type="button" class="button primary" disabled={!mayWrite} onClick={save}>
          {element === null ? t("figure.put") : t("figure.save")}
        </button>
      </footer>
    </Dialog>
  );
}

function Act({ label, disabled, onClick }: { label: string; disabled?: boolean; onClick: () => void }): VNode {
  return (
    <button type="button" class="button" disabled={disabled} onClick={onClick}>
      {label}
    </button>
  );
}

interface EdgeProps {
  readonly size: number;
  readonly onSize: (size: number) => void;
}

/** The right side of a column, which is dragged; by keyboard there are buttons. */
function Side(props: EdgeProps): VNode {
  return <Edge {...props} kind="table-side" along="clientX" />;
}

/** The lower side of a row, likewise. */
function Bottom(props: EdgeProps): VNode {
  return <Edge {...props} kind="table-bottom" along="clientY" />;
}

function Edge({ size, onSize, kind, along }: EdgeProps & { readonly kind: string; readonly along: "clientX" | "clientY" }): VNode {
  const from = useRef<{ readonly at: number; readonly size: number } | null>(null);
  return (
    <span
      class={kind}
      aria-hidden="true"
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { at: event[along], size };
      }}
      onPointerMove={(event) => {
        if (from.current !== null) onSize(from.current.size + event[along] - from.current.at);
      }}
      onPointerUp={() => {
        from.current = null;
      }}
      onPointerCancel={() => {
        from.current = null;
      }}
    />
  );
}

function isCollapsed({ selectionStart, selectionEnd }: HTMLTextAreaElement, at: number): boolean {
  return selectionStart === at && selectionEnd === at;
}

/** Whether there is no line above, or below, the one that is written in. */
function isAtEdge({ value, selectionStart, selectionEnd }: HTMLTextAreaElement, direction: number): boolean {
  return direction < 0 ? !value.slice(0, selectionStart).includes("\n") : !value.slice(selectionEnd).includes("\n");
}

/** Cells that are pasted go where one is, and the table grows for them. */
function pastedInto(table: TableParts, pasted: TableParts, r: number, c: number): TableParts {
  let grown = table;
  while (grown.rows.length < r + pasted.rows.length) {
    const next = insertedRow(grown, grown.rows.length);
    if (next === grown) break;
    grown = next;
  }
  while (grown.cols.length < c + pasted.cols.length) {
    const next = insertedCol(grown, grown.cols.length);
    if (next === grown) break;
    grown = next;
  }
  const cells: Record<string, string> = { ...grown.cells };
  pasted.rows.forEach((row, n) =>
    pasted.cols.forEach((col, m) => {
      const [into, at] = [grown.rows[r + n], grown.cols[c + m]];
      if (into && at) cells[keyOf(into, at)] = pasted.cells[keyOf(row, col)] ?? "";
    }),
  );
  return { ...grown, cells };
}

function put(desk: Desk, element: Table | null, base: TableParts, mine: TableParts): void {
  if (element !== null) {
    const ops = savingTable(desk.board.value.elements.get(element.id), element, base, mine);
    desk.edit(ops);
    const [op] = ops;
    show(desk, op?.op === "put" ? op.element.id : element.id);
    return;
  }
  const made = tableOf(desk, mine);
  desk.edit([{ op: "put", element: withoutDefaults(made) }]);
  show(desk, made.id);
}

function show(desk: Desk, id: string): void {
  desk.chosenTool.value = "select";
  desk.selection.value = new Set([id]);
}
