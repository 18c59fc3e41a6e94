/** The countdown in the bar: what is left, and that it is over. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { clock, t } from "../../language/language.ts";
import { Icon } from "../../ui/icons.tsx";
import { TIMER } from "../../ui/more_icons.ts";
import type { Classroom } from "../classroom.ts";
import { chime } from "../notices/sounds.ts";
import { remainingMs, shownMs } from "./remaining.ts";
import "../../styles/lesson/timer.css";

const LOOK_EVERY_MS = 200;
/** So long it is said that the time is up, unless the host puts the timer away before. */
const UP_FOR_MS = 60_000;
const SOON_MS = 10_000;

export function TimerChip({ room }: { readonly room: Classroom }): VNode | null {
  const { lesson } = room;
  const timer = lesson.state.value?.session.timer ?? null;
  /** What it showed last: it is drawn anew when that is another. */
  const shown = useSignal(0);
  const wasRunning = useRef(false);
  const leftMs = (): number => (timer === null ? 0 : remainingMs(timer, lesson.serverTime()));
  useEffect(() => {
    const look = (): void => {
      const left = leftMs();
      // Only who saw it run hears its end.
      if (left <= 0 && wasRunning.current) chime("knock");
      wasRunning.current = left > 0;
      shown.value = left < -UP_FOR_MS ? -1 : shownMs(left);
    };
    look();
    const looking = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(looking);
  }, [timer]);
  void shown.value;
  const left = leftMs();
  if (timer === null || (left < -UP_FOR_MS && !lesson.isHost.value)) return null;
  const isUp = left <= 0;
  const stands = timer.ends_at == null;
  const inside = (
    <>
      <Icon name={stands ? "pause" : TIMER} size={16} />
      {timer.title && <bdi class="timer-title">{timer.title}</bdi>}
      <time>{clock(shownMs(left))}</time>
      <span class="for-screen-readers" role="status">
        {isUp ? t("timer.up") : ""}
      </span>
    </>
  );
  const state = isUp ? "up" : stands ? "stands" : left <= SOON_MS ? "soon" : "runs";
  return lesson.isHost.value ? (
    <button
      type="button"
      class="timer"
      data-state={state}
      title={t("timer.title")}
      onClick={() => {
        room.asking.value = "timer";
      }}
    >
      {inside}
    </button>
  ) : (
    <span class="timer" data-state={state} role="timer" title={isUp ? t("timer.up") : t("timer.title")}>
      {inside}
    </span>
  );
}
