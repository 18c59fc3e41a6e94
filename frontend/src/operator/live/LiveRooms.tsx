/** The rooms that are open now, looked at again every few seconds. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { dateTime, t } from "../../language/language.ts";
import type { Attempt } from "../attempt.ts";
import type { LiveRoom, OperatorApi } from "../operator_api.ts";
import { RoomPeople } from "./RoomPeople.tsx";
import { StatusChip } from "../StatusChip.tsx";
import { Table, type Column } from "../tables/Table.tsx";
import { Moves } from "../Moves.tsx";

const REFRESH_EVERY_MS = 3_000;

const COLUMNS: readonly Column<LiveRoom>[] = [
  { title: "operator.lesson", cell: ({ title }) => <bdi>{title || t("home.untitled")}</bdi> },
  { title: "operator.status", cell: ({ status }) => <StatusChip status={status} /> },
  { title: "operator.people", cell: ({ participants }) => participants, isNumber: true },
  { title: "operator.connections", cell: ({ connections }) => connections, isNumber: true },
  { title: "operator.events", cell: ({ events_per_s }) => events_per_s.toFixed(1), isNumber: true },
  { title: "operator.elements", cell: ({ elements }) => elements, isNumber: true },
  { title: "operator.since", cell: ({ opened_at }) => dateTime(opened_at) },
];

interface LiveRoomsProps {
  readonly api: OperatorApi;
  readonly attempt: Attempt;
}

export function LiveRooms({ api, attempt }: LiveRoomsProps): VNode {
  const rooms = useSignal<readonly LiveRoom[] | null>(null);
  const opened = useSignal<string | null>(null);
  const load = (): Promise<boolean> =>
    attempt(async () => {
      rooms.value = await api.rooms();
    });
  useEffect(() => {
    void load();
    const timer = setInterval(() => {
      if (!document.hidden) void load();
    }, REFRESH_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <section>
      <h2>{t("operator.rooms")}</h2>
      {rooms.value === null && <p class="hint">{t("app.loading")}</p>}
      {rooms.value?.length === 0 && <p class="hint">{t("operator.noRooms")}</p>}
      {rooms.value !== null && rooms.value.length > 0 && (
        <Table
          label="operator.rooms"
          columns={COLUMNS}
          items={rooms.value}
          keyOf={({ session_id }) => session_id}
          actions={(room) => (
            <>
              <button
                type="button"
                class="button small"
                onClick={() => {
                  opened.value = room.session_id;
                }}
              >
                {t("people.title")}
              </button>
              <Moves api={api} attempt={attempt} room={room} onDone={load} />
            </>
          )}
        />
      )}
      {opened.value !== null && (
        <RoomPeople
          api={api}
          attempt={attempt}
          sessionId={opened.value}
          onClose={() => {
            opened.value = null;
          }}
        />
      )}
    </section>
  );
}
