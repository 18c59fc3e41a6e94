/** One's own lessons: what goes on, what comes next, what was; looked for by title and by day. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { goTo, keepRoomToken, signInWith } from "../../browser/address.ts";
import { SERVER } from "../../browser/root.ts";
import { saveFile } from "../../browser/save_file.ts";
import { ApiRefusal } from "../../client/rest/http.ts";
import { ClassroomApi, type SessionSummary } from "../../client/rest/rest.ts";
import { isolated, plural, t } from "../../language/language.ts";
import { wordsFor } from "../../language/words_of_errors.ts";
import type { Planned, Scope } from "../../planning/LessonForm.tsx";
import { daysApart, planOf } from "../../planning/plan.ts";
import { PlanningApi } from "../../planning/planning_api.ts";
import { ruleOf, zoneHere } from "../../planning/repeating.ts";
import { Icon } from "../../ui/icons.tsx";
import { Later } from "../../ui/Later.tsx";
import { TIMER } from "../../ui/more_icons.ts";
import { Account, NameCard, useMe } from "../Account.tsx";
import { Finding } from "./Finding.tsx";
import { LessonCard } from "./LessonCard.tsx";
import { ListOfLessons, SECTIONS, whenOf, type When } from "./list_of_lessons.ts";

const continuing = () => import("../../planning/ContinueDialog.tsx").then((module) => module.ContinueDialog);

const WHENS: readonly When[] = ["today", "week", "later"];
const lessonForm = () => import("../../planning/LessonForm.tsx").then((module) => module.LessonForm);
const hits = () => import("./Hits.tsx").then((module) => module.Hits);
const calendarDialog = () => import("../../planning/CalendarDialog.tsx").then((module) => module.CalendarDialog);
const importDialog = () => import("../packs/ImportDialog.tsx").then((module) => module.ImportDialog);
const monthView = () => import("../../planning/MonthView.tsx").then((module) => module.MonthView);

export function Lessons({ token }: { readonly token: string }): VNode {
  const error = useSignal<string | null>(null);
  const told = useSignal("");
  const isNaming = useSignal(false);
  const isSubscribing = useSignal(false);
  const isMonth = useSignal(false);
  const isExporting = useSignal(false);
  /** A lesson pack is taken up: what was dropped on the page, or none yet. */
  const importing = useSignal<{ readonly dropped: File | null } | null>(null);
  const continued = useSignal<{ readonly session: SessionSummary; readonly isCopy: boolean } | null>(null);
  const api = useMemo(() => new ClassroomApi(SERVER, token), [token]);
  const planning = useMemo(() => new PlanningApi(SERVER, token), [token]);
  const list = useMemo(() => new ListOfLessons(api), [api]);
  const me = useMe(api, token);

  const attempt = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      error.value = null;
      await work();
      return true;
    } catch (caught) {
      if (caught instanceof ApiRefusal && caught.status === 401) signInWith(null);
      else error.value = wordsFor(caught);
      return false;
    }
  };
  const filter = list.filter.value;
  useEffect(() => {
    void attempt(() => list.load());
  }, [list, filter]);
  const exportAll = async (): Promise<void> => {
    isExporting.value = true;
    await attempt(async () => saveFile(await planning.allLessons(), "lessons.zip"));
    isExporting.value = false;
  };
  const openSolo = (): Promise<boolean> =>
    attempt(async () => {
      const { token: room, session } = await api.createSolo();
      keepRoomToken(session.session_id, room);
      goTo(`/room/${session.session_id}`);
    });
  const create = ({ title, start, end, plan, repeat, times, people, settings, template }: Planned): Promise<boolean> =>
    attempt(async () => {
      const begins = template === null ? {} : { template };
      if (repeat === "once") {
        const planned = start && end ? { scheduled_start: start, scheduled_end: end } : {};
        const session = await planning.createLesson({ title, settings, people, ...planned, ...begins });
        if (!start) {
          goTo(`/room/${session.session_id}`);
          return;
        }
        // What is told of is there to be seen by then.
        await list.load();
        told.value = t("home.planned", { title: isolated(title || t("home.untitled")) });
      } else {
        const series = await planning.createSeries({
          ...{ title, settings, people, rule: ruleOf(repeat, times), zone: zoneHere() },
          ...{ start: `${plan.day}T${plan.time}`, minutes: plan.length },
          ...begins,
        });
        await list.load();
        told.value = plural("home.seriesPlanned", series.items.length);
      }
    });
  const change = (session: SessionSummary, { title, start, end, plan, scope }: Planned): Promise<boolean> =>
    attempt(async () => {
      const isPlanned = session.status === "scheduled" || session.status === "waiting";
      if (scope === "one" || !start) {
        const times = isPlanned ? { scheduled_start: start, scheduled_end: end } : {};
        await api.changeLesson(session.session_id, { title, ...times });
      } else {
        await planning.changeSeries(session.series_id, {
          ...(scope === "following" && { from_session: session.session_id }),
          ...{ title, zone: zoneHere(), time: plan.time, minutes: plan.length, days: daysApart(planOf(session).day, plan.day) },
        });
      }
      await list.load();
    });
  const reopen = ({ session_id: id }: SessionSummary): Promise<boolean> =>
    attempt(async () => {
      await api.reopen(id);
      goTo(`/room/${id}`);
    });
  const remove = (session: SessionSummary, scope: Scope): Promise<boolean> =>
    attempt(async () => {
      if (scope !== "one") {
        const { items } = await planning.cancelSeries(session.series_id, scope === "all" ? null : session.session_id);
        await list.load();
        told.value = plural("home.seriesCancelled", items.length);
        return;
      }
      if (!SECTIONS.past.includes(session.status)) await api.terminate(session.session_id);
      await api.deleteSession(session.session_id);
      list.drop(session.session_id);
      told.value = t("home.deleted", { title: isolated(session.title || t("home.untitled")) });
    });

  const card = (session: SessionSummary): VNode => (
    <LessonCard
      key={session.session_id}
      session={session}
      token={token}
      problem={error}
      isOfSeries={list.isOfSeries(session)}
      isOwn={session.host_id === me.value?.user_id}
      onChange={(planned) => change(session, planned)}
      onDelete={(scope) => remove(session, scope)}
      onContinue={() => {
        continued.value = { session, isCopy: false };
      }}
      onCopy={() => {
        continued.value = { session, isCopy: true };
      }}
      onReopen={() => reopen(session)}
    />
  );
  const sections = list.sections.value;
  const isEmpty = sections !== null && Object.values(sections).every(({ items }) => items.length === 0);
  return (
    <main
      class="lessons"
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
      }}
      onDrop={(event) => {
        const [dropped] = event.dataTransfer?.files ?? [];
        if (dropped === undefined) return;
        // Or the browser leaves the page for the file.
        event.preventDefault();
        importing.value ??= { dropped };
      }}
    >
      <header class="lessons-head">
        <h1>{t("home.title")}</h1>
        <span class="spring" />
        <button
          type="button"
          class="button"
          aria-pressed={isMonth.value}
          onClick={() => {
            isMonth.value = !isMonth.value;
          }}
        >
          <Icon name="table" size={20} /> {t("home.month")}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            isSubscribing.value = true;
          }}
        >
          <Icon name={TIMER} size={20} /> {t("home.subscribe")}
        </button>
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
      <p class="home-told" role="status">{told.value}</p>
      {isMonth.value ? (
        <Later load={monthView} props={{ api }} meanwhile={<p class="hint">{t("app.loading")}</p>} />
      ) : (
        <>
          {sections === null && error.value === null && <p class="hint">{t("app.loading")}</p>}
          {(!isEmpty || list.isFiltered.value) && sections !== null && <Finding list={list} />}
          {filter.title.trim() !== "" && <Later load={hits} props={{ token, q: filter.title.trim() }} />}
          {isEmpty && (list.isFiltered.value ? <p class="hint nothing">{t("home.nothingFound")}</p> : <Empty />)}
          {(["live", "upcoming", "past", "drafts"] as const).map((name) => {
            const section = sections?.[name];
            if (section === undefined || section.items.length === 0) return null;
            const groups =
              name === "upcoming"
                ? WHENS.map((when) => [when, section.items.filter((one) => whenOf(one) === when)] as const)
                : [[null, section.items] as const];
            return (
              <section key={name} aria-labelledby={`lessons-${name}`}>
                <h2 id={`lessons-${name}`}>{t(`home.${name}`)}</h2>
                {groups.map(([when, items]) => items.length > 0 && (
                  <div key={when}>
                    {when !== null && <h3>{t(`home.${when}`)}</h3>}
                    <ul class="cards">{items.map(card)}</ul>
                  </div>
                ))}
                {section.cursor !== null && (
                  <button type="button" class="button more" onClick={() => void attempt(() => list.more(name))}>
                    {t("home.more")}
                  </button>
                )}
              </section>
            );
          })}
        </>
      )}
      {sections !== null && (
        <p class="hint home-export">
          <button type="button" class="link" onClick={() => void (importing.value = { dropped: null })}>
            {t("home.importPack")}
          </button>
          {!isEmpty && (
            <button type="button" class="link" disabled={isExporting.value} onClick={() => void exportAll()}>
              {t(isExporting.value ? "home.exporting" : "home.exportAll")}
            </button>
          )}
        </p>
      )}
      <Account api={api} token={token} me={me} />
      {continued.value !== null && (
        <Later
          load={continuing}
          props={{
            ...continued.value,
            token,
            onPlanned: ({ title }: SessionSummary) => {
              void attempt(async () => {
                await list.load();
                told.value = t("home.planned", { title: isolated(title || t("home.untitled")) });
              });
            },
            onClose: () => {
              continued.value = null;
            },
          }}
        />
      )}
      {importing.value !== null && (
        <Later
          load={importDialog}
          props={{
            token,
            ...importing.value,
            onCame: () => void attempt(() => list.load()),
            onClose: () => {
              importing.value = null;
            },
          }}
        />
      )}
      {isSubscribing.value && (
        <Later
          load={calendarDialog}
          props={{
            token,
            onClose: () => {
              isSubscribing.value = false;
            },
          }}
        />
      )}
      {isNaming.value && (
        <Later
          load={lessonForm}
          props={{
            title: t("home.new"),
            token,
            problem: error,
            onSave: create,
            onClose: () => {
              isNaming.value = false;
            },
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
