/** What was saved of the boards. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { dateTime, size, t } from "../../language/language.ts";
import { goTo } from "../../browser/address.ts";
import { ChoiceFilter, Filters } from "../tables/filters.tsx";
import { LessonLink } from "../LessonLink.tsx";
import type { ListedSnapshot } from "../operator_api.ts";
import { PagedTable } from "../tables/PagedTable.tsx";
import { usePages } from "../tables/paging.ts";
import type { TableViewProps } from "./records.ts";
import type { Column } from "../tables/Table.tsx";

const TYPES = ["auto", "join", "leave", "terminate", "manual"] as const;

const LESSON: Column<ListedSnapshot> = {
  title: "operator.lesson",
  cell: (snapshot) => <LessonLink table="snapshots" row={snapshot} />,
};
const COLUMNS: readonly Column<ListedSnapshot>[] = [
  { title: "operator.saved", cell: ({ created_at }) => dateTime(created_at) },
  { title: "operator.type", cell: ({ type }) => t(`operator.snapshot.${type}`) },
  { title: "operator.version", cell: ({ version }) => version, isNumber: true },
  { title: "operator.size", cell: ({ size_bytes }) => size(size_bytes), isNumber: true },
  { title: "operator.present", cell: ({ participant_count }) => participant_count, isNumber: true },
];
const COLUMNS_OF_ALL = [...COLUMNS.slice(0, 1), LESSON, ...COLUMNS.slice(1)];

export function SnapshotsTable({ api, attempt, sessionId }: TableViewProps): VNode {
  const type = useSignal<(typeof TYPES)[number] | "">("");
  const query = { session_id: sessionId, type: type.value };
  const pages = usePages(attempt, (cursor) => api.snapshots(query, cursor), JSON.stringify(query));
  return (
    <>
      <Filters onRefresh={pages.reload}>
        <ChoiceFilter
          label="operator.type"
          value={type.value}
          choices={TYPES}
          wordsFor={(choice) => t(`operator.snapshot.${choice}`)}
          onChange={(choice) => {
            type.value = choice;
          }}
        />
      </Filters>
      <PagedTable
        label="operator.table.snapshots"
        columns={sessionId === "" ? COLUMNS_OF_ALL : COLUMNS}
        pages={pages}
        keyOf={({ session_id, version, created_at, type: kind }) => `${session_id} ${version} ${kind} ${created_at}`}
        actions={({ session_id }) => (
          <button type="button" class="button small" onClick={() => goTo(`/history/${session_id}`)}>
            {t("app.history")}
          </button>
        )}
      />
    </>
  );
}
