/** The next lesson after one: now or planned, with its board and its people, or without. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { goTo } from "../browser/address.ts";
import { SERVER } from "../browser/root.ts";
import { ApiRefusal } from "../client/rest/http.ts";
import type { SessionSummary } from "../client/rest/rest.ts";
import { t } from "../language/language.ts";
import { wordsOf } from "../language/words_of_errors.ts";
import { Dialog } from "../ui/dialogs.tsx";
import { Switch } from "../ui/forms.tsx";
import { aWeekLater, timesOf } from "./plan.ts";
import { PlanFields } from "./PlanFields.tsx";
import { PlanningApi } from "./planning_api.ts";
import "../styles/planning.css";

export interface ContinueDialogProps {
  readonly session: SessionSummary;
  /** Of its host. */
  readonly token: string;
  readonly onPlanned: (next: SessionSummary) => void;
  readonly onClose: () => void;
}

export function ContinueDialog({ session, token, onPlanned, onClose }: ContinueDialogProps): VNode {
  const api = useMemo(() => new PlanningApi(SERVER, token), [token]);
  const isPlanned = useSignal(session.scheduled_start !== null);
  const plan = useSignal(aWeekLater(session));
  const withBoard = useSignal(true);
  const withPeople = useSignal(true);
  const isBusy = useSignal(false);
  const error = useSignal<string | null>(null);
  const make = async (): Promise<void> => {
    const times = isPlanned.value ? timesOf(plan.value) : null;
    try {
      isBusy.value = true;
      error.value = null;
      const next = await api.continueLesson(session.session_id, {
        with_board: withBoard.value,
        with_people: withPeople.value,
        ...(times && { scheduled_start: times.start, scheduled_end: times.end }),
      });
      if (times === null) goTo(`/room/${next.session_id}`);
      else onPlanned(next);
      onClose();
    } catch (caught) {
      error.value = caught instanceof ApiRefusal ? wordsOf(caught.error) : t("app.unreachable");
    } finally {
      isBusy.value = false;
    }
  };
  const set = (which: typeof withBoard) => (isOn: boolean): void => {
    which.value = isOn;
  };
  return (
    <Dialog title={t("continue.title")} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <p class="hint">{t("continue.text")}</p>
        <Switch label={t("home.plan")} isOn={isPlanned.value} onChange={set(isPlanned)} />
        {isPlanned.value && (
          <PlanFields
            plan={plan.value}
            onChange={(changed) => {
              plan.value = changed;
            }}
          />
        )}
        <Switch label={t("continue.board")} isOn={withBoard.value} onChange={set(withBoard)} />
        <Switch label={t("continue.people")} isOn={withPeople.value} onChange={set(withPeople)} />
        {error.value && <p class="error" role="alert">{error.value}</p>}
        <footer>
          <button type="submit" class="button primary" disabled={isBusy.value}>
            {t(isPlanned.value ? "home.planIt" : "continue.now")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
