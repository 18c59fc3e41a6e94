/** The log: of one lesson all of it, of all lessons without strokes. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { EVENT_TYPES, type EventType } from "../../client/event_types.ts";
import { dateTime, size, t } from "../../language/language.ts";
import { ChoiceFilter, Filters, NumberFilter } from "../tables/filters.tsx";
import { LessonLink } from "../LessonLink.tsx";
import type { ListedEvent } from "../operator_api.ts";
import { PagedTable } from "../tables/PagedTable.tsx";
import { usePages } from "../tables/paging.ts";
import type { TableViewProps } from "./records.ts";
import type { Column } from "../tables/Table.tsx";

const LESSON: Column<ListedEvent> = {
  title: "operator.lesson",
  cell: (event) => <LessonLink table="events" row={event} />,
};
const COLUMNS: readonly Column<ListedEvent>[] = [
  { title: "operator.what", cell: ({ type }) => t(`kind.${type}`) },
  { title: "operator.who", cell: ({ name, user_id }) => <bdi>{name ?? user_id ?? t("operator.server")}</bdi> },
  { title: "operator.when", cell: ({ at }) => dateTime(at) },
  { title: "operator.number", cell: ({ seq }) => seq, isNumber: true },
  {
    title: "operator.details",
    cell: ({ data, size_bytes }) => (
      <details class="event-data">
        <summary>{size(size_bytes)}</summary>
        <pre>{JSON.stringify(data, null, 2)}</pre>
      </details>
    ),
  },
];
const COLUMNS_OF_ALL = [...COLUMNS.slice(0, 1), LESSON, ...COLUMNS.slice(1)];
const TYPES_OF_ALL = EVENT_TYPES.filter((type) => type !== "board_op");

const NO_FILTER = { type: "" as EventType | "", user_id: "", after: "" };

export function EventsTable({ api, attempt, sessionId }: TableViewProps): VNode {
  const isOfAll = sessionId === "";
  const filter = useSignal(NO_FILTER);
  const query = { ...filter.value, session_id: sessionId };
  const pages = usePages(attempt, (cursor) => api.events(query, cursor), JSON.stringify(query));
  const set = (change: Partial<typeof NO_FILTER>): void => {
    filter.value = { ...filter.value, ...change };
  };
  return (
    <>
      <Filters onRefresh={pages.reload}>
        <ChoiceFilter
          label="operator.what"
          value={filter.value.type}
          choices={isOfAll ? TYPES_OF_ALL : EVENT_TYPES}
          wordsFor={(type) => t(`kind.${type}`)}
          onChange={(type) => set({ type })}
        />
        <NumberFilter label="operator.user" value={filter.value.user_id} onChange={(user_id) => set({ user_id })} />
        {!isOfAll && (
          <NumberFilter
            label="operator.after"
            least={0}
            value={filter.value.after}
            onChange={(after) => set({ after })}
          />
        )}
      </Filters>
      {isOfAll && <p class="hint">{t("operator.withoutStrokes")}</p>}
      <PagedTable
        label="operator.table.events"
        columns={isOfAll ? COLUMNS_OF_ALL : COLUMNS}
        pages={pages}
        keyOf={({ session_id, seq }) => `${session_id} ${seq}`}
      />
    </>
  );
}
