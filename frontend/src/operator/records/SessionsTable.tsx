/** Everyone's lessons, and the ways from each to what belongs to it. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { SessionSummary } from "../../client/rest/rest.ts";
import type { SessionStatus } from "../../client/wire.ts";
import { dateTime, t } from "../../language/language.ts";
import { goTo } from "../../browser/address.ts";
import { ChoiceFilter, DateFilter, Filters, NumberFilter, TextFilter } from "../tables/filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { usePages } from "../tables/paging.ts";
import { addressOf } from "./records.ts";
import type { TableViewProps } from "./records.ts";
import { StatusChip } from "../StatusChip.tsx";
import type { Column } from "../tables/Table.tsx";
import { Moves } from "../Moves.tsx";

const STATUSES = ["scheduled", "waiting", "active", "paused", "completed", "terminated", "expired"] as const;
const TYPES = ["lesson", "group", "solo", "demo"] as const;
const LINKS = ["participants", "snapshots", "events"] as const;

const COLUMNS: readonly Column<SessionSummary>[] = [
  { title: "operator.lesson", cell: ({ title }) => <bdi>{title || t("home.untitled")}</bdi> },
  { title: "operator.status", cell: ({ status }) => <StatusChip status={status} /> },
  { title: "operator.type", cell: ({ session_type }) => t(`operator.type.${session_type}`) },
  { title: "operator.host", cell: ({ host_id }) => host_id, isNumber: true },
  { title: "operator.created", cell: ({ created_at }) => dateTime(created_at) },
  {
    title: "operator.minutes",
    cell: ({ total_duration_seconds }) => Math.round(total_duration_seconds / 60),
    isNumber: true,
  },
];

const NO_FILTER = {
  text: "",
  status: "" as SessionStatus | "",
  type: "" as SessionSummary["session_type"] | "",
  host_id: "",
  from: "",
  until: "",
};

/** Midnight, where the operator is, of a day as a date field has it; so many days later. */
function midnight(day: string, daysLater = 0): string {
  if (day === "") return "";
  const date = new Date(`${day}T00:00`);
  date.setDate(date.getDate() + daysLater);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}

export function SessionsTable({ api, attempt }: TableViewProps): VNode {
  const filter = useSignal(NO_FILTER);
  const { from, until, ...same } = filter.value;
  const query = { ...same, created_from: midnight(from), created_to: midnight(until, 1) };
  const pages = usePages(attempt, (cursor) => api.sessions(query, cursor), JSON.stringify(query));
  const set = (change: Partial<typeof NO_FILTER>): void => {
    filter.value = { ...filter.value, ...change };
  };
  return (
    <>
      <Filters onRefresh={pages.reload}>
        <TextFilter label="operator.text" value={filter.value.text} onChange={(text) => set({ text })} />
        <ChoiceFilter
          label="operator.status"
          value={filter.value.status}
          choices={STATUSES}
          wordsFor={(status) => t(`operator.statusExactly.${status}`)}
          onChange={(status) => set({ status })}
        />
        <ChoiceFilter
          label="operator.type"
          value={filter.value.type}
          choices={TYPES}
          wordsFor={(type) => t(`operator.type.${type}`)}
          onChange={(type) => set({ type })}
        />
        <NumberFilter label="operator.host" value={filter.value.host_id} onChange={(host_id) => set({ host_id })} />
        <DateFilter label="operator.from" value={from} onChange={(day) => set({ from: day })} />
        <DateFilter label="operator.until" value={until} onChange={(day) => set({ until: day })} />
      </Filters>
      <PagedTable
        label="operator.sessions"
        columns={COLUMNS}
        pages={pages}
        keyOf={({ session_id }) => session_id}
        actions={(session) => (
          <>
            {LINKS.map((table) => (
              <button
                key={table}
                type="button"
                class="text-link"
                onClick={() => goTo(addressOf(table, session.session_id))}
              >
                {t(`operator.table.${table}`)}
              </button>
            ))}
            <Moves api={api} attempt={attempt} room={session} onDone={pages.reload} />
          </>
        )}
      />
    </>
  );
}
