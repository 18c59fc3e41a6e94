/** A table that is fetched page by page. */

import type { ComponentChildren, VNode } from "preact";
import { t, type Key } from "../../language/language.ts";
import type { Pages } from "./paging.ts";
import { Table, type Column } from "./Table.tsx";

interface PagedTableProps<Item> {
  readonly label: Key;
  readonly columns: readonly Column<Item>[];
  readonly pages: Pages<Item>;
  readonly keyOf: (item: Item) => string | number;
  readonly actions?: (item: Item) => ComponentChildren;
}

export function PagedTable<Item>({ pages, ...table }: PagedTableProps<Item>): VNode {
  const items = pages.items.value;
  const damaged = pages.damaged.value;
  if (items === null) return <p class="hint">{t("app.loading")}</p>;
  return (
    <>
      {damaged.length > 0 && (
        <div class="error" role="alert">
          <p>{t("operator.damaged")}</p>
          <ul>
            {damaged.map(({ session_id, session_title, seq }) => (
              <li key={`${session_id} ${seq}`}>
                <bdi>{session_title || t("home.untitled")}</bdi>, {t("operator.number")} {seq}
              </li>
            ))}
          </ul>
        </div>
      )}
      {items.length === 0 ? (
        <p class="hint nothing">{t("operator.nothing")}</p>
      ) : (
        <Table {...table} items={items} />
      )}
      {pages.hasMore && (
        <button type="button" class="button more" onClick={pages.more}>
          {t("home.more")}
        </button>
      )}
    </>
  );
}
