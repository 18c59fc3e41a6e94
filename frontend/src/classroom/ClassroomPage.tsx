/** The classroom: the board fills it, everything else floats above. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { BoardView } from "../board/BoardView.tsx";
import { ApiRefusal } from "../client/http.ts";
import { ClassroomApi } from "../client/rest.ts";
import { connect } from "../client/room_client.ts";
import { hasEnded } from "../client/room_state.ts";
import { t, type Key } from "../language/language.ts";
import { wordsOf } from "../language/words_of_errors.ts";
import { goTo, keepRoomToken, roomToken, userToken } from "../browser/address.ts";
import { MediaBar } from "../media/MediaBar.tsx";
import { Tiles } from "../media/Tiles.tsx";
import { takeWish } from "../media/wishes.ts";
import { colorOf } from "../ui/color_of.ts";
import { IconButton } from "../ui/controls.tsx";
import { isFramed, tellOfStay } from "../browser/embedding.ts";
import { watchNetwork } from "../browser/network.ts";
import { KeptPending } from "../browser/kept_pending.ts";
import { Later } from "../ui/Later.tsx";
import { Message } from "../ui/Message.tsx";
import { Reloading } from "../browser/reloading.ts";
import { SERVER } from "../browser/root.ts";
import { Classroom } from "./classroom.ts";
import { panels } from "./fetching.ts";
import { StyleBar, Toolbar } from "./Toolbar.tsx";
import { TopBar, type PanelName } from "./TopBar.tsx";
import { ViewBar } from "./ViewBar.tsx";

export function ClassroomPage({ sessionId }: { readonly sessionId: string }): VNode {
  const [room, setRoom] = useState<Classroom | null>(null);
  useEffect(() => {
    let opened: Classroom | null = null;
    let isGone = false;
    let stopTelling = (): void => {};
    tokenFor(sessionId).then(
      (token) => {
        if (isGone) return;
        const store = new KeptPending(`${sessionId}/${userIdIn(token)}`);
        const client = connect({ ...addressOf(sessionId), token, store });
        const reloading = new Reloading();
        client.on("change", () => reloading.follow(client));
        stopTelling = tellOfStay(client, sessionId, () => reloading.isUnderWay);
        opened = new Classroom(client, sessionId, () => roomToken(sessionId), takeWish(sessionId));
        setRoom(opened);
      },
      () => {
        if (!isGone) goTo(`/join/${sessionId}`);
      },
    );
    const stopWatching = watchNetwork(() => opened?.client ?? null);
    return () => {
      isGone = true;
      stopWatching();
      opened?.dispose();
      stopTelling();
    };
  }, [sessionId]);
  if (room === null || room.lesson.state.value === null) {
    if (room?.lesson.status.value.connection === "ended") return <Ending room={room} sessionId={sessionId} />;
    return <Message text={t("connection.connecting")} isBusy />;
  }
  if (room.lesson.status.value.connection === "ended" || hasEnded(room.lesson.state.value.session.status)) {
    return <Ending room={room} sessionId={sessionId} />;
  }
  if (room.lesson.status.value.connection === "waiting") {
    return <Message text={t("lesson.lobby")} isBusy />;
  }
  return <OpenClassroom room={room} sessionId={sessionId} />;
}

function addressOf(sessionId: string): { url: string; renewToken: () => Promise<string> } {
  return {
    url: `${SERVER.replace("http", "ws")}/ws/classroom/${sessionId}/`,
    renewToken: () => joined(sessionId),
  };
}

/** The room token of this tab, or a new one for whoever is signed in. */
async function tokenFor(sessionId: string): Promise<string> {
  return roomToken(sessionId) ?? (await joined(sessionId));
}

/** Whose token it is. Its claims are only read here; the server is who checks them. */
function userIdIn(token: string): string {
  const payload = token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "";
  return String((JSON.parse(atob(payload)) as { user_id: number }).user_id);
}

