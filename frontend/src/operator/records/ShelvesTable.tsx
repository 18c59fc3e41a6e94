/** What people keep on their shelves, and which of it everyone on this server may use. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { dateTime, isolated, size, t } from "../../language/language.ts";
import { Switch } from "../../ui/forms.tsx";
import type { ShelfItem } from "../operator_api.ts";
import { ChoiceFilter, Filters, NumberFilter, TextFilter } from "../tables/filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { usePages } from "../tables/paging.ts";
import type { Column } from "../tables/Table.tsx";
import type { TableViewProps } from "./records.ts";

const SHARED = ["true", "false"] as const;

const COLUMNS: readonly Column<ShelfItem>[] = [
  { title: "operator.itemName", cell: ({ name }) => <bdi>{name}</bdi> },
  { title: "operator.itemOwner", cell: ({ owner, user_id }) => <span><bdi>{owner}</bdi> ({user_id})</span> },
  { title: "operator.itemPages", cell: ({ pages }) => pages, isNumber: true },
  { title: "operator.size", cell: ({ size_bytes }) => size(size_bytes), isNumber: true },
  { title: "operator.created", cell: ({ created_at }) => dateTime(created_at) },
];

const NO_FILTER = { q: "", shared: "" as (typeof SHARED)[number] | "", user_id: "" };

export function ShelvesTable({ api, attempt }: TableViewProps): VNode {
  const filter = useSignal(NO_FILTER);
  const isBusy = useSignal(false);
  const pages = usePages(attempt, (cursor) => api.shelves(filter.value, cursor), JSON.stringify(filter.value));
  const set = (change: Partial<typeof NO_FILTER>): void => {
    filter.value = { ...filter.value, ...change };
  };
  const share = async (item: ShelfItem, isShared: boolean): Promise<void> => {
    if (isBusy.value) return;
    isBusy.value = true;
    await attempt(async () => {
      const changed = await api.share(item.item_id, isShared);
      // In its place: what one narrowed to is not taken away from under one's finger.
      pages.items.value = (pages.items.value ?? []).map((one) => (one.item_id === changed.item_id ? changed : one));
    });
    isBusy.value = false;
  };
  const shared = (item: ShelfItem): VNode => (
    <Switch
      label={t("operator.share", { name: isolated(item.name) })}
      isLabelHidden
      isOn={item.is_shared}
      onChange={(isOn) => void share(item, isOn)}
    />
  );
  return (
    <>
      <p class="hint">{t("operator.shelvesHint")}</p>
      <Filters onRefresh={pages.reload}>
        <TextFilter label="operator.itemName" value={filter.value.q} onChange={(q) => set({ q })} />
        <ChoiceFilter
          label="operator.itemShared"
          value={filter.value.shared}
          choices={SHARED}
          wordsFor={(choice) => t(choice === "true" ? "operator.yes" : "operator.no")}
          onChange={(shared) => set({ shared })}
        />
        <NumberFilter label="operator.itemOwner" value={filter.value.user_id} onChange={(user_id) => set({ user_id })} />
      </Filters>
      <PagedTable
        label="operator.shelves"
        columns={[...COLUMNS, { title: "operator.itemShared", cell: shared }]}
        pages={pages}
        keyOf={({ item_id }) => item_id}
      />
    </>
  );
}
