/** What runs on this server, and what may be done there: for its operator alone. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect } from "preact/hooks";
import { ApiRefusal } from "../client/http.ts";
import type { SessionSummary } from "../client/rest.ts";
import { hasEnded } from "../client/room_state.ts";
import { dateTime, isolated, t, type Key } from "../language/language.ts";
import { wordsOf } from "../language/words_of_errors.ts";
import { goTo, isOperator, signInWith, userToken } from "../page/address.ts";
import { Logo, Question } from "../page/controls.tsx";
import { Message } from "../page/Message.tsx";
import { Preferences } from "../page/Preferences.tsx";
import { OperatorApi, type LiveRoom } from "./operator_api.ts";
import { RolePermissions } from "./RolePermissions.tsx";
import { RoomPeople } from "./RoomPeople.tsx";
import "../styles/operator.css";

const REFRESH_EVERY_MS = 3_000;

/** Carries something out; what goes wrong is shown. Whether it went well. */
export type Attempt = (work: () => Promise<void>) => Promise<boolean>;

export function OperatorPage(): VNode {
  useEffect(() => {
    document.title = `${t("operator.title")} · lessonroom`;
  }, []);
  if (userToken.value === null || !isOperator(userToken.value)) {
    return (
      <Message text={t("operator.forbidden")}>
        <button type="button" class="button" onClick={() => goTo("/")}>{t("app.home")}</button>
      </Message>
    );
  }
  return <Operator token={userToken.value} />;
}

function Operator({ token }: { readonly token: string }): VNode {
  const error = useSignal<string | null>(null);
  const api = new OperatorApi(location.origin, token);
  const attempt: Attempt = async (work) => {
    try {
      await work();
      error.value = null;
      return true;
    } catch (caught) {
      if (caught instanceof ApiRefusal && caught.status === 401) signInWith(null);
      else error.value = caught instanceof ApiRefusal ? wordsOf(caught.error) : t("join.unreachable");
      return false;
    }
  };
  return (
    <div class="home">
      <header class="home-bar">
        <button type="button" class="logo-link" aria-label={t("app.home")} onClick={() => goTo("/")}>
          <Logo />
        </button>
        <span class="wordmark">lessonroom</span>
        <span class="spring" />
        <Preferences />
      </header>
      <main class="lessons operator">
        <h1>{t("operator.title")}</h1>
        {error.value && <p class="error" role="alert">{error.value}</p>}
        <LiveRooms api={api} attempt={attempt} />
        <Sessions api={api} attempt={attempt} />
        <RolePermissions api={api} attempt={attempt} />
      </main>
    </div>
  );
}

interface SectionProps {
  readonly api: OperatorApi;
  readonly attempt: Attempt;
}

function LiveRooms({ api, attempt }: SectionProps): VNode {
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
          columns={[
            "operator.lesson",
            "operator.status",
            "operator.people",
            "operator.connections",
            "operator.events",
            "operator.elements",
            "operator.since",
          ]}
        >
          {rooms.value.map((room) => (
            <tr key={room.session_id}>
              <th scope="row"><bdi>{room.title || t("home.untitled")}</bdi></th>
              <td><Chip status={room.status} /></td>
              <td class="number">{room.participants}</td>
              <td class="number">{room.connections}</td>
              <td class="number">{room.events_per_s.toFixed(1)}</td>
              <td class="number">{room.elements}</td>
              <td>{dateTime(room.opened_at)}</td>
              <td class="actions">
                <button
                  type="button"
                  class="button small"
                  onClick={() => {
                    opened.value = room.session_id;
                  }}
                >
                  {t("people.title")}
                </button>
                <Terminate api={api} attempt={attempt} room={room} onDone={load} />
              </td>
            </tr>
          ))}
        </Table>
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

interface TerminateProps extends SectionProps {
  readonly room: { readonly session_id: string; readonly title: string };
  readonly onDone: () => Promise<unknown>;
}

function Terminate({ api, attempt, room, onDone }: TerminateProps): VNode {
  const isAsking = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="button small danger-quiet"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {t("operator.terminate")}
      </button>
      {isAsking.value && (
        <Question
          title={t("operator.terminateQuestion", { title: isolated(room.title || t("home.untitled")) })}
          text={t("lesson.completeText")}
          confirm={t("operator.terminateConfirm")}
          onConfirm={() =>
            void attempt(async () => {
              await api.terminate(room.session_id);
            }).then(onDone)
          }
          onClose={() => {
            isAsking.value = false;
          }}
        />
      )}
    </>
  );
}

function Sessions({ api, attempt }: SectionProps): VNode {
  const sessions = useSignal<readonly SessionSummary[]>([]);
  const cursor = useSignal<string | null>(null);
  const load = (after: string | null): Promise<boolean> =>
    attempt(async () => {
      const page = await api.sessions(after);
      sessions.value = after === null ? page.items : [...sessions.value, ...page.items];
      cursor.value = page.next_cursor;
    });
  useEffect(() => {
    void load(null);
  }, []);
  return (
    <section>
      <h2>{t("operator.sessions")}</h2>
      {sessions.value.length === 0 ? (
        <p class="hint">{t("operator.noSessions")}</p>
      ) : (
        <Table
          label="operator.sessions"
          columns={["operator.lesson", "operator.status", "operator.created", "operator.minutes"]}
        >
          {sessions.value.map((session) => (
            <tr key={session.session_id}>
              <th scope="row"><bdi>{session.title || t("home.untitled")}</bdi></th>
              <td><Chip status={session.status} /></td>
              <td>{dateTime(session.created_at)}</td>
              <td class="number">{Math.round(session.total_duration_seconds / 60)}</td>
              <td class="actions">
                <button
                  type="button"
                  class="button small"
                  onClick={() => goTo(`/history/${session.session_id}`)}
                >
                  {t("history.title")}
                </button>
                {!hasEnded(session.status) && (
                  <Terminate api={api} attempt={attempt} room={session} onDone={() => load(null)} />
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {cursor.value !== null && (
        <button type="button" class="button" onClick={() => void load(cursor.value)}>
          {t("home.more")}
        </button>
      )}
    </section>
  );
}

interface TableProps {
  readonly label: Key;
  readonly columns: readonly Key[];
  readonly children: ComponentChildren;
}

/** A wide table scrolls by itself; the keyboard reaches it as well. */
function Table({ label, columns, children }: TableProps): VNode {
  return (
    <div class="table-frame card" role="region" aria-label={t(label)} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">{t(column)}</th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function Chip({ status }: { readonly status: SessionSummary["status"] }): VNode {
  return (
    <span class="chip" data-status={status}>
      <span class="dot" aria-hidden="true" />
      {t(`status.${status}`)}
    </span>
  );
}
