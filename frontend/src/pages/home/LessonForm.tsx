/** What a lesson is about, and when it is to be. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useId } from "preact/hooks";
import type { SessionSummary } from "../../client/rest/rest.ts";
import { minutes, t } from "../../language/language.ts";
import { Dialog } from "../../ui/dialogs.tsx";
import { Field, Switch } from "../../ui/forms.tsx";

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

const LENGTHS = [30, 45, 60, 90, 120] as const;
const USUAL = 60;
const HOUR_MS = 3_600_000;

const two = (value: number): string => String(value).padStart(2, "0");

/** A moment as the inputs of date and time have it, here. */
function inputsOf(at: Date): { readonly day: string; readonly time: string } {
  return {
    day: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: `${two(at.getHours())}:${two(at.getMinutes())}`,
  };
}

function lengthOf({ scheduled_start: start, scheduled_end: end }: SessionSummary): number {
  const planned = start && end ? Math.round((Date.parse(end) - Date.parse(start)) / 60_000) : USUAL;
  return planned > 0 ? planned : USUAL;
}

export function LessonForm({ title: heading, session, onSave, onClose }: LessonFormProps): VNode {
  const first = inputsOf(
    session?.scheduled_start
      ? new Date(session.scheduled_start)
      : // The next full hour.
        new Date(Math.ceil((Date.now() + 1) / HOUR_MS) * HOUR_MS),
  );
  const canPlan = session === undefined || session.status === "scheduled" || session.status === "waiting";
  const title = useSignal(session?.title ?? "");
  const hasWaitingRoom = useSignal(false);
  const isPlanned = useSignal(session?.scheduled_start != null);
  const day = useSignal(first.day);
  const time = useSignal(first.time);
  const length = useSignal(session ? lengthOf(session) : USUAL);
  const isBusy = useSignal(false);
  const id = useId();
  const lengths = [...new Set([...LENGTHS, length.value])].sort((a, b) => a - b);
  const planned = (): Planned => {
    const base = { title: title.value.trim(), hasWaitingRoom: hasWaitingRoom.value };
    if (!isPlanned.value) return { ...base, start: null, end: null };
    const start = new Date(`${day.value}T${time.value}`);
    const end = new Date(start.getTime() + length.value * 60_000);
    return { ...base, start: start.toISOString(), end: end.toISOString() };
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
          <div class="plan">
            <div class="field">
              <label for={`${id}-day`}>{t("home.day")}</label>
              <input
                id={`${id}-day`}
                type="date"
                required
                value={day.value}
                onInput={(event) => {
                  day.value = event.currentTarget.value;
                }}
              />
            </div>
            <div class="field">
              <label for={`${id}-time`}>{t("home.time")}</label>
              <input
                id={`${id}-time`}
                type="time"
                required
                value={time.value}
                onInput={(event) => {
                  time.value = event.currentTarget.value;
                }}
              />
            </div>
            <div class="field">
              <label for={`${id}-length`}>{t("home.length")}</label>
              <select
                id={`${id}-length`}
                value={String(length.value)}
                onChange={(event) => {
                  length.value = Number(event.currentTarget.value);
                }}
              >
                {lengths.map((one) => (
                  <option key={one} value={String(one)}>
                    {minutes(one)}
                  </option>
                ))}
              </select>
            </div>
          </div>
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
