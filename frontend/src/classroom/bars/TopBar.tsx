/** The bar at the top: what lesson this is, how it stands, what its host may do with it. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { focusBoard } from "../../board/focus.ts";
import type { Session } from "../../client/wire.ts";
import { clock, plural, t } from "../../language/language.ts";
import { Bar } from "../../ui/Bar.tsx";
import { IconButton, Logo } from "../../ui/controls.tsx";
import { Icon, type IconName } from "../../ui/icons.tsx";
import { HAND } from "../../ui/more_icons.ts";
import type { Classroom, PanelName } from "../classroom.ts";
import { RecordingMark } from "../recording/RecordingMark.tsx";
import { TimerChip } from "../timer/TimerChip.tsx";
import { Menu } from "./Menu.tsx";

export function TopBar({ room }: { readonly room: Classroom }): VNode {
  const session = room.lesson.state.value?.session;
  const isSolo = session?.session_type === "solo";
  const unread = room.chat.unread.value;
  const panel = room.panel.value;
  const toggle = (name: PanelName) => (): void => {
    room.panel.value = panel === name ? null : name;
  };
  const present = room.lesson.connected.value.length;
  const { isHost, hands, me } = room.lesson;
  const isHandUp = me.value?.hand_raised_at != null;
  return (
    <header class="top-bar">
      <Logo />
      <h1 class="lesson-title">
        <bdi>{session?.title || t(isSolo ? "app.soloBoard" : "lesson.untitled")}</bdi>
      </h1>
      {session && !isSolo && <StatusChip room={room} session={session} />}
      <RecordingMark room={room} />
      <SavedState room={room} />
      {session?.timer && <TimerChip room={room} />}
      <span class="spring" />
      <Bar kind="top-actions" label={t("lesson.bar")} onLeave={focusBoard}>
        {session && room.lesson.isHost.value && !isSolo && <Moves room={room} session={session} />}
        {!isSolo && room.lesson.may("can_invite") && (
          <button
            type="button"
            class="button invite"
            aria-label={t("invite.button")}
            onClick={() => {
              room.asking.value = "invite";
            }}
          >
            <Icon name="invite" size={20} /> <span>{t("invite.button")}</span>
          </button>
        )}
        {!isSolo && !isHost.value && (
          <IconButton
            icon={HAND}
            kind="hand"
            label={t(isHandUp ? "hand.lower" : "hand.raise")}
            shortcut="Shift+H"
            pressed={isHandUp}
            onClick={() => void room.lesson.turnHand()}
          />
        )}
        <IconButton icon="layers" label={t("layers.title")} pressed={panel === "layers"} onClick={toggle("layers")} />
        {!isSolo && (
          <button
            type="button"
            class="icon-button count"
            aria-label={unread > 0 ? `${t("chat.title")}: ${plural("chat.unread", unread)}` : t("chat.title")}
            title={t("chat.title")}
            aria-pressed={panel === "chat"}
            onClick={toggle("chat")}
          >
            <Icon name="chat" />
            {unread > 0 && <span class="badge">{unread}</span>}
          </button>
        )}
        {!isSolo && (
          <button
            type="button"
            class="icon-button count"
            aria-label={`${t("people.title")}: ${plural("people.count", present)}${hands.value.length > 0 ? `, ${t("hand.title")}: ${hands.value.length}` : ""}`}
            title={t("people.title")}
            aria-pressed={panel === "people"}
            onClick={toggle("people")}
          >
            <Icon name="people" /> <span>{present}</span>
            {hands.value.length > 0 && (
              <span class="badge hands" title={t("hand.title")}>
                <Icon name={HAND} size={14} />
                {hands.value.length}
              </span>
            )}
            {room.lesson.may("can_invite") && room.lesson.waiting.value.length > 0 && (
              <span class="badge" title={t("people.waiting")}>+{room.lesson.waiting.value.length}</span>
            )}
          </button>
        )}
        <Menu room={room} />
      </Bar>
    </header>
  );
}

function StatusChip({ room, session }: { room: Classroom; session: Session }): VNode {
  const now = useSignal(Date.now());
  const takenAt = useSignal(Date.now());
  const measuredAt = room.lesson.state.value?.measuredAt;
  useEffect(() => {
    takenAt.value = Date.now();
    now.value = Date.now();
  }, [measuredAt, session.status]);
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 1_000);
    return () => clearInterval(timer);
  }, []);
  const isActive = session.status === "active";
  const elapsedMs = session.duration_ms + (isActive ? now.value - takenAt.value : 0);
  return (
    <span class="chip" data-status={session.status}>
      <span class="dot" aria-hidden="true" />
      {t(`status.${session.status}`)}
      {elapsedMs > 0 && <time class="elapsed">{clock(elapsedMs)}</time>}
    </span>
  );
}

/** Whether the connection is there, and whether everything drawn is on the server's disk. */
function SavedState({ room }: { readonly room: Classroom }): VNode {
  const { connection, unsaved, sending } = room.lesson.status.value;
  const isLive = connection === "live" && !room.lesson.isOffline.value;
  const live = sending ? t("connection.sending", { ...sending }) : t(unsaved === 0 ? "connection.saved" : "connection.saving");
  const words =
    isLive
      ? live
      : t(connection === "connecting" ? "connection.connecting" : "connection.reconnecting");
  const state = isLive ? (unsaved === 0 ? "saved" : "saving") : "offline";
  return (
    <span class="saved" data-state={state} role="status">
      {state === "saved" && <Icon name="check" size={16} />}
      <span>{words}</span>
    </span>
  );
}

type Move = "start" | "pause" | "resume";
const MOVES: Readonly<Partial<Record<Session["status"], Move>>> = {
  scheduled: "start",
  waiting: "start",
  active: "pause",
  paused: "resume",
};
const ICONS: Readonly<Record<Move, IconName>> = { start: "play", pause: "pause", resume: "play" };

function Moves({ room, session }: { room: Classroom; session: Session }): VNode {
  const move = MOVES[session.status];
  const isRunning = session.status === "active" || session.status === "paused";
  return (
    <>
      {move && (
        <button
          type="button"
          class={move === "pause" ? "button" : "button primary"}
          aria-label={t(`lesson.${move}`)}
          onClick={() => void room.lesson.ask(move, {})}
        >
          <Icon name={ICONS[move]} size={18} /> <span>{t(`lesson.${move}`)}</span>
        </button>
      )}
      {isRunning && (
        <button
          type="button"
          class="button danger-quiet end-lesson"
          aria-label={t("lesson.complete")}
          onClick={() => {
            room.asking.value = "complete";
          }}
        >
          <Icon name="stop" size={18} /> <span>{t("lesson.complete")}</span>
        </button>
      )}
    </>
  );
}
