/** Making somebody a host beside oneself, and taking that back (SY-7). */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Participant } from "../../client/wire.ts";
import { t } from "../../language/language.ts";
import { Question } from "../../ui/dialogs.tsx";
import type { Classroom } from "../classroom.ts";

interface LeadingProps {
  readonly room: Classroom;
  readonly person: Participant;
}

/** Whether the role of a host can be taken from them here: by who owns the lesson, or by themself. */
export function canStopLeading(room: Classroom, person: Participant): boolean {
  const state = room.lesson.state.value;
  if (state === null || person.role !== "host" || person.user_id === state.session.host_id) return false;
  return state.userId === state.session.host_id || state.userId === person.user_id;
}

export function MakeHost({ room, person }: LeadingProps): VNode {
  const isAsking = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="button"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {t("people.makeHost")}
      </button>
      {isAsking.value && (
        <Question
          title={t("people.makeHostQuestion", { name: person.name })}
          text={t("people.makeHostText")}
          confirm={t("people.makeHostConfirm")}
          isHarmless
          onConfirm={() => void room.lesson.ask("set_role", { user_id: person.user_id, role: "host" })}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      )}
    </>
  );
}

export function StopLeading({ room, person }: LeadingProps): VNode {
  const isMe = person.user_id === room.lesson.state.value?.userId;
  return (
    <div class="rights">
      <button
        type="button"
        class="button"
        onClick={() => void room.lesson.ask("set_role", { user_id: person.user_id, role: "student" })}
      >
        {t(isMe ? "people.stopLeading" : "people.takeLead")}
      </button>
    </div>
  );
}
