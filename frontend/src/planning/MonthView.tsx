/** A month of lessons, day by day; on a narrow screen the days that have any, one below the other. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { goTo } from "../browser/address.ts";
import type { ClassroomApi, SessionSummary } from "../client/rest/rest.ts";
import { locale, t, timeOfDay } from "../language/language.ts";
import { wordsFor } from "../language/words_of_errors.ts";
import { IconButton } from "../ui/controls.tsx";
import { beginOf, daysOf, keyOf, monthAfter } from "./month.ts";
import "../styles/planning.css";

const AT_ONCE = 100;
/** Of one month; who has more finds them in the list. */
const MOST = 500;

export interface MonthViewProps {
  readonly api: ClassroomApi;
}

async function lessonsOf(api: ClassroomApi, from: Date, to: Date): Promise<SessionSummary[]> {
  const found: SessionSummary[] = [];
  let cursor: string | null = null;
  do {
    const page = await api.mySessions({
      cursor,
      from: from.toISOString(),
      to: to.toISOString(),
      order: "soonest",
      limit: AT_ONCE,
    });
    found.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null && found.length < MOST);
  return found;
}

const FINISHED: readonly string[] = ["completed", "terminated", "expired"];

export function MonthView({ api }: MonthViewProps): VNode {
  const month = useSignal(keyOf(new Date()).slice(0, 7));
  const lessons = useSignal<readonly SessionSummary[] | null>(null);
  const error = useSignal<string | null>(null);
  const days = daysOf(month.value);
  useEffect(() => {
    let isLeft = false;
    lessons.value = null;
    error.value = null;
    const end = new Date(days.at(-1)!);
    end.setDate(end.getDate() + 1);
    lessonsOf(api, days[0]!, end).then(
      (found) => {
        if (!isLeft) lessons.value = found;
      },
      (caught: unknown) => {
        if (!isLeft) error.value = wordsFor(caught);
      },
    );
    return () => {
      isLeft = true;
    };
  }, [api, month.value]);
  const byDay = new Map<string, SessionSummary[]>();
  for (const lesson of lessons.value ?? []) {
    const key = keyOf(new Date(lesson.actual_start ?? lesson.scheduled_start ?? lesson.created_at));
    byDay.set(key, [...(byDay.get(key) ?? []), lesson]);
  }
  const title = new Intl.DateTimeFormat(locale.value, { month: "long", year: "numeric" }).format(beginOf(month.value));
  const weekday = new Intl.DateTimeFormat(locale.value, { weekday: "short" });
  const full = new Intl.DateTimeFormat(locale.value, { weekday: "long", day: "numeric", month: "long" });
  const today = keyOf(new Date());
  const step = (by: number) => (): void => {
    month.value = monthAfter(month.value, by);
  };
  return (
    <section class="month" aria-labelledby="month-title">
      <header>
        <IconButton icon="before" label={t("month.before")} onClick={step(-1)} />
        <h2 id="month-title" aria-live="polite">{title}</h2>
        <IconButton icon="next" label={t("month.after")} onClick={step(1)} />
      </header>
      {error.value && <p class="error" role="alert">{error.value}</p>}
      {lessons.value === null && error.value === null && <p class="hint">{t("app.loading")}</p>}
      {lessons.value?.length === 0 && <p class="hint">{t("month.empty")}</p>}
      <div class="month-days" aria-hidden="true">
        {days.slice(0, 7).map((day) => (
          <span key={day.getTime()}>{weekday.format(day)}</span>
        ))}
      </div>
      <ol class="month-grid">
        {days.map((day) => {
          const key = keyOf(day);
          const own = byDay.get(key) ?? [];
          const isOther = !key.startsWith(month.value);
          return (
            <li key={key} class="month-day" data-other={isOther || undefined} data-today={key === today || undefined} data-empty={own.length === 0 || undefined}>
              <time dateTime={key} aria-label={full.format(day)}>
                <span class="month-number">{day.getDate()}</span>
                <span class="month-name">{full.format(day)}</span>
              </time>
              {own.map((lesson) => (
                <button
                  key={lesson.session_id}
                  type="button"
                  class="month-lesson"
                  data-status={lesson.status}
                  onClick={() => goTo(`/${FINISHED.includes(lesson.status) ? "history" : "room"}/${lesson.session_id}`)}
                >
                  <span>{timeOfDay(Date.parse(lesson.actual_start ?? lesson.scheduled_start ?? lesson.created_at))}</span>{" "}
                  <bdi>{lesson.title || t("home.untitled")}</bdi>
                </button>
              ))}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
