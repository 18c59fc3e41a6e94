/** The classroom: the board fills it, everything else floats above. */

import type { FunctionComponent, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { focusBoard } from "../board/focus.ts";
import { BoardView } from "../board/BoardView.tsx";
import { letterOf } from "../board/input/letters.ts";
import { ApiRefusal } from "../client/rest/http.ts";
import { ClassroomApi } from "../client/rest/rest.ts";
import { connect } from "../client/room_client.ts";
import { hasEnded } from "../client/replica/room_state.ts";
import { t, type Key } from "../language/language.ts";
import { wordsOf } from "../language/words_of_errors.ts";
import { goTo, roomToken, userToken } from "../browser/address.ts";
import { takeWish } from "../media/wishes.ts";
import { colorOf } from "../ui/color_of.ts";
import { IconButton, Logo } from "../ui/controls.tsx";
import { tellOfStay } from "../browser/embedding.ts";
import { watchNetwork } from "../browser/network.ts";
import { KeptPending } from "../browser/kept_pending.ts";
import { Later } from "../ui/Later.tsx";
import { Message } from "../ui/Message.tsx";
import { Reloading } from "../browser/reloading.ts";
import { SERVER } from "../browser/root.ts";
import { keepJoined, renewedToken, seatsOf, userIdIn } from "../browser/seats.ts";
import { Classroom, type PanelName } from "./classroom.ts";
import { panels } from "./fetching.ts";

export interface Beside {
  readonly sessionId: string;
  readonly onClose: () => void;
}

/** How often a lesson is asked for that is not reached. */
const AGAIN_MS = 10_000;

interface ClassroomPageProps {
  readonly sessionId: string;
  /** The history, which the classroom does not know: it stands beside the lesson. */
  readonly history: () => Promise<FunctionComponent<Beside>>;
}

export function ClassroomPage({ sessionId, history }: ClassroomPageProps): VNode {
  const [room, setRoom] = useState<Classroom | null>(null);
  const [isUnreached, setUnreached] = useState(false);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let opened: Classroom | null = null;
    let isGone = false;
    let stopTelling = (): void => {};
    tokenFor(sessionId).then(
      (token) => {
        if (isGone) return;
        setUnreached(false);
        const userId = userIdIn(token);
        const store = new KeptPending(`${sessionId}/${userId}`);
        const url = `${SERVER.replace("http", "ws")}/ws/classroom/${sessionId}/`;
        const client = connect({ url, token, store, takesParts: true, renewToken: () => renewedToken(sessionId, userId) });
        const reloading = new Reloading();
        client.on("change", () => reloading.follow(client));
        stopTelling = tellOfStay(client, sessionId, () => reloading.isUnderWay);
        opened = new Classroom(client, sessionId, () => roomToken(sessionId), takeWish(sessionId));
        setRoom(opened);
      },
      (error: unknown) => {
        if (isGone) return;
        if (error instanceof ApiRefusal) goTo(`/join/${sessionId}`);
        else setUnreached(true);
      },
    );
    const stopWatching = watchNetwork(() => opened?.client ?? null);
    return () => {
      isGone = true;
      stopWatching();
      opened?.dispose();
      stopTelling();
    };
  }, [sessionId, attempt]);
  useEffect(() => {
    if (!isUnreached) return undefined;
    const again = (): void => setAttempt((count) => count + 1);
    const timer = setInterval(again, AGAIN_MS);
    window.addEventListener("online", again);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", again);
    };
  }, [isUnreached]);
  if (room === null || room.lesson.state.value === null) {
    if (room?.lesson.status.value.connection === "ended") return <Ended room={room} sessionId={sessionId} />;
    const connecting = <Message text={t("connection.connecting")} isBusy />;
    if (room === null ? !isUnreached : room.lesson.status.value.connection !== "reconnecting") return connecting;
    return (
      <Later
        load={() => panels().then((loaded) => loaded.Unreached)}
        props={{ sessionId, onAgain: () => (room === null ? setAttempt(attempt + 1) : room.client.reconnectNow()) }}
        meanwhile={connecting}
      />
    );
  }
  if (room.lesson.status.value.connection === "ended" || hasEnded(room.lesson.state.value.session.status)) {
    return <Ended room={room} sessionId={sessionId} />;
  }
  if (room.lesson.status.value.connection === "waiting") {
    return (
      <Later
        load={() => panels().then((loaded) => loaded.Waiting)}
        props={{ room }}
        meanwhile={<Message text={t("lesson.lobby")} isBusy />}
      />
    );
  }
  return <OpenClassroom room={room} sessionId={sessionId} history={history} />;
}

