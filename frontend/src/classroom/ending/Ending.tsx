/** Why one is out of the lesson, and what one can do now. */

import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { goTo, keepRoomToken, roomToken, userToken } from "../../browser/address.ts";
import { forgetSeat, leaveForGood, seatsOf, userIdIn } from "../../browser/seats.ts";
import { isFramed } from "../../browser/embedding.ts";
import { t } from "../../language/language.ts";
import { Over } from "./Over.tsx";
import { Message } from "../../ui/Message.tsx";
import type { Classroom } from "../classroom.ts";

interface EndingProps {
  readonly room: Classroom;
  readonly sessionId: string;
}

/** Endings after which the person still has a seat: their token is kept. */
const KEEPS_SEAT: ReadonlySet<string> = new Set(["left", "fault", "room_full", "client_too_old"]);
/** The board can still be had by who was there. */
const KEEPS_TOKEN: ReadonlySet<string> = new Set([...KEEPS_SEAT, "session_ended"]);

export function Ending({ room, sessionId }: EndingProps): VNode {
  const { ending, reason } = room.lesson.status.value;
  const why = ending ?? "session_ended";
  const keepsSeat = KEEPS_SEAT.has(why);
  const [me] = useState(() => room.lesson.state.value?.userId ?? userIdIn(roomToken(sessionId) ?? ""));
  useEffect(() => {
    if (!KEEPS_TOKEN.has(why)) keepRoomToken(sessionId, null);
    // Its key is void.
    if (why === "kicked") forgetSeat(sessionId, me);
  }, [sessionId, why]);
  if (why === "session_ended") {
    const title = room.lesson.state.value?.session.title ?? "";
    return <Over sessionId={sessionId} seat={room.lesson.api()} title={title} />;
  }
  if (why === "client_too_old") {
    return (
      <Message text={t("ending.client_too_old")}>
        <button type="button" class="button primary" onClick={() => location.reload()}>
          {t("ending.reload")}
        </button>
      </Message>
    );
  }
  // Who was given a token by the page outside gets the next one from there, not by a code.
  const mayRejoin = keepsSeat || (why === "token_invalid" && !isFramed);
  return (
    <Message
      text={t(`ending.${why}`)}
      {...(why === "kicked" && reason !== "kicked" && reason !== "" && { detail: reason })}
    >
      {mayRejoin && (
        <button type="button" class="button primary" onClick={() => goTo(`/join/${sessionId}`)}>
          {t("ending.rejoin")}
        </button>
      )}
      {why === "left" && userToken.value === null && seatsOf(sessionId).some(({ userId }) => userId === me) && (
        <button
          type="button"
          class="button"
          title={t("ending.forgetText")}
          onClick={() => void leaveForGood(sessionId, me).then(() => goTo(`/join/${sessionId}`))}
        >
          {t("ending.forget")}
        </button>
      )}
      {userToken.value !== null && (
        <button type="button" class="button" onClick={() => goTo("/")}>
          {t("app.home")}
        </button>
      )}
    </Message>
  );
}
