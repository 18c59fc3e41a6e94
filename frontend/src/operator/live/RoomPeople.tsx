/** Who has a seat in a session, and the way to remove somebody. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { isolated, t } from "../../language/language.ts";
import { Dialog, Question } from "../../ui/dialogs.tsx";
import type { Attempt } from "../attempt.ts";
import type { OperatorApi, RoomDetails, Seat } from "../operator_api.ts";

interface RoomPeopleProps {
  readonly api: OperatorApi;
  readonly attempt: Attempt;
  readonly sessionId: string;
  readonly onClose: () => void;
}

export function RoomPeople({ api, attempt, sessionId, onClose }: RoomPeopleProps): VNode {
  const room = useSignal<RoomDetails | null>(null);
  const kicking = useSignal<Seat | null>(null);
  const load = (): Promise<boolean> =>
    attempt(async () => {
      room.value = await api.room(sessionId);
    });
  useEffect(() => {
    void load();
  }, [sessionId]);
  const title = room.value?.session.title || t("home.untitled");
  return (
    <Dialog title={title} onClose={onClose}>
      {room.value === null && <p class="hint">{t("app.loading")}</p>}
      <ul class="seats">
        {room.value?.participants.map((seat) => (
          <li key={seat.user_id}>
            <span>
              <bdi>{seat.name}</bdi>{" "}
              <small>
                {t(`people.${seat.role}`)} · {t(`operator.seat.${seat.status}`)} ·{" "}
                {t("operator.stayed", { minutes: Math.round(seat.total_time_seconds / 60) })}
              </small>
            </span>
            {seat.status !== "kicked" && seat.role !== "host" && seat.role !== "solo" && (
              <button
                type="button"
                class="button small danger-quiet"
                onClick={() => {
                  kicking.value = seat;
                }}
              >
                {t("people.kickConfirm")}
              </button>
            )}
          </li>
        ))}
      </ul>
      {kicking.value !== null && (
        <Question
          title={t("people.kickQuestion", { name: isolated(kicking.value.name) })}
          text={t("people.kickText")}
          confirm={t("people.kickConfirm")}
          onConfirm={() => {
            const { user_id } = kicking.value!;
            void attempt(async () => {
              await api.kick(sessionId, user_id);
            }).then(load);
          }}
          onClose={() => {
            kicking.value = null;
          }}
        />
      )}
    </Dialog>
  );
}
