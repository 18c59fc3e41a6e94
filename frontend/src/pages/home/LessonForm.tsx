/** What a lesson is about, and when it is to be. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { SessionSummary } from "../../client/rest/rest.ts";
import { t } from "../../language/language.ts";
import { planOf, soon, timesOf } from "../../planning/plan.ts";
import { PlanFields } from "../../planning/PlanFields.tsx";
import { Dialog } from "../../ui/dialogs.tsx";
import { Field, Switch } from "../../ui/forms.tsx";
import "../../styles/planning.css";

/** What the form was filled in with; times in ISO 8601, null where none is planned. */
export interface Planned {
  readonly title: string;
  readonly hasWaitingRoom: boolean;
  readonly start: string | null;
  readonly end: string | null;
}

interface LessonFormProps {
  readonly title: string;
  /** What is changed; nothing makes a new one. */
  readonly session?: SessionSummary;
  /** Whether it was done. */
  readonly onSave: (planned: Planned) => Promise<boolean>;
  readonly onClose: () => void;
}

export function LessonForm({ title: heading, session, onSave, onClose }: LessonFormProps): VNode {
  const canPlan = session === undefined || session.status === "scheduled" || session.status === "waiting";
  const title = useSignal(session?.title ?? "");
  const hasWaitingRoom = useSignal(false);
  const isPlanned = useSignal(session?.scheduled_start != null);
  const plan = useSignal(session ? planOf(session) : soon());
  const isBusy = useSignal(false);
  const planned = (): Planned => {
    const base = { title: title.value.trim(), hasWaitingRoom: hasWaitingRoom.value };
    const times = isPlanned.value ? timesOf(plan.value) : null;
    return { ...base, start: times?.start ?? null, end: times?.end ?? null };
  };
  return (
    <Dialog title={heading} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          isBusy.value = true;
          void onSave(planned()).finally(() => {
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
        {canPlan && (
          <Switch
            label={t("home.plan")}
            isOn={isPlanned.value}
            onChange={(isOn) => {
              isPlanned.value = isOn;
            }}
          />
        )}
        {canPlan && isPlanned.value && (
          <PlanFields
            plan={plan.value}
            onChange={(changed) => {
              plan.value = changed;
            }}
          />
        )}
        {session === undefined && (
          <Switch
            label={t("home.waitingRoom")}
            isOn={hasWaitingRoom.value}
            onChange={(isOn) => {
              hasWaitingRoom.value = isOn;
            }}
          />
        )}
        <footer>
          <button type="submit" class="button primary" disabled={isBusy.value}>
            {t(session !== undefined ? "home.save" : isPlanned.value ? "home.planIt" : "home.create")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
