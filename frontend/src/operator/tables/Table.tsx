/** A table of things that can be looked through; on a phone each thing is a card. */

import type { ComponentChildren, VNode } from "preact";
import { t, type Key } from "../../language/language.ts";

export interface Column<Item> {
  readonly title: Key;
  readonly cell: (item: Item) => ComponentChildren;
  readonly isNumber?: boolean;
}

interface TableProps<Item> {
  readonly label: Key;
  /** The first one names the thing. */
  readonly columns: readonly Column<Item>[];
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string | number;
  readonly actions?: (item: Item) => ComponentChildren;
}

/** The roles are written out: a browser forgets them where the style makes cards of the rows. */
export function Table<Item>({ label, columns, items, keyOf, actions }: TableProps<Item>): VNode {
  return (
    <div class="table-frame card" role="region" aria-label={t(label)} tabIndex={0}>
      <table role="table">
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ title, isNumber }) => (
              <th key={title} role="columnheader" scope="col" class={isNumber ? "number" : undefined}>
                {t(title)}
              </th>
            ))}
            {actions && <td role="cell" />}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {items.map((item) => (
            <tr key={keyOf(item)} role="row">
              {columns.map(({ title, cell, isNumber }, index) =>
                index === 0 ? (
                  <th key={title} role="rowheader" scope="row">{cell(item)}</th>
                ) : (
                  <td key={title} role="cell" class={isNumber ? "number" : undefined} data-title={t(title)}>
                    {cell(item)}
                  </td>
                ),
              )}
              {actions && <td role="cell" class="actions">{actions(item)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
