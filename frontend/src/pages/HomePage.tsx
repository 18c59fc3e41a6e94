/** One's own lessons; without a sign-in, the way into somebody else's. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { ApiRefusal } from "../client/rest/http.ts";
import { ClassroomApi, type SessionSummary } from "../client/rest/rest.ts";
import { dateTime, t } from "../language/language.ts";
import { wordsOf } from "../language/words_of_errors.ts";
import { goTo, keepRoomToken, signInWith, userToken } from "../browser/address.ts";
import { Logo } from "../ui/controls.tsx";
import { Dialog } from "../ui/dialogs.tsx";
import { Field, Switch } from "../ui/forms.tsx";
import { Icon } from "../ui/icons.tsx";
import { pathOfInvitation } from "../browser/pasted_link.ts";
import { SERVER } from "../browser/root.ts";
import { Preferences } from "../ui/Preferences.tsx";
import { Account, NameCard, useMe } from "./Account.tsx";
import { HowToSignIn } from "./HowToSignIn.tsx";
import "../styles/pages.css";

export function HomePage(): VNode {
  useEffect(() => {
    document.title = "lessonroom";
  }, []);
  return (
    <div class="home">
      <header class="home-bar">
        <Logo />
        <span class="wordmark">lessonroom</span>
        <span class="spring" />
        <Preferences />
      </header>
      {userToken.value === null ? <SignedOut /> : <Lessons token={userToken.value} />}
    </div>
  );
}

function SignedOut(): VNode {
  const link = useSignal("");
  const isWrong = useSignal(false);
  return (
    <main class="welcome">
      <h1>{t("home.signedOut.title")}</h1>
      <form
        class="card form"
        onSubmit={(event) => {
          event.preventDefault();
          const path = pathOfInvitation(link.value);
          isWrong.value = path === null;
          if (path !== null) goTo(path);
        }}
      >
        <p>{t("home.signedOut.text")}</p>
        <Field
          label={t("home.link")}
          value={link.value}
          placeholder={`${SERVER}/join/…`}
          onInput={(value) => {
            link.value = value;
          }}
        />
        {isWrong.value && <p class="error" role="alert">{t("home.linkWrong")}</p>}
        <button type="submit" class="button primary wide">{t("home.join")}</button>
      </form>
      <HowToSignIn />
    </main>
  );
}

const SECTIONS = [
  { title: "home.live", statuses: ["active", "paused"] },
  { title: "home.upcoming", statuses: ["scheduled", "waiting"] },
  { title: "home.past", statuses: ["completed", "terminated", "expired"] },
] as const;

function Lessons({ token }: { readonly token: string }): VNode {
  const sessions = useSignal<readonly SessionSummary[] | null>(null);
  const cursor = useSignal<string | null>(null);
  const error = useSignal<string | null>(null);
  const isNaming = useSignal(false);
  const api = new ClassroomApi(SERVER, token);
  const me = useMe(api, token);

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      error.value = null;
      await work();
    } catch (caught) {
      if (caught instanceof ApiRefusal && caught.status === 401) signInWith(null);
      else error.value = caught instanceof ApiRefusal ? wordsOf(caught.error) : t("app.unreachable");
    }
  };
  const load = (): Promise<void> =>
    attempt(async () => {
      const page = await api.mySessions({ cursor: cursor.value });
      sessions.value = [...(sessions.value ?? []), ...page.items];
      cursor.value = page.next_cursor;
    });
  useEffect(() => {
    void load();
  }, [token]);
  const openSolo = (): Promise<void> =>
    attempt(async () => {
      const { token: room, session } = await api.createSolo();
      keepRoomToken(session.session_id, room);
      goTo(`/room/${session.session_id}`);
    });
  const create = (title: string, hasWaitingRoom: boolean): Promise<void> =>
    attempt(async () => {
      const settings = { waiting_room: hasWaitingRoom };
      const session = await api.createLesson(title.trim(), settings);
      goTo(`/room/${session.session_id}`);
    });

  return (
    <main class="lessons">
      <header class="lessons-head">
        <h1>{t("home.title")}</h1>
        <span class="spring" />
        <button type="button" class="button" onClick={() => void openSolo()}>
          <Icon name="pen" size={20} /> {t("home.solo")}
        </button>
        <button
          type="button"
          class="button primary"
          onClick={() => {
            isNaming.value = true;
          }}
        >
          <Icon name="plus" size={20} /> {t("home.new")}
        </button>
      </header>
      <NameCard api={api} me={me} />
      {error.value && <p class="error" role="alert">{error.value}</p>}
      {sessions.value === null && error.value === null && <p class="hint">{t("app.loading")}</p>}
      {sessions.value?.length === 0 && <Empty />}
      {SECTIONS.map(({ title, statuses }) => {
        const found = (sessions.value ?? []).filter(({ status }) =>
          (statuses as readonly string[]).includes(status),
        );
        return (
          found.length > 0 && (
            <section key={title}>
              <h2>{t(title)}</h2>
              <ul class="cards">
                {found.map((session) => (
                  <Lesson key={session.session_id} session={session} isOver={title === "home.past"} />
                ))}
              </ul>
            </section>
          )
        );
      })}
      {cursor.value && (
        <button type="button" class="button" onClick={() => void load()}>{t("home.more")}</button>
      )}
      <Account api={api} token={token} me={me} />
      {isNaming.value && (
        <NewLesson
          onCreate={create}
          onClose={() => {
            isNaming.value = false;
          }}
        />
      )}
    </main>
  );
}

function Empty(): VNode {
  return (
    <div class="empty">
      <svg viewBox="0 0 160 90" aria-hidden="true">
        <rect x="20" y="8" width="120" height="70" rx="8" />
        <path d="M40 56c12-30 22-36 27-32s-12 34-3 36 15-32 22-28-8 26 0 28 14-10 20-16" />
      </svg>
      <p>{t("home.empty")}</p>
    </div>
  );
}

function Lesson({ session, isOver }: { session: SessionSummary; isOver: boolean }): VNode {
  const isSolo = session.session_type === "solo";
  const at = session.actual_start ?? session.scheduled_start ?? session.created_at;
  const content = (
    <>
      <strong>
        <bdi>{session.title || t(isSolo ? "app.soloBoard" : "home.untitled")}</bdi>
      </strong>
      <span class="hint">{dateTime(at)}</span>
      <span class="chip" data-status={session.status}>
        <span class="dot" aria-hidden="true" />
        {t(`status.${session.status}`)}
      </span>
    </>
  );
  return (
    <li>
      <button
        type="button"
        class="lesson card"
        onClick={() => goTo(`/${isOver ? "history" : "room"}/${session.session_id}`)}
      >
        {content}
      </button>
    </li>
  );
}

interface NewLessonProps {
  readonly onCreate: (title: string, hasWaitingRoom: boolean) => Promise<void>;
  readonly onClose: () => void;
}

function NewLesson({ onCreate, onClose }: NewLessonProps): VNode {
  const title = useSignal("");
  const hasWaitingRoom = useSignal(false);
  const isBusy = useSignal(false);
  return (
    <Dialog title={t("home.new")} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          isBusy.value = true;
          void onCreate(title.value, hasWaitingRoom.value).finally(() => {
            isBusy.value = false;
            onClose();
          });
        }}
      >
        <Field
          label={t("home.newTitle")}
          value={title.value}
          placeholder={t("home.newPlaceholder")}
          maxLength={200}
          autoFocus
          onInput={(value) => {
            title.value = value;
          }}
        />
        <Switch
          label={t("home.waitingRoom")}
          isOn={hasWaitingRoom.value}
          onChange={(isOn) => {
            hasWaitingRoom.value = isOn;
          }}
        />
        <footer>
          <button type="submit" class="button primary" disabled={isBusy.value}>
            {t("home.create")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