function Ended(props: RoomProps): VNode {
  return (
    <Later
      load={() => panels().then((loaded) => loaded.Ending)}
      props={props}
      meanwhile={<Message text={t("app.loading")} isBusy />}
    />
  );
}

/** The room token of this tab, or a new one for who is signed in, or is the only guest of this device. */
async function tokenFor(sessionId: string): Promise<string> {
  const known = roomToken(sessionId);
  if (known !== null) return known;
  const [seat, ...others] = userToken.value === null ? seatsOf(sessionId) : [];
  if (userToken.value === null && (seat === undefined || others.length > 0)) {
    throw new ApiRefusal(401, { code: "unauthorized", message: "" });
  }
  const api = new ClassroomApi(SERVER, userToken.value);
  const joined = await api.join(sessionId, seat ? { seat_key: seat.key } : {});
  keepJoined(sessionId, joined, seat?.key ?? joined.seat_key);
  return joined.token;
}

interface RoomProps {
  readonly room: Classroom;
  readonly sessionId: string;
}

function OpenClassroom({ room, sessionId, history }: RoomProps & ClassroomPageProps): VNode {
  // Behind the board, and before anybody asks: who goes offline then has the panels all the same.
  useEffect(() => {
    panels().catch(() => undefined);
  }, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isHand = event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && letterOf(event) === "h";
      if (event.repeat || event.defaultPrevented) return;
      if (isFind(event)) {
        event.preventDefault();
        room.panel.value = "find";
        room.finding.value?.();
        return;
      }
      if (event.key !== "?" && !isHand) return;
      if ((event.target as HTMLElement).closest("input, textarea, select, dialog, [contenteditable]") !== null) return;
      if (isHand && room.lesson.isHost.value) return;
      event.preventDefault();
      if (isHand) void room.lesson.turnHand();
      else room.asking.value = "keys";
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [room]);
  const { title, recording } = room.lesson.state.value?.session ?? {};
  const mark = recording ? "🔴 " : "";
  useEffect(() => {
    document.title = mark + (title ? `${title} · lessonroom` : "lessonroom");
  }, [title, mark]);
  const panel = room.panel.value;
  const asking = room.asking.value;
  return (
    <div class="classroom">
      <Later
        load={() => panels().then((loaded) => loaded.TopBar)}
        props={{ room }}
        meanwhile={<header class="top-bar"><Logo /></header>}
      />
      <main class="stage" data-panel={panel ?? undefined}>
        <BoardView desk={room.desk} />
        {room.following.userId.value !== null && (
          <div class="followed" data-person={colorOf(room.following.userId.value)} />
        )}
        <Notice room={room} />
        <Later load={() => panels().then((loaded) => loaded.Bars)} props={{ room }} />
        {room.media.value && (
          <Later
            load={() => panels().then((loaded) => loaded.CallView)}
            props={{ lesson: room.lesson, media: room.media.value, onLeave: focusBoard }}
          />
        )}
        <Later load={() => panels().then((loaded) => loaded.NoticeList)} props={{ room }} />
        <Toast room={room} />
        {panel && <OpenPanel room={room} name={panel} />}
        {room.isHistoryOpen.value && (
          <aside class="beside" aria-label={t("app.history")}>
            <Later
              load={history}
              props={{
                sessionId,
                onClose: () => {
                  room.isHistoryOpen.value = false;
                  focusBoard();
                },
              }}
              meanwhile={<Message text={t("app.loading")} isBusy />}
            />
          </aside>
        )}
      </main>
      {asking && <Later key={asking} load={() => panels().then((loaded) => loaded.Asked)} props={{ room, what: asking }} />}
    </div>
  );
}

