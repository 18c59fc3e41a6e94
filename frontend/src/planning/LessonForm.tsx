/** What a lesson is about, when it is to be and how often, whom it is for, how it is run. */

import { useSignal, type ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { SERVER } from "../browser/root.ts";
import type { SessionSummary } from "../client/rest/rest.ts";
import { t } from "../language/language.ts";
import { Dialog } from "../ui/dialogs.tsx";
import { Field, Switch } from "../ui/forms.tsx";
import { PeopleField } from "./PeopleField.tsx";
import { planOf, soon, timesOf, type Plan } from "./plan.ts";
import { PlanFields } from "./PlanFields.tsx";
import { PlanningApi } from "./planning_api.ts";
import { MOST_TIMES, REPEATS, type Repeat } from "./repeating.ts";
import { chosen as chosenOf, USUAL, type Settings } from "./settings.ts";
import { Choice, SettingsFields } from "./SettingsFields.tsx";
import { TemplateField } from "./TemplateField.tsx";
import "../styles/planning.css";

/** What a change of one lesson of a series is for. */
export type Scope = "one" | "following" | "all";

/** What the form was filled in with; times in ISO 8601, null where none is planned. */
export interface Planned {
  readonly title: string;
  readonly start: string | null;
  readonly end: string | null;
  readonly plan: Plan;
  readonly repeat: Repeat;
  readonly times: number;
  readonly people: readonly number[];
  /** What it begins with, of one's shelf. */
  readonly template: string | null;
  readonly settings: Partial<Settings>;
  readonly scope: Scope;
}

export interface LessonFormProps {
  readonly title: string;
  readonly token: string;
  /** What is changed; nothing makes a new one. */
  readonly session?: SessionSummary;
  /** Why it was not done. */
  readonly problem: ReadonlySignal<string | null>;
  /** Whether it was done. */
  readonly onSave: (planned: Planned) => Promise<boolean>;
  readonly onClose: () => void;
}

export function LessonForm({ title: heading, token, session, problem, onSave, onClose }: LessonFormProps): VNode {
  const api = useMemo(() => new PlanningApi(SERVER, token), [token]);
  const canPlan = session === undefined || session.status === "scheduled" || session.status === "waiting";
  const title = useSignal(session?.title ?? "");
  const isPlanned = useSignal(session?.scheduled_start != null);
  const plan = useSignal(session ? planOf(session) : soon());
  const repeat = useSignal<Repeat>("once");
  const times = useSignal("10");
  const scope = useSignal<Scope>("one");
  const people = useSignal<ReadonlySet<number>>(new Set());
  const template = useSignal<string | null>(null);
  const settings = useSignal(USUAL);
  const isBusy = useSignal(false);
  const isOfSeries = session !== undefined && canPlan && session.scheduled_start !== null;
  const planned = (): Planned => {
    const moments = isPlanned.value ? timesOf(plan.value) : null;
    return {
      title: title.value.trim(),
      start: moments?.start ?? null,
      end: moments?.end ?? null,
      plan: plan.value,
      repeat: moments === null ? "once" : repeat.value,
      times: Number(times.value),
      people: [...people.value],
      template: template.value,
      settings: chosenOf(settings.value),
      scope: scope.value,
    };
  };
  return (
    <Dialog title={heading} onClose={onClose}>
      <form
        class="lesson-form"
        onSubmit={(event) => {
          event.preventDefault();
          isBusy.value = true;
          void onSave(planned()).then((isDone) => {
            isBusy.value = false;
            if (isDone) onClose();
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
        {isOfSeries && isPlanned.value && (
          <Choice
            label={t("plan.scope")}
            value={scope.value}
            options={(["one", "following", "all"] as const).map((one) => [one, t(`plan.scope.${one}`)])}
            onChange={(value) => {
              scope.value = value as Scope;
            }}
          />
        )}
        {session === undefined && isPlanned.value && (
          <div class="plan">
            <Choice
              label={t("plan.repeat")}
              value={repeat.value}
              options={REPEATS.map((one) => [one, t(`plan.repeat.${one}`)])}
              onChange={(value) => {
                repeat.value = value as Repeat;
              }}
            />
            {repeat.value !== "once" && (
              <label class="setting-choice">
                <span>{t("plan.times")}</span>
                <input
                  type="number"
                  min={2}
                  max={MOST_TIMES}
                  required
                  value={times.value}
                  onInput={(event) => {
                    times.value = event.currentTarget.value;
                  }}
                />
              </label>
            )}
          </div>
        )}
        {session === undefined && (
          <>
            <TemplateField
              token={token}
              chosen={template.value}
              onChange={(next) => {
                template.value = next;
              }}
            />
            <PeopleField
              api={api}
              chosen={people.value}
              onChange={(next) => {
                people.value = next;
              }}
            />
            <details class="lesson-settings">
              <summary>{t("set.title")}</summary>
              <SettingsFields
                settings={settings.value}
                onChange={(change) => {
                  settings.value = { ...settings.value, ...change };
                }}
              />
            </details>
          </>
        )}
        {problem.value && <p class="error" role="alert">{problem.value}</p>}
        <footer>
          <button type="submit" class="button primary" disabled={isBusy.value}>
            {t(session !== undefined ? "home.save" : isPlanned.value ? "home.planIt" : "home.create")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
