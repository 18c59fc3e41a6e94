/** The lesson is over: what can be taken along, looked at, and what comes next. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { ExportDialog } from "../../board/ExportDialog.tsx";
import { goTo, userToken } from "../../browser/address.ts";
import { ROOT, SERVER } from "../../browser/root.ts";
import { hasEnded } from "../../client/replica/room_state.ts";
import { ClassroomApi, type SessionSummary } from "../../client/rest/rest.ts";
import { dateTime, t } from "../../language/language.ts";
import { wordsFor } from "../../language/words_of_errors.ts";
import { Icon } from "../../ui/icons.tsx";
import { Later } from "../../ui/Later.tsx";
import { Message } from "../../ui/Message.tsx";
import { HISTORY } from "../../ui/more_icons.ts";

const continuing = () => import("../../planning/ContinueDialog.tsx").then((module) => module.ContinueDialog);
const reporting = () => import("../../report/ReportDialog.tsx").then((module) => module.ReportDialog);
const LOOK_EVERY_MS = 15_000;

interface OverProps {
  readonly sessionId: string;
  /** Of who was there; a sign-in goes before it. */
  readonly seat: ClassroomApi;
  /** Until the server tells it. */
  readonly title: string;
}

export function Over({ sessionId, seat, title: known }: OverProps): VNode {
  const isExporting = useSignal(false);
  const isContinuing = useSignal(false);
  const isReporting = useSignal(false);
  const error = useSignal<string | null>(null);
  const session = useSignal<SessionSummary | null>(null);
  const isHost = useSignal(false);
  const next = useSignal<SessionSummary | null>(null);
  const hosts = userToken.value === null ? null : new ClassroomApi(SERVER, userToken.value);
  const api = hosts ?? seat;
  useEffect(() => {
    const nothing = (): void => undefined;
    const look = (): void => {
      if (document.hidden) return;
      api.session(sessionId).then((found) => {
        session.value = found;
        // Only a host is told the code.
        isHost.value = hosts !== null && found.access_code !== null;
      }, nothing);
    };
    look();
    // The host may have it go on: whoever still sits here is to know.
    const timer = setInterval(look, LOOK_EVERY_MS);
    document.addEventListener("visibilitychange", look);
    hosts?.mySessions({ statuses: ["active", "paused", "waiting", "scheduled"] }).then(({ items }) => {
      const others = items.filter(({ session_id, session_type }) => session_id !== sessionId && session_type !== "solo");
      next.value = others.sort((a, b) => timeOf(a) - timeOf(b))[0] ?? null;
    }, nothing);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [sessionId]);
  // Anew: this page may be that of the lesson, which has let go of everything.
  const comeBack = (): void => location.assign(`${ROOT}/room/${sessionId}`);
  const reopen = async (): Promise<void> => {
    try {
      error.value = null;
      await api.reopen(sessionId);
      comeBack();
    } catch (caught) {
      error.value = wordsFor(caught);
    }
  };
  const title = session.value?.title ?? known;
  if (session.value !== null && !hasEnded(session.value.status)) {
    return (
      <Message text={t("over.isBack")} {...(title && { detail: title })}>
        <button type="button" class="button primary" onClick={comeBack}>
          <Icon name="play" size={20} /> {t("over.comeBack")}
        </button>
      </Message>
    );
  }
  return (
    <>
      <Message text={t("ending.session_ended")} {...(title && { detail: title })}>
        {session.value !== null && (
          <button
            type="button"
            class="button primary"
            onClick={() => {
              isExporting.value = true;
            }}
          >
            <Icon name="download" size={20} /> {t("board.export")}
          </button>
        )}
        {(isHost.value || session.value?.settings.history_policy === "all") && (
          <button type="button" class="button" onClick={() => goTo(`/history/${sessionId}`)}>
            <Icon name={HISTORY} size={20} /> {t("app.history")}
          </button>
        )}
        {isHost.value && (
          <>
            <button
              type="button"
              class="button"
              onClick={() => {
                isReporting.value = true;
              }}
            >
              <Icon name="table" size={20} /> {t("report.title")}
            </button>
            {session.value?.reopens_until && (
              <button type="button" class="button" title={t("over.reopenText")} onClick={() => void reopen()}>
                <Icon name="undo" size={20} /> {t("over.reopen")}
              </button>
            )}
            <button type="button" class="button" title={t("over.goOnText")} onClick={() => {
                isContinuing.value = true;
              }}
            >
              <Icon name="play" size={20} /> {t("over.goOn")}
            </button>
          </>
        )}
        {hosts !== null && (
          <button type="button" class="button" onClick={() => goTo("/")}>
            {t("app.home")}
          </button>
        )}
        {error.value && <p class="error" role="alert">{error.value}</p>}
        {next.value && <Next session={next.value} />}
      </Message>
      {isContinuing.value && session.value !== null && userToken.value !== null && (
        <Later
          load={continuing}
          props={{
            session: session.value,
            token: userToken.value,
            onPlanned: (made: SessionSummary) => {
              next.value = made;
            },
            onClose: () => {
              isContinuing.value = false;
            },
          }}
        />
      )}
      {isReporting.value && userToken.value !== null && (
        <Later
          load={reporting}
          props={{
            sessionId,
            token: userToken.value,
            onClose: () => {
              isReporting.value = false;
            },
          }}
        />
      )}
      {isExporting.value && (
        <ExportDialog
          api={api}
          sessionId={sessionId}
          version={null}
          hasPack={isHost.value}
          onClose={() => {
            isExporting.value = false;
          }}
        />
      )}
    </>
  );
}

function timeOf({ status, scheduled_start, created_at }: SessionSummary): number {
  // What goes on already comes first.
  if (status === "active" || status === "paused") return 0;
  return Date.parse(scheduled_start ?? created_at);
}

function Next({ session }: { readonly session: SessionSummary }): VNode {
  return (
    <button type="button" class="next-lesson card" onClick={() => goTo(`/room/${session.session_id}`)}>
      <span class="hint">{t("over.next")}</span>
      <strong>
        <bdi>{session.title || t("lesson.untitled")}</bdi>
      </strong>
      {session.scheduled_start && <span class="hint">{dateTime(session.scheduled_start)}</span>}
    </button>
  );
}
