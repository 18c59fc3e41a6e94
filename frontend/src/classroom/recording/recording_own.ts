/** Has one's own tracks recorded, from the first recording of a lesson on: the code comes with it. */

import { computed } from "@preact/signals";
import { roomToken } from "../../browser/address.ts";
import { hasEnded } from "../../client/replica/room_state.ts";
import type { Media } from "../../media/media.ts";
import type { Classroom } from "../classroom.ts";

export async function recordOwn(room: Classroom, media: Media): Promise<void> {
  const { OwnTakes, pageSending, tellUnrecorded } = await import("../../recording/index.ts");
  if (room.takes.value !== null) return;
  const { lesson, client } = room;
  const takes = new OwnTakes({
    client,
    sessionId: lesson.sessionId,
    state: lesson.state,
    isOver: computed(() => {
      const status = lesson.state.value?.session.status;
      return lesson.status.value.connection === "ended" || (status !== undefined && hasEnded(status));
    }),
    tracks: media.own.tracks,
    token: () => roomToken(lesson.sessionId),
    sending: pageSending(),
  });
  room.takes.value = takes;
  // As long as the page is: a client that was let go of says nothing any more.
  tellUnrecorded({ client, troubles: takes.troubles, isLive: computed(() => lesson.status.value.connection === "live") });
}
