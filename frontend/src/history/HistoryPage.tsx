/** The history of a lesson: a slider through every version of the board, and what happened. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Assets, PicturesOf } from "../board/drawing/assets.ts";
import { ExportDialog } from "../board/ExportDialog.tsx";
import { ApiRefusal } from "../client/rest/http.ts";
import { ClassroomApi } from "../client/rest/rest.ts";
import { hasEnded } from "../client/replica/room_state.ts";
import { t } from "../language/language.ts";
import { goTo, roomToken, userToken, type Moment } from "../browser/address.ts";
import { SERVER } from "../browser/root.ts";
import { renewedToken, seatsOf } from "../browser/seats.ts";
import { IconButton } from "../ui/controls.tsx";
import { Question } from "../ui/dialogs.tsx";
import { Switch } from "../ui/forms.tsx";
import { Icon } from "../ui/icons.tsx";
import { Message } from "../ui/Message.tsx";
import { Course, SPEEDS } from "./course.ts";
import { StillBoard } from "./StillBoard.tsx";
import { Timeline, timeOf } from "./Timeline.tsx";
import type { Film, FilmDialog } from "./film/index.ts";
import type { Replay, ReplayBar } from "./replay/index.ts";
import "../styles/pages/history.css";

interface HistoryProps {
  readonly sessionId: string;
  /** What is shown first. */
  readonly moment?: Moment;
  /** Closes it, where it stands beside a lesson that goes on. */
  readonly onClose?: () => void;
}

export function HistoryPage({ sessionId, moment, onClose }: HistoryProps): VNode {
  const token = useSignal(userToken.value ?? roomToken(sessionId));
  useEffect(() => {
    const [seat] = seatsOf(sessionId);
    if (token.value !== null || seat === undefined) return;
    // A guest who comes by an address that they kept.
    renewedToken(sessionId, seat.userId).then(
      (renewed) => {
        token.value = renewed;
      },
      () => goTo(`/join/${sessionId}`),
    );
  }, [sessionId]);
  if (token.value === null && seatsOf(sessionId).length > 0) return <Message text={t("app.loading")} isBusy />;
  return <History sessionId={sessionId} token={token.value} {...(moment && { moment })} {...(onClose && { onClose })} />;
}

