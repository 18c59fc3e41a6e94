/** The red mark: while a recording is on everyone has it in the bar, and nobody can take it away (RC-5). */

import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../../language/language.ts";
import type { Classroom } from "../classroom.ts";
import { recordOwn } from "./recording_own.ts";
import { standingOf } from "./standing.ts";
import "../../styles/lesson/recording.css";

export function RecordingMark({ room }: { readonly room: Classroom }): VNode | null {
  const recording = room.lesson.state.value?.session.recording ?? null;
  const me = room.lesson.me.value;
  const media = room.media.value;
  const isOn = recording !== null;
  useEffect(() => {
    if (isOn && media !== null) void recordOwn(room, media);
  }, [room, isOn, media]);
  if (recording === null || me === null) return null;
  const label = `${t("recording.mark")}: ${t("recording.isOn")} ${t(`recording.me.${standingOf(me, recording.roles)}`)}`;
  return (
    <button
      type="button"
      class="recording-mark"
      aria-label={label}
      title={label}
      onClick={() => {
        room.asking.value = "recording";
      }}
    >
      <span class="recording-dot" aria-hidden="true" />
      <span>{t("recording.mark")}</span>
    </button>
  );
}