async function joined(sessionId: string): Promise<string> {
  const credential = userToken.value ?? roomToken(sessionId);
  if (credential === null) throw new ApiRefusal(401, { code: "unauthorized", message: "" });
  const { token } = await new ClassroomApi(SERVER, credential).join(sessionId);
  keepRoomToken(sessionId, token);
  return token;
}

interface RoomProps {
  readonly room: Classroom;
  readonly sessionId: string;
}

function OpenClassroom({ room, sessionId }: RoomProps): VNode {
  const panel = useSignal<PanelName | null>(null);
  const isInviting = useSignal(false);
  const invite = (): void => {
    isInviting.value = true;
  };
  // Behind the board, and before anybody asks: who goes offline then has the panels all the same.
  useEffect(() => {
    panels().catch(() => undefined);
  }, []);
  const title = room.lesson.state.value?.session.title;
  useEffect(() => {
    document.title = title ? `${title} · lessonroom` : "lessonroom";
  }, [title]);
  return (
    <div class="classroom">
      <TopBar
        room={room}
        panel={panel.value}
        onPanel={(name) => {
          panel.value = panel.value === name ? null : name;
        }}
        onInvite={invite}
      />
      <main class="stage" data-panel={panel.value ?? undefined}>
        <BoardView desk={room.desk} />
        {room.following.userId.value !== null && (
          <div class="followed" data-person={colorOf(room.following.userId.value)} />
        )}
        <Notice room={room} />
        <Toolbar room={room} />
        <StyleBar room={room} />
        <ViewBar room={room} />
        <Tiles lesson={room.lesson} media={room.media} />
        <MediaBar lesson={room.lesson} media={room.media} />
        <Toast room={room} />
        {panel.value && (
          <aside class="panel card" aria-label={t(`${panel.value}.title`)}>
            <header>
              <h2>{t(`${panel.value}.title`)}</h2>
              <IconButton
                icon="close"
                label={t("app.close")}
                onClick={() => {
                  panel.value = null;
                }}
              />
            </header>
            <Panel name={panel.value} room={room} onInvite={invite} />
          </aside>
        )}
      </main>
      {isInviting.value && (
        <Later
          load={() => panels().then((loaded) => loaded.InviteDialog)}
          props={{
            sessionId,
            onClose: () => {
              isInviting.value = false;
            },
          }}
        />
      )}
    </div>
  );
}

interface PanelProps {
  readonly name: PanelName;
  readonly room: Classroom;
  readonly onInvite: () => void;
}

function Panel({ name, room, onInvite }: PanelProps): VNode {
  switch (name) {
    case "people":
      return <Later key={name} load={() => panels().then((loaded) => loaded.People)} props={{ room, onInvite }} />;
    case "layers":
      return <Later key={name} load={() => panels().then((loaded) => loaded.Layers)} props={{ room }} />;
    case "chat":
      return <Later key={name} load={() => panels().then((loaded) => loaded.ChatPanel)} props={{ room }} />;
  }
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
  if (room.media.isSoundBlocked.value) {
    return (
      <div class="notice" role="status">
        <button
          type="button"
          class="button small"
          onClick={() => {
            room.media.isSoundBlocked.value = false;
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

/** Endings after which the person still has a seat: their token is kept. */
const KEEPS_SEAT: ReadonlySet<string> = new Set(["left", "fault", "room_full", "client_too_old"]);

function Ending({ room, sessionId }: RoomProps): VNode {
  const { ending, reason } = room.lesson.status.value;
  const why = ending ?? "session_ended";
  const keepsSeat = KEEPS_SEAT.has(why);
  useEffect(() => {
    if (!keepsSeat) keepRoomToken(sessionId, null);
  }, [sessionId, keepsSeat]);
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
      {userToken.value !== null && (
        <button type="button" class="button" onClick={() => goTo("/")}>
          {t("app.home")}
        </button>
      )}
    </Message>
  );
}
