/** The history of a lesson: a slider through every version of the board, and what happened. */

import { useComputed, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Assets, PicturesOf } from "../board/drawing/assets.ts";
import { ExportDialog } from "../board/ExportDialog.tsx";
import { visiblePart } from "../board/geometry/fitting.ts";
import { boundsOf, union } from "../board/geometry/geometry.ts";
import { usePainter } from "../board/drawing/painting.ts";
import { PaperView } from "../board/drawing/PaperView.tsx";
import { isPlain, pageBoard, pageShown } from "../board/pages.ts";
import { PageWords } from "../board/text/PageWords.tsx";
import type { Element, Page } from "../client/wire.ts";
import { ApiRefusal } from "../client/rest/http.ts";
import { ClassroomApi, type TimelineEntry } from "../client/rest/rest.ts";
import { hasEnded } from "../client/replica/room_state.ts";
import { locale, t } from "../language/language.ts";
import { goTo, roomToken, userToken, type Moment } from "../browser/address.ts";
import { SERVER } from "../browser/root.ts";
import { renewedToken, seatsOf } from "../browser/seats.ts";
import { IconButton } from "../ui/controls.tsx";
import { Question } from "../ui/dialogs.tsx";
import { Switch } from "../ui/forms.tsx";
import { Icon } from "../ui/icons.tsx";
import { Message } from "../ui/Message.tsx";
import { Course, KINDS, kindOf, SPEEDS, type Kind } from "./course.ts";
import type { Replay, ReplayBar } from "./replay/index.ts";
import { mediaChanges, sentenceOf, summarised } from "./telling.ts";
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
          <StillBoard course={course} api={api} />
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
      {isExporting.value && (
        <ExportDialog
          api={api}
          sessionId={sessionId}
          version={course.shownVersion.value}
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

const MARGIN = 40;
/** Units to a side: past that nothing could be told apart. */
const LARGEST = 8_000;
const NO_DRAFTS = new Map();

/** A page of the board, as it was. The frame grows with what is on it and does not shrink again. */
function StillBoard({ course, api }: { readonly course: Course; readonly api: ClassroomApi }): VNode {
  const page = pageShown(course.board.value.pages, course.page.value, 0);
  const text = page?.background?.text;
  return (
    <>
      {page && <StillPage key={page.id} course={course} page={page} />}
      {text != null && <PageWords key={text} fetch={(asset) => api.image(asset)} text={text} />}
      <PageStrip course={course} page={page} />
    </>
  );
}

function StillPage({ course, page }: { readonly course: Course; readonly page: Page }): VNode {
  const { id } = page;
  const shown = useComputed(() => {
    const board = course.board.value;
    return pageBoard(board, pageShown(board.pages, id, 0));
  });
  const board = shown.value;
  const frame = useSignal({ x: 0, y: 0, w: 960, h: 540 });
  const bounds = visiblePart(board, LARGEST, LARGEST);
  const sheet = page.size && { x: 0, y: 0, w: page.size[0], h: page.size[1] };
  const wanted = sheet ?? union([frame.value, ...(bounds ? [bounds] : [])]) ?? frame.value;
  const isLarger = !sheet && (wanted.w > frame.value.w || wanted.h > frame.value.h);
  useEffect(() => {
    if (isLarger) frame.value = wanted;
  });
  const seen = { x: wanted.x - MARGIN, y: wanted.y - MARGIN, w: wanted.w + 2 * MARGIN, h: wanted.h + 2 * MARGIN };
  const painter = usePainter(shown);
  const sought = board.elements.get(course.sought.value ?? "");
  return (
    <svg
      class="still-board"
      viewBox={`${seen.x} ${seen.y} ${seen.w} ${seen.h}`}
      role="img"
      aria-label={t("history.board", { version: course.shownVersion.value })}
    >
      {!isPlain(page) && <PaperView page={page} seen={seen} zoom={1} />}
      {board.layers.map((layer) => (
        <g key={layer.id} display={layer.visible === false ? "none" : undefined}>
          {painter.nodes(layer.id, NO_DRAFTS)}
        </g>
      ))}
      {sought !== undefined && <Sought element={sought} />}
    </svg>
  );
}

/** A frame around what somebody was led to. */
function Sought({ element }: { readonly element: Element }): VNode {
  const { x, y, w, h } = boundsOf(element);
  return <rect class="sought" x={x - 8} y={y - 8} width={w + 16} height={h + 16} rx={8} />;
}

/** The pages that there were; a board of one has no strip. */
function PageStrip({ course, page }: { readonly course: Course; readonly page: Page | undefined }): VNode | null {
  const { pages } = course.board.value;
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [page?.id]);
  if (pages.length < 2) return null;
  return (
    <nav ref={list} class="page-strip" aria-label={t("pages.title")}>
      {pages.map((each, at) => (
        <button
          key={each.id}
          type="button"
          aria-current={each.id === page?.id ? "page" : undefined}
          onClick={() => {
            course.page.value = each.id;
          }}
        >
          <bdi>{each.title || t("pages.name", { n: at + 1 })}</bdi>
        </button>
      ))}
    </nav>
  );
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

function timeOf({ at }: TimelineEntry): string {
  return new Intl.DateTimeFormat(locale.value, { timeStyle: "medium" }).format(new Date(at));
}

interface TimelineProps {
  readonly course: Course;
  readonly onGo: (event: TimelineEntry) => void;
}

function Timeline({ course, onGo }: TimelineProps): VNode {
  const events = course.events.value;
  const media = useMemo(() => mediaChanges(events), [events]);
  // Who came and went is not told to everyone.
  const kinds = useMemo(() => KINDS.filter((kind) => events.some((event) => kindOf(event) === kind)), [events]);
  return (
    <aside class="timeline" aria-label={t("history.timeline")}>
      <div class="filters">
        <select
          aria-label={t("history.person")}
          value={course.person.value ?? ""}
          onChange={({ currentTarget }) => {
            course.person.value = currentTarget.value === "" ? null : Number(currentTarget.value);
          }}
        >
          <option value="">{t("history.everyone")}</option>
          {[...course.people.value].map(([userId, name]) => (
            <option key={userId} value={userId}>
              {name}
            </option>
          ))}
        </select>
        <select
          aria-label={t("history.kind")}
          value={course.kind.value ?? ""}
          onChange={({ currentTarget }) => {
            course.kind.value = (currentTarget.value || null) as Kind | null;
          }}
        >
          <option value="">{t("history.everything")}</option>
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {t(`history.kind.${kind}`)}
            </option>
          ))}
        </select>
      </div>
      <ol>
        {summarised(course.shown.value).map(({ event, count }) => (
          <li key={event.seq}>
            <button
              type="button"
              aria-current={event.seq === course.version.value}
              onClick={() => onGo(event)}
            >
              <time dateTime={event.at}>{timeOf(event)}</time>
              <span>
                {sentenceOf(event, course.people.value, media.get(event.seq))}
                {count > 1 && ` × ${count}`}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </aside>
  );
}
