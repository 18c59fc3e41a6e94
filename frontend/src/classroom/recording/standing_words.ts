/** In words whether somebody is in the recording that is on, and why not. */

import { t } from "../../language/language.ts";
import type { Participant, Recording } from "../../client/wire.ts";
import type { Classroom } from "../classroom.ts";
import { hindranceOf, standingOf, type RecordedStanding } from "./standing.ts";

interface Standing {
  /** `unable` and `failed`: they agreed, and their device does not record all of it (RC-11). */
  readonly kind: RecordedStanding | "unable" | "failed";
  readonly words: string;
}

export function standingIn(room: Classroom, person: Participant, recording: Recording): Standing {
  const kind = standingOf(person, recording.roles);
  const tracks = room.lesson.gestures.value?.unrecorded.value.get(person.user_id);
  if (kind !== "recorded" || tracks === undefined) return { kind, words: t(`recording.standing.${kind}`) };
  const { why, kinds } = hindranceOf(tracks);
  const what = kinds.map((each) => t(`recording.own.${each}`)).join(", ");
  return { kind: why, words: t(`recording.standing.${why}`, { what }) };
}
