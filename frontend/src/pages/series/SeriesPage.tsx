/** The history of a series in one place: its lessons in their order, their pages, and what was written in them. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Assets } from "../../board/drawing/assets.ts";
import { Thumbnail } from "../../board/drawing/Thumbnail.tsx";
import { pageBoard } from "../../board/pages.ts";
import { goTo, userToken } from "../../browser/address.ts";
import { SERVER } from "../../browser/root.ts";
import { boardOf, type Board } from "../../client/replica/board.ts";
import { ClassroomApi, type SessionSummary } from "../../client/rest/rest.ts";
import { dateTime, t } from "../../language/language.ts";
import { wordsFor } from "../../language/words_of_errors.ts";
import { IconButton } from "../../ui/controls.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Message } from "../../ui/Message.tsx";
import { Hits } from "../home/Hits.tsx";
import { SECTIONS } from "../home/list_of_lessons.ts";
import "../../styles/pages/pages.css";
import "../../styles/pages/home.css";
import "../../styles/pages/series.css";

/** Nobody waits for each letter. */
const TYPING_MS = 250;
const AT_ONCE = 50;

export function SeriesPage({ seriesId }: { readonly seriesId: string }): VNode {
  const token = userToken.value;
  if (token !== null) return <Series key={seriesId} seriesId={seriesId} token={token} />;
  return (
    <Message text={t("series.signIn")}>
      <button type="button" class="button" onClick={() => goTo("/")}>
        {t("app.home")}
      </button>
    </Message>
  );
}

interface SeriesProps {
  readonly seriesId: string;
  readonly token: string;
}

function Series({ seriesId, token }: SeriesProps): VNode {
  const api = useMemo(() => new ClassroomApi(SERVER, token), [token]);
  const pictures = useMemo(() => new Assets((asset) => api.image(asset)), [api]);
  const lessons = useSignal<readonly SessionSummary[] | null>(null);
  const cursor = useSignal<string | null>(null);
  const problem = useSignal<string | null>(null);
  const q = useSignal("");
  const typing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const load = async (from: string | null): Promise<void> => {
    try {
      const page = await api.mySessions({ series: seriesId, order: "soonest", limit: AT_ONCE, cursor: from });
      lessons.value = [...(from === null ? [] : (lessons.value ?? [])), ...page.items];
      cursor.value = page.next_cursor;
      problem.value = null;
    } catch (error) {
      problem.value = wordsFor(error);
    }
  };
  useEffect(() => {
    void load(null);
    return () => {
      clearTimeout(typing.current);
      pictures.dispose();
    };
  }, [api]);
  const [first] = lessons.value ?? [];
  const title = first?.title || t("home.untitled");
  return (
    <main class="lessons series">
      <header class="lessons-head">
        <IconButton icon="leave" label={t("app.home")} onClick={() => goTo("/")} />
        <h1>
          <bdi>{lessons.value === null ? t("series.title") : title}</bdi>
        </h1>
        <span class="hint">{t("series.title")}</span>
      </header>
      {problem.value !== null && <p class="error" role="alert">{problem.value}</p>}
      {lessons.value === null && problem.value === null && <p class="hint">{t("app.loading")}</p>}
      {lessons.value?.length === 0 && <p class="hint">{t("home.nothingFound")}</p>}
      {first !== undefined && (
        <search class="finding">
          <label class="field finding-title">
            <span class="for-screen-readers">{t("series.search")}</span>
            <input
              type="search"
              placeholder={t("series.search")}
              maxLength={200}
              onInput={({ currentTarget: { value } }) => {
                clearTimeout(typing.current);
                typing.current = setTimeout(() => {
                  q.value = value.trim();
                }, TYPING_MS);
              }}
            />
          </label>
        </search>
      )}
      {q.value !== "" && <Hits token={token} q={q.value} series={seriesId} />}
      <ol class="series-lessons">
        {lessons.value?.map((session) => (
          <li key={session.session_id}>
            <LessonOfSeries session={session} api={api} pictures={pictures} />
          </li>
        ))}
      </ol>
      {cursor.value !== null && (
        <button type="button" class="button more" onClick={() => void load(cursor.value)}>
          {t("home.more")}
        </button>
      )}
    </main>
  );
}

interface LessonOfSeriesProps {
  readonly session: SessionSummary;
  readonly api: ClassroomApi;
  readonly pictures: Assets;
}

function LessonOfSeries({ session, api, pictures }: LessonOfSeriesProps): VNode {
  const isOver = SECTIONS.past.includes(session.status);
  const mayLook = session.access_code !== null || (isOver && session.settings.history_policy === "all");
  const hasBegun = session.actual_start !== null;
  return (
    <article class="card" aria-label={session.title || t("home.untitled")}>
      <header>
        <strong>
          <bdi>{session.title || t("home.untitled")}</bdi>
        </strong>
        <span class="hint">{dateTime(session.actual_start ?? session.scheduled_start ?? session.created_at)}</span>
        <span class="chip" data-status={session.status}>
          <span class="dot" aria-hidden="true" />
          {t(`status.${session.status}`)}
        </span>
        <span class="spring" />
        {!isOver && (
          <button type="button" class="button small" onClick={() => goTo(`/room/${session.session_id}`)}>
            {t("series.enter")}
          </button>
        )}
        {mayLook && hasBegun && (
          <button type="button" class="button small" onClick={() => goTo(`/history/${session.session_id}`)}>
            <Icon name="undo" size={16} /> {t("app.history")}
          </button>
        )}
      </header>
      {mayLook && hasBegun && <PagesOfLesson session={session} api={api} pictures={pictures} />}
    </article>
  );
}

/** The pages as they were at the end; fetched when somebody wants to see them. */
function PagesOfLesson({ session, api, pictures }: LessonOfSeriesProps): VNode {
  const board = useSignal<Board | null>(null);
  const problem = useSignal<string | null>(null);
  const open = async (): Promise<void> => {
    if (board.value !== null) return;
    try {
      const { file } = await api.exportBoard(session.session_id, "json", null);
      board.value = boardOf((JSON.parse(await file.text()) as { board: Parameters<typeof boardOf>[0] }).board);
    } catch (error) {
      problem.value = wordsFor(error);
    }
  };
  const there = board.value;
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && void open()}>
      <summary>{t("pages.title")}</summary>
      {problem.value !== null && <p class="error" role="alert">{problem.value}</p>}
      {there === null && problem.value === null && <p class="hint">{t("app.loading")}</p>}
      <ul class="series-pages">
        {there?.pages.map((page, at) => (
          <li key={page.id}>
            <button type="button" onClick={() => goTo(`/history/${session.session_id}#page=${page.id}`)}>
              <Thumbnail board={pageBoard(there, page)} pictures={pictures} />
              <bdi>{page.title || t("pages.name", { n: at + 1 })}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
