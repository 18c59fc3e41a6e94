/** Who has a seat in which lesson, or had one. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { ParticipantStatus, Role } from "../../client/wire.ts";
import { dateTime, t } from "../../language/language.ts";
import { ChoiceFilter, Filters, NumberFilter } from "../tables/filters.tsx";
import { LessonLink } from "../LessonLink.tsx";
import type { ListedSeat } from "../operator_api.ts";
import { PagedTable } from "../tables/PagedTable.tsx";
import { usePages } from "../tables/paging.ts";
import type { TableViewProps } from "./records.ts";
import type { Column } from "../tables/Table.tsx";

const ROLES = ["host", "student", "viewer", "solo"] as const;
const STATUSES = [
  "invited",
  "joining",
  "connected",
  "reconnecting",
  "disconnected",
  "left",
  "kicked",
] as const;

const LESSON: Column<ListedSeat> = {
  title: "operator.lesson",
  cell: (seat) => <LessonLink table="participants" row={seat} />,
};
const COLUMNS: readonly Column<ListedSeat>[] = [
  { title: "operator.person", cell: ({ name }) => <bdi>{name}</bdi> },
  { title: "operator.user", cell: ({ user_id }) => user_id, isNumber: true },
  { title: "operator.role", cell: ({ role }) => t(`people.${role}`) },
  { title: "operator.status", cell: ({ status }) => t(`operator.seat.${status}`) },
  { title: "operator.joined", cell: ({ joined_at }) => joined_at && dateTime(joined_at) },
  {
    title: "operator.minutes",
    cell: ({ total_time_seconds }) => Math.round(total_time_seconds / 60),
    isNumber: true,
  },
  { title: "operator.reconnects", cell: ({ reconnect_count }) => reconnect_count, isNumber: true },
];
const COLUMNS_OF_ALL = [...COLUMNS.slice(0, 2), LESSON, ...COLUMNS.slice(2)];

const NO_FILTER = { user_id: "", role: "" as Role | "", status: "" as ParticipantStatus | "" };

export function SeatsTable({ api, attempt, sessionId }: TableViewProps): VNode {
  const filter = useSignal(NO_FILTER);
  const query = { ...filter.value, session_id: sessionId };
  const pages = usePages(attempt, (cursor) => api.seats(query, cursor), JSON.stringify(query));
  const set = (change: Partial<typeof NO_FILTER>): void => {
    filter.value = { ...filter.value, ...change };
  };
  return (
    <>
      <Filters onRefresh={pages.reload}>
        <NumberFilter label="operator.user" value={filter.value.user_id} onChange={(user_id) => set({ user_id })} />
        <ChoiceFilter
          label="operator.role"
          value={filter.value.role}
          choices={ROLES}
          wordsFor={(role) => t(`people.${role}`)}
          onChange={(role) => set({ role })}
        />
        <ChoiceFilter
          label="operator.status"
          value={filter.value.status}
          choices={STATUSES}
          wordsFor={(status) => t(`operator.seat.${status}`)}
          onChange={(status) => set({ status })}
        />
      </Filters>
      <PagedTable
        label="operator.table.participants"
        columns={sessionId === "" ? COLUMNS_OF_ALL : COLUMNS}
        pages={pages}
        keyOf={(seat) => `${seat.session_id} ${seat.user_id}`}
      />
    </>
  );
}
