/** Asks before somebody is removed, and whether the link is to change along with that (SY-8). */

import { useComputed, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Participant } from "../../client/wire.ts";
import { t } from "../../language/language.ts";
import { Question } from "../../ui/dialogs.tsx";
import { Switch } from "../../ui/forms.tsx";
import type { Classroom } from "../classroom.ts";

interface KickProps {
  readonly room: Classroom;
  readonly person: Participant;
  readonly onClose: () => void;
}

export function Kick({ room, person, onClose }: KickProps): VNode {
  /** Null until somebody has chosen: then it is for guests, who come back by the link under any name. */
  const chosen = useSignal<boolean | null>(null);
  const isGuest = useSignal(false);
  const locksLink = useComputed(() => chosen.value ?? isGuest.value);
  const [looked] = useState(() =>
    isGuestHere(room, person.user_id).then(
      (is) => {
        isGuest.value = is;
      },
      () => undefined,
    ),
  );
  return (
    <Question
      title={t("people.kickQuestion", { name: person.name })}
      text={t("people.kickText")}
      confirm={t("people.kickConfirm")}
      onConfirm={() =>
        void looked.then(() => room.lesson.ask("kick", { user_id: person.user_id, lock_link: locksLink.value }))
      }
      onClose={onClose}
    >
      <Switch
        label={t("people.lockLink")}
        isOn={locksLink.value}
        onChange={(isOn) => {
          chosen.value = isOn;
        }}
      />
      <p class="hint">{t("people.lockLinkText")}</p>
    </Question>
  );
}

async function isGuestHere(room: Classroom, userId: number): Promise<boolean> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<ReturnType<typeof room.lesson.api>["participants"]>> = await room.lesson
      .api()
      .participants(room.lesson.sessionId, cursor);
    const found = page.items.find(({ user_id }) => user_id === userId);
    if (found !== undefined) return found.is_guest;
    cursor = page.next_cursor;
  } while (cursor !== null);
  return false;
}
