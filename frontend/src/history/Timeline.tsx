/** What happened in a lesson, event by event, of whom and of what kind one likes. */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { TimelineEntry } from "../client/rest/rest.ts";
import { locale, t } from "../language/language.ts";
import { KINDS, kindOf, type Kind, type Shown } from "./shown.ts";
import { mediaChanges, sentenceOf, summarised } from "./telling.ts";

export function timeOf({ at }: TimelineEntry): string {
  return new Intl.DateTimeFormat(locale.value, { timeStyle: "medium" }).format(new Date(at));
}

interface TimelineProps {
  readonly course: Shown;
  readonly onGo: (event: TimelineEntry) => void;
}

export function Timeline({ course, onGo }: TimelineProps): VNode {
  const events = course.events.value;
  const media = useMemo(() => mediaChanges(events), [events]);
  // Who came and went is not told to everyone.
  const kinds = useMemo(() => KINDS.filter((kind) => events.some((event) => kindOf(event) === kind)), [events]);
  return (
    <aside class="timeline" aria-label={t("history.timeline")}>
      <div class="filters">
        <select
          aria-label={t("history.person")}
          value={course.person.value ?? ""}
          onChange={({ currentTarget }) => {
            course.person.value = currentTarget.value === "" ? null : Number(currentTarget.value);
          }}
        >
          <option value="">{t("history.everyone")}</option>
          {[...course.people.value].map(([userId, name]) => (
            <option key={userId} value={userId}>
              {name}
            </option>
          ))}
        </select>
        <select
          aria-label={t("history.kind")}
          value={course.kind.value ?? ""}
          onChange={({ currentTarget }) => {
            course.kind.value = (currentTarget.value || null) as Kind | null;
          }}
        >
          <option value="">{t("history.everything")}</option>
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {t(`history.kind.${kind}`)}
            </option>
          ))}
        </select>
      </div>
      <ol>
        {summarised(course.shown.value).map(({ event, count }) => (
          <li key={event.seq}>
            <button
              type="button"
              aria-current={event.seq === course.version.value}
              onClick={() => onGo(event)}
            >
              <time dateTime={event.at}>{timeOf(event)}</time>
              <span>
                {sentenceOf(event, course.people.value, media.get(event.seq))}
                {count > 1 && ` × ${count}`}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </aside>
  );
}