function History({ sessionId, token, moment, onClose }: HistoryProps & { readonly token: string | null }): VNode {
  const api = useMemo(() => new ClassroomApi(SERVER, token), [token]);
  const course = useMemo(() => new Course(api, sessionId), [api, sessionId]);
  const assets = useMemo(() => new Assets((asset) => api.image(asset)), [api]);
  useEffect(() => {
    void course.load(moment);
    return () => {
      course.dispose();
      assets.dispose();
    };
  }, [course, assets]);
  const replay = useSignal<{ readonly replay: Replay; readonly Bar: typeof ReplayBar } | null>(null);
  const isToldSilent = useSignal(false);
  const isRecorded = course.session.value?.is_recorded === true;
  useEffect(() => {
    if (!isRecorded) return undefined;
    let isGone = false;
    loadReplay(course, token, sessionId).then(
      (loaded) => {
        if (isGone) loaded?.replay.dispose();
        else replay.value = loaded;
      },
      (caught: unknown) => {
        // The board is looked at as ever.
        isToldSilent.value = caught instanceof ApiRefusal && caught.status === 403;
      },
    );
    return () => {
      isGone = true;
      replay.value?.replay.dispose();
    };
  }, [course, token, isRecorded]);
  const film = useSignal<{ readonly film: Film; readonly Dialog: typeof FilmDialog } | null>(null);
  const isFilming = useSignal(false);
  const openFilm = async (): Promise<void> => {
    const { Film: Made, FilmDialog: Dialog } = await import("./film/index.ts");
    if (replay.value === null) return;
    film.value ??= { film: new Made(replay.value.replay, (asset) => api.image(asset)), Dialog };
    isFilming.value = true;
  };
  useEffect(
    () => () => {
      film.value?.film.cancel();
      film.value = null;
    },
    [replay.value],
  );
  const filmWords = t(film.value?.film.state.value === "making" ? "film.making" : "film.open");
  const isAsking = useSignal(false);
  const isExporting = useSignal(false);
  const session = course.session.value;
  const title = session?.title || t("lesson.untitled");
  useEffect(() => {
    const before = document.title;
    document.title = `${t("app.history")} · ${title}`;
    return () => {
      document.title = before;
    };
  }, [title]);
  const mayRestore = session !== null && !hasEnded(session.status);
  const isNewest = course.shownVersion.value === course.head.value;
  return (
    <div class="history">
      <header class="top-bar">
        {onClose ? (
          <IconButton icon="close" label={t("history.close")} onClick={onClose} />
        ) : (
          <IconButton icon="leave" label={t("app.home")} onClick={() => goTo("/")} />
        )}
        <h1 class="lesson-title">
          <bdi>{title}</bdi>
        </h1>
        <span class="hint">{t("app.history")}</span>
        <span class="spring" />
        {session !== null && session.access_code !== null && session.session_type !== "solo" && (
          <Switch
            label={t("history.forPupils")}
            isOn={session.settings.history_policy === "all"}
            onChange={(isOn) => void course.share(isOn)}
          />
        )}
        {replay.value?.replay.mayFilm === true && (
          <button type="button" class="button" aria-label={filmWords} onClick={() => void openFilm()}>
            <Icon name="camera" size={20} /> <span>{filmWords}</span>
          </button>
        )}
        <button
          type="button"
          class="button"
          aria-label={t("board.export")}
          disabled={course.shownVersion.value === 0}
          onClick={() => {
            isExporting.value = true;
          }}
        >
          <Icon name="download" size={20} /> <span>{t("board.export")}</span>
        </button>
        {mayRestore && (
          <button
            type="button"
            class="button primary"
            aria-label={t("history.restore")}
            disabled={course.shownVersion.value === 0 || isNewest}
            onClick={() => {
              isAsking.value = true;
            }}
          >
            <Icon name="undo" size={20} /> <span>{t("history.restore")}</span>
          </button>
        )}
      </header>
      <main>
        {course.error.value && <p class="error" role="alert">{course.error.value}</p>}
        <PicturesOf.Provider value={assets}>
          <StillBoard course={course} fetch={(asset) => api.image(asset)} />
        </PicturesOf.Provider>
        {replay.value === null ? <Slider course={course} /> : <replay.value.Bar replay={replay.value.replay} />}
        {isToldSilent.value && <p class="hint" role="status">{t("replay.notForYou")}</p>}
      </main>
      <Timeline
        course={course}
        onGo={(event) => {
          // Where there are voices one goes to a time, and not to a version.
          if (replay.value === null) course.goTo(event.seq);
          else replay.value.replay.seek(Date.parse(event.at));
        }}
      />
      {isFilming.value && film.value !== null && (
        <film.value.Dialog
          film={film.value.film}
          onClose={() => {
            isFilming.value = false;
          }}
        />
      )}
      {isExporting.value && (
        <ExportDialog
          api={api}
          sessionId={sessionId}
          version={course.shownVersion.value}
          hasPack={session !== null && session.access_code !== null}
          onClose={() => {
            isExporting.value = false;
          }}
        />
      )}
      {isAsking.value && (
        <Question
          title={t("history.restoreQuestion")}
          text={t("history.restoreText")}
          confirm={t("history.restore")}
          onConfirm={() => {
            void course.restore().then((isDone) => {
              if (!isDone) return;
              if (onClose) onClose();
              else goTo(`/room/${sessionId}`);
            });
          }}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      )}
    </div>
  );
}

/** What plays a lesson with its voices: fetched only where it was recorded. */
async function loadReplay(course: Course, token: string | null, sessionId: string): Promise<{ readonly replay: Replay; readonly Bar: typeof ReplayBar } | null> {
  const { ReplayBar: Bar, replayOf, RecordingApi } = await import("./replay/index.ts");
  const replay = await replayOf(course, new RecordingApi(SERVER, token), sessionId);
  return replay && { replay, Bar };
}

function Slider({ course }: { readonly course: Course }): VNode {
  const version = course.version.value;
  const event = course.events.value.findLast(({ seq }) => seq <= version);
  return (
    <div class="slider card">
      <IconButton
        icon={course.isPlaying.value ? "pause" : "play"}
        label={t(course.isPlaying.value ? "history.pause" : "history.play")}
        onClick={() => (course.isPlaying.value ? course.pause() : course.play())}
      />
      <input
        type="range"
        min={1}
        max={Math.max(1, course.head.value)}
        value={version}
        aria-label={t("history.version")}
        onInput={({ currentTarget }) => course.goTo(Number(currentTarget.value))}
      />
      <output>
        {version} / {course.head.value}
      </output>
      {event && <time dateTime={event.at}>{timeOf(event)}</time>}
      <select
        aria-label={t("history.speed")}
        value={course.speed.value}
        onChange={({ currentTarget }) => {
          course.speed.value = Number(currentTarget.value);
        }}
      >
        {SPEEDS.map((speed) => (
          <option key={speed} value={speed}>
            {speed}×
          </option>
        ))}
      </select>
    </div>
  );
}
