/** Waiting to be let in: camera and microphone can be tried, and one can go. */

import type { VNode } from "preact";
import { t } from "../../language/language.ts";
import { Preview } from "../../media/Preview.tsx";
import { Message } from "../../ui/Message.tsx";
import type { Classroom } from "../classroom.ts";
import "../../styles/lesson/recording.css";

export function Waiting({ room }: { readonly room: Classroom }): VNode {
  const title = room.lesson.state.value?.session.title;
  return (
    <div class="waiting-room">
      <Message text={t("lesson.lobby")} {...(title && { detail: title })} isBusy>
        <button type="button" class="button" onClick={() => room.client.leave()}>
          {t("lesson.leave")}
        </button>
      </Message>
      {room.lesson.state.value?.session.recording && <p class="hint"><span class="recording-dot" aria-hidden="true" /> {t("join.isRecorded")}</p>}
      {room.media.value && <Preview own={room.media.value.own} />}
    </div>
  );
}