/** The browser would look on the one page that is drawn; in a dialog that is right. */
function isFind(event: KeyboardEvent): boolean {
  return (
    (event.ctrlKey || event.metaKey) &&
    !event.altKey &&
    !event.shiftKey &&
    letterOf(event) === "f" &&
    !(event.target as HTMLElement).closest("dialog")
  );
}

interface PanelProps {
  readonly name: PanelName;
  readonly room: Classroom;
}

function OpenPanel({ name, room }: PanelProps): VNode {
  const panel = useRef<HTMLElement>(null);
  const close = (): void => {
    room.panel.value = null;
    focusBoard();
  };
  return (
    <aside
      ref={panel}
      class="panel card"
      aria-label={t(`${name}.title`)}
      onKeyDown={(event) => {
        // What is open within the panel comes first: a dialog, a name that is being changed.
        if (event.key === "Escape" && !event.defaultPrevented && event.target instanceof HTMLElement && event.target.closest("dialog") === null) close();
      }}
    >
      <header>
        <h2>{t(`${name}.title`)}</h2>
        <IconButton icon="close" label={t("app.close")} onClick={close} />
      </header>
      <Panel name={name} room={room} />
    </aside>
  );
}

function Panel({ name, room }: PanelProps): VNode {
  const load = {
    people: () => panels().then((loaded) => loaded.People),
    layers: () => panels().then((loaded) => loaded.Layers),
    chat: () => panels().then((loaded) => loaded.ChatPanel),
    pages: () => panels().then((loaded) => loaded.Pages),
    find: () => panels().then((loaded) => loaded.Find),
  }[name];
  return <Later key={name} load={load} props={{ room }} />;
}

/** One sentence about why things are as they are; nothing while the lesson just goes on. */
function Notice({ room }: { readonly room: Classroom }): VNode | null {
  if (room.lesson.isOffline.value) {
    return (
      <div class="notice" data-kind="offline" role="status">
        {t("connection.reconnectingLong")}
        <button type="button" class="button small" onClick={() => room.client.reconnectNow()}>
          {t("connection.now")}
        </button>
      </div>
    );
  }
  const leader = room.lesson.leader.value;
  if (room.following.userId.value !== null && leader !== null) {
    return (
      <div class="notice" data-kind="following" data-person={colorOf(leader.user_id)} role="status">
        <span>{t("follow.following", { name: leader.name })}</span>
        <button type="button" class="button small" onClick={() => room.following.stop()}>
          {t("follow.stop")}
        </button>
      </div>
    );
  }
  const word = room.word.value;
  if (word !== null) {
    const person = word.by === null ? {} : { "data-kind": "following", "data-person": colorOf(word.by) };
    return (
      <div class="notice" {...person} role="status">
        <span>{word.text}</span>
        <button type="button" class="button small" onClick={word.act}>
          {word.label}
        </button>
      </div>
    );
  }
  if (room.media.value?.isSoundBlocked.value) {
    return (
      <div class="notice" role="status">
        <button
          type="button"
          class="button small"
          onClick={() => {
            if (room.media.value) room.media.value.isSoundBlocked.value = false;
          }}
        >
          {t("media.sound")}
        </button>
      </div>
    );
  }
  const key = noticeKey(room);
  return key && <div class="notice" role="status">{t(key)}</div>;
}

function noticeKey(room: Classroom): Key | null {
  const status = room.lesson.state.value?.session.status;
  const who = room.lesson.isHost.value ? "Host" : "Student";
  if (status === "scheduled" || status === "waiting") return `lesson.waiting${who}`;
  if (status === "paused") return `lesson.paused${who}`;
  if (room.lesson.isHostAway.value) return "lesson.hostAway";
  return room.lesson.may("can_draw") ? null : "lesson.viewOnly";
}

function Toast({ room }: { readonly room: Classroom }): VNode {
  const toast = room.lesson.toast.value;
  return (
    <div class="toasts" role="alert">
      {toast && (
        <p key={toast.key} class="toast">
          {wordsOf(toast.error)}
        </p>
      )}
    </div>
  );
}
