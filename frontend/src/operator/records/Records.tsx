/** Everything that is on this server, table by table. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { isolated, t } from "../../language/language.ts";
import { goTo } from "../../browser/address.ts";
import { EventsTable } from "./EventsTable.tsx";
import { addressOf, narrowedTo, tableOf, TABLES, type TableName, type TableViewProps } from "./records.ts";
import { RolePermissions } from "./RolePermissions.tsx";
import { SeatsTable } from "./SeatsTable.tsx";
import { SessionsTable } from "./SessionsTable.tsx";
import { ShelvesTable } from "./ShelvesTable.tsx";
import { SnapshotsTable } from "./SnapshotsTable.tsx";
import { UsersTable } from "./UsersTable.tsx";

const VIEWS = {
  sessions: SessionsTable,
  users: UsersTable,
  participants: SeatsTable,
  snapshots: SnapshotsTable,
  events: EventsTable,
  shelves: ShelvesTable,
  permissions: RolePermissions,
} as const;

export function Records({ api, attempt, table, sessionId }: TableViewProps & { readonly table: string }): VNode {
  const id = useId();
  const tabs = useRef<HTMLDivElement>(null);
  const chosen = tableOf(table);
  const session = narrowedTo(chosen, sessionId);
  const View = VIEWS[chosen];
  useEffect(() => {
    // On a phone the tabs are wider than the page.
    tabs.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [chosen]);
  const choose = (name: TableName): void => goTo(addressOf(name, sessionId));
  const step = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = (TABLES.indexOf(chosen) + by + TABLES.length) % TABLES.length;
    choose(TABLES[next]!);
    tabs.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    <section>
      <h2 id={`${id}-title`}>{t("operator.records")}</h2>
      <div ref={tabs} class="tabs" role="tablist" aria-labelledby={`${id}-title`} onKeyDown={step}>
        {TABLES.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            aria-selected={name === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={name === chosen ? 0 : -1}
            onClick={() => choose(name)}
          >
            {t(`operator.table.${name}`)}
          </button>
        ))}
      </div>
      <div class="records" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`}>
        {session !== "" && <OfSession key={session} api={api} attempt={attempt} sessionId={session} table={chosen} />}
        <View key={`${chosen} ${session}`} api={api} attempt={attempt} sessionId={session} />
      </div>
    </section>
  );
}

/** Says of which lesson a table is, and leads back to all of them. */
function OfSession({ api, attempt, sessionId, table }: TableViewProps & { readonly table: TableName }): VNode {
  const title = useSignal("…");
  useEffect(() => {
    void attempt(async () => {
      title.value = (await api.room(sessionId)).session.title || t("home.untitled");
    });
  }, []);
  return (
    <p class="of-session">
      <span>{t("operator.of", { title: isolated(title.value) })}</span>
      <span class="spring" />
      <button type="button" class="button small" onClick={() => goTo(`/history/${sessionId}`)}>
        {t("app.history")}
      </button>
      <button type="button" class="button small" onClick={() => goTo(addressOf(table, ""))}>
        {t("operator.ofAll")}
      </button>
    </p>
  );
}
