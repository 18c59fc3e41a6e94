/** The next lesson after one: now or planned, with its board and its people, or without. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { goTo } from "../browser/address.ts";
import { SERVER } from "../browser/root.ts";
import { ClassroomApi, type SessionSummary } from "../client/rest/rest.ts";
import { dateTime, t } from "../language/language.ts";
import { wordsFor } from "../language/words_of_errors.ts";
import { Dialog } from "../ui/dialogs.tsx";
import { Switch } from "../ui/forms.tsx";
import { aWeekLater, timesOf } from "./plan.ts";
import { PlanFields } from "./PlanFields.tsx";
import { PlanningApi } from "./planning_api.ts";
import { Choice } from "./SettingsFields.tsx";
import "../styles/planning.css";

/** Planned lessons that are offered: the next ones. */
const CHOICES_MOST = 20;

export interface ContinueDialogProps {
  readonly session: SessionSummary;
  /** Of its host. */
  readonly token: string;
  /** Whether it is to be a copy, of no series. */
  readonly isCopy?: boolean;
  readonly onPlanned: (next: SessionSummary) => void;
  readonly onClose: () => void;
}

export function ContinueDialog({ session, token, isCopy = false, onPlanned, onClose }: ContinueDialogProps): VNode {
  const api = useMemo(() => new PlanningApi(SERVER, token), [token]);
  const isPlanned = useSignal(session.scheduled_start !== null);
  const coming = useSignal<readonly SessionSummary[]>([]);
  const into = useSignal("");
  useEffect(() => {
    if (isCopy) return;
    // Without them a new one is made, as ever.
    new ClassroomApi(SERVER, token)
      .mySessions({ series: session.series_id, statuses: ["scheduled", "waiting"], order: "soonest", limit: CHOICES_MOST })
      .then(
        ({ items }) => {
          coming.value = items.filter(({ session_id: id }) => id !== session.session_id);
          into.value = coming.value[0]?.session_id ?? "";
        },
        () => undefined,
      );
  }, []);
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
        ...(into.value !== "" && { into: into.value }),
        ...(into.value === "" && isCopy && { in_series: false }),
        ...(into.value === "" && times && { scheduled_start: times.start, scheduled_end: times.end }),
      });
      if (into.value === "" && times === null) goTo(`/room/${next.session_id}`);
      else onPlanned(next);
      onClose();
    } catch (caught) {
      error.value = wordsFor(caught);
    } finally {
      isBusy.value = false;
    }
  };
  const set = (which: typeof withBoard) => (isOn: boolean): void => {
    which.value = isOn;
  };
  return (
    <Dialog title={t(isCopy ? "continue.copyTitle" : "continue.title")} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <p class="hint">{t(isCopy ? "continue.copyText" : "continue.text")}</p>
        {coming.value.length > 0 && (
          <Choice
            label={t("continue.where")}
            value={into.value}
            options={[
              ...coming.value.map((one) => [one.session_id, dateTime(one.scheduled_start ?? one.created_at)] as const),
              ["", t("continue.new")],
            ]}
            onChange={(value) => {
              into.value = value;
            }}
          />
        )}
        {into.value === "" && <Switch label={t("home.plan")} isOn={isPlanned.value} onChange={set(isPlanned)} />}
        {into.value === "" && isPlanned.value && (
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
            {t(into.value !== "" ? "continue.bring" : isPlanned.value ? "home.planIt" : isCopy ? "continue.copyNow" : "continue.now")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
