/** One lesson of the list: a way into it, and what its host can do with it. */

import { useSignal, type ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import { goTo } from "../../browser/address.ts";
import type { SessionSummary } from "../../client/rest/rest.ts";
import { dateTime, isolated, t } from "../../language/language.ts";
import type { Planned, Scope } from "../../planning/LessonForm.tsx";
import { IconButton } from "../../ui/controls.tsx";
import { Question } from "../../ui/dialogs.tsx";
import { Later } from "../../ui/Later.tsx";
import { SETTINGS } from "../../ui/more_icons.ts";
import { SECTIONS } from "./list_of_lessons.ts";

const lessonForm = () => import("../../planning/LessonForm.tsx").then((module) => module.LessonForm);
const reportDialog = () => import("../../report/ReportDialog.tsx").then((module) => module.ReportDialog);

interface LessonCardProps {
  readonly session: SessionSummary;
  readonly token: string;
  readonly isOwn: boolean;
  /** Whether others belong to it. */
  readonly isOfSeries: boolean;
  /** Why a change was not made. */
  readonly problem: ReadonlySignal<string | null>;
  readonly onChange: (planned: Planned) => Promise<boolean>;
  readonly onDelete: (scope: Scope) => Promise<boolean>;
  readonly onContinue: () => void;
  readonly onCopy: () => void;
  readonly onReopen: () => Promise<boolean>;
}

export function LessonCard({ session, token, isOwn, isOfSeries, problem, onChange, onDelete, onContinue, onCopy, onReopen }: LessonCardProps): VNode {
  const asking = useSignal<"change" | "delete" | "reopen" | "report" | null>(null);
  const scope = useSignal<Scope>("one");
  const isSolo = session.session_type === "solo";
  const isOver = SECTIONS.past.includes(session.status);
  const isLive = SECTIONS.live.includes(session.status);
  const title = session.title || t(isSolo ? "app.soloBoard" : "home.untitled");
  const at = session.actual_start ?? session.scheduled_start ?? session.created_at;
  const close = (): void => {
    asking.value = null;
  };
  return (
    <li class="lesson-item">
      <button
        type="button"
        class="lesson card"
        onClick={() => goTo(`/${pageOf(session, isOwn)}/${session.session_id}`)}
      >
        <strong>
          <bdi>{title}</bdi>
        </strong>
        <span class="hint">{dateTime(at)}</span>
        <span class="chip" data-status={session.status}>
          <span class="dot" aria-hidden="true" />
          {t(`status.${session.status}`)}
        </span>
      </button>
      {(isOwn || isOfSeries) && (
        <span class="lesson-actions">
          {isOfSeries && (
            <IconButton
              icon="layers"
              label={t("home.series", { title: isolated(title) })}
              onClick={() => goTo(`/series/${session.series_id}`)}
            />
          )}
          {isOwn && isOver && session.session_type !== "demo" && (
            <IconButton
              icon="play"
              label={t("home.continue", { title: isolated(title) })}
              onClick={onContinue}
            />
          )}
          {isOwn && !isSolo && session.session_type !== "demo" && (
            <IconButton icon="copy" label={t("home.copy", { title: isolated(title) })} onClick={onCopy} />
          )}
          {isOwn && isOver && !isSolo && (
            <IconButton
              icon="table"
              label={t("report.of", { title: isolated(title) })}
              onClick={() => {
                asking.value = "report";
              }}
            />
          )}
          {isOwn && session.reopens_until && (
            <IconButton
              icon="undo"
              label={t("home.reopen", { title: isolated(title) })}
              onClick={() => {
                asking.value = "reopen";
              }}
            />
          )}
          {isOwn && (
            <IconButton
              icon={SETTINGS}
              label={t(isOver ? "home.rename" : "home.change", { title: isolated(title) })}
              onClick={() => {
                asking.value = "change";
              }}
            />
          )}
          {isOwn && !isLive && (
            <IconButton
              icon="trash"
              label={t("home.delete", { title: isolated(title) })}
              onClick={() => {
                asking.value = "delete";
              }}
            />
          )}
        </span>
      )}
      {asking.value === "change" && (
        <Later
          load={lessonForm}
          props={{ title: t(isOver ? "home.renameTitle" : "home.changeTitle"), token, session, problem, onSave: onChange, onClose: close }}
        />
      )}
      {asking.value === "report" && (
        <Later load={reportDialog} props={{ sessionId: session.session_id, token, onClose: close }} />
      )}
      {asking.value === "reopen" && (
        <Question
          title={t("home.reopenQuestion", { title: isolated(title) })}
          text={t("over.reopenText")}
          confirm={t("home.reopenConfirm")}
          isHarmless
          onConfirm={() => void onReopen()}
          onClose={close}
        />
      )}
      {asking.value === "delete" && (
        <Question
          title={t("home.deleteQuestion", { title: isolated(title) })}
          text={t(isOver ? "home.deleteText" : "home.cancelText")}
          confirm={t("home.deleteConfirm")}
          onConfirm={() => void onDelete(scope.value)}
          onClose={close}
        >
          {!isOver && session.scheduled_start !== null && (
            <label class="setting-choice">
              <span>{t("plan.scope")}</span>
              <select
                value={scope.value}
                onChange={(event) => {
                  scope.value = event.currentTarget.value as Scope;
                }}
              >
                {(["one", "following", "all"] as const).map((one) => (
                  <option key={one} value={one}>
                    {t(`plan.scope.${one}`)}
                  </option>
                ))}
              </select>
            </label>
          )}
        </Question>
      )}
    </li>
  );
}

/** Where one gets by it: whoever may not look back is told that it is over, and what they may take along. */
function pageOf({ status, settings }: SessionSummary, isOwn: boolean): "room" | "history" | "join" {
  if (!SECTIONS.past.includes(status)) return "room";
  return isOwn || settings.history_policy === "all" ? "history" : "join";
}
