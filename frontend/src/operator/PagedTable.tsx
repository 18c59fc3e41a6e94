/** A table that is fetched page by page. */

import type { ComponentChildren, VNode } from "preact";
import { t, type Key } from "../language/language.ts";
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
  if (items === null) return <p class="hint">{t("app.loading")}</p>;
  if (items.length === 0) return <p class="hint nothing">{t("operator.nothing")}</p>;
  return (
    <>
      <Table {...table} items={items} />
      {pages.hasMore && (
        <button type="button" class="button more" onClick={pages.more}>
          {t("home.more")}
        </button>
      )}
    </>
  );
}
