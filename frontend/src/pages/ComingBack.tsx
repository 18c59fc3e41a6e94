/** Who was in this lesson from this device: they are the same person again, without a code. */

import type { Signal } from "@preact/signals";
import type { VNode } from "preact";
import { leaveForGood, seatsOf, type Seat } from "../browser/seats.ts";
import { t } from "../language/language.ts";
import { colorOf } from "../ui/color_of.ts";
import { IconButton } from "../ui/controls.tsx";

interface ComingBackProps {
  readonly sessionId: string;
  readonly seats: Signal<readonly Seat[]>;
  readonly isBusy: boolean;
  readonly onTake: (seat: Seat) => void;
  /** Somebody else wants to join. */
  readonly onOther: () => void;
}

export function ComingBack({ sessionId, seats, isBusy, onTake, onOther }: ComingBackProps): VNode {
  return (
    <div class="coming-back">
      <h2>{t("join.back")}</h2>
      <ul>
        {seats.value.map((seat) => (
          <li key={seat.userId}>
            <button type="button" class="button primary" disabled={isBusy} onClick={() => onTake(seat)}>
              <span class="avatar" data-person={colorOf(seat.userId)} aria-hidden="true">
                {[...seat.name][0]?.toUpperCase()}
              </span>
              <span>{t("join.backAs", { name: seat.name })}</span>
            </button>
            <IconButton
              icon="close"
              label={t("join.forget", { name: seat.name })}
              onClick={() => {
                void leaveForGood(sessionId, seat.userId);
                seats.value = seatsOf(sessionId);
              }}
            />
          </li>
        ))}
      </ul>
      <button type="button" class="link" onClick={onOther}>{t("join.other")}</button>
    </div>
  );
}
