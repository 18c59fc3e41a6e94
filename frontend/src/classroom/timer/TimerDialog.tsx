/** Beginning a countdown, and what can be done to the one that there is. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { plural, t } from "../../language/language.ts";
import type { Lesson } from "../../lesson/lesson.ts";
import { Dialog } from "../../ui/dialogs.tsx";
import { Field } from "../../ui/forms.tsx";
import { Icon } from "../../ui/icons.tsx";

const USUAL_MIN = [1, 2, 5, 10, 15, 30] as const;
const MOST_MIN = 24 * 60;

interface TimerDialogProps {
  readonly lesson: Lesson;
  readonly onClose: () => void;
}

export function TimerDialog({ lesson, onClose }: TimerDialogProps): VNode {
  const title = useSignal("");
  const own = useSignal("");
  const timer = lesson.state.value?.session.timer ?? null;
  const begin = async (minutes: number): Promise<void> => {
    const seconds = Math.round(minutes * 60);
    if (await lesson.ask("start_timer", { seconds, title: title.value.trim() })) onClose();
  };
  // "2,5" is two minutes and a half where people write so.
  const minutes = Number(own.value.replace(",", "."));
  const isOwnRight = own.value.trim() !== "" && minutes * 60 >= 1 && minutes <= MOST_MIN;
  return (
    <Dialog title={t("timer.title")} onClose={onClose}>
      {timer !== null && (
        <div class="timer-moves" role="group" aria-label={t("timer.running")}>
          {timer.ends_at == null ? (
            <button type="button" class="button primary" onClick={() => void lesson.ask("resume_timer", {})}>
              <Icon name="play" size={18} /> {t("timer.resume")}
            </button>
          ) : (
            <button type="button" class="button" onClick={() => void lesson.ask("pause_timer", {})}>
              <Icon name="pause" size={18} /> {t("timer.pause")}
            </button>
          )}
          <button type="button" class="button" onClick={() => void lesson.ask("extend_timer", { seconds: 60 })}>
            <Icon name="plus" size={18} /> {t("timer.more")}
          </button>
          <button
            type="button"
            class="button danger-quiet"
            onClick={() => {
              void lesson.ask("stop_timer", {});
              onClose();
            }}
          >
            <Icon name="stop" size={18} /> {t("timer.stop")}
          </button>
        </div>
      )}
      <Field
        label={t("timer.for")}
        value={title.value}
        maxLength={128}
        onInput={(value) => {
          title.value = value;
        }}
      />
      <div class="timer-usual" role="group" aria-label={t("timer.begin")}>
        {USUAL_MIN.map((each) => (
          <button key={each} type="button" class="button" onClick={() => void begin(each)}>
            {plural("timer.minutes", each)}
          </button>
        ))}
      </div>
      <form
        class="timer-own"
        onSubmit={(event) => {
          event.preventDefault();
          if (isOwnRight) void begin(minutes);
        }}
      >
        <Field
          label={t("timer.own")}
          value={own.value}
          maxLength={8}
          onInput={(value) => {
            own.value = value;
          }}
        />
        <button type="submit" class="button primary" disabled={!isOwnRight}>
          {t("timer.start")}
        </button>
      </form>
    </Dialog>
  );
}
