/** Asks whoever is there and has not answered whether they may be recorded; until then they are not (RC-4). */

import type { VNode } from "preact";
import { useId } from "preact/hooks";
import { t } from "../../language/language.ts";
import type { Classroom } from "../classroom.ts";
import { isToBeAsked } from "./standing.ts";
import "../../styles/lesson/recording.css";

export function ConsentQuestion({ room }: { readonly room: Classroom }): VNode | null {
  const id = useId();
  const recording = room.lesson.state.value?.session.recording ?? null;
  if (recording === null || !isToBeAsked(room.lesson.me.value, recording)) return null;
  const answer = (what: "given" | "declined") => (): void => {
    void room.lesson.ask("recording_consent", { answer: what });
  };
  return (
    <section class="card consent" role="alertdialog" aria-labelledby={id} aria-describedby={`${id}-text`}>
      <h2 id={id}>
        <span class="recording-dot" aria-hidden="true" /> {t("recording.ask.title")}
      </h2>
      <p id={`${id}-text`} role="alert">
        {t("recording.ask.text", { what: listed(recording.kinds) })}
      </p>
      <footer>
        <button type="button" class="button" onClick={answer("declined")}>
          {t("recording.ask.no")}
        </button>
        <button type="button" class="button primary" onClick={answer("given")}>
          {t("recording.ask.yes")}
        </button>
      </footer>
    </section>
  );
}

/** What of oneself is kept, in words. */
export function listed(kinds: readonly ("audio" | "video" | "screen")[]): string {
  return kinds.map((kind) => t(`recording.own.${kind}`)).join(", ");
}
