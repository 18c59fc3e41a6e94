/** Pages of another lesson of one's own: looked for, looked at, and copied behind the present one. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Assets } from "../../board/drawing/assets.ts";
import { userToken } from "../../browser/address.ts";
import { SERVER } from "../../browser/root.ts";
import { boardOf, type Board } from "../../client/replica/board.ts";
import { ClassroomApi, type SessionSummary } from "../../client/rest/rest.ts";
import type { BoardData } from "../../client/wire.ts";
import { dateTime, t } from "../../language/language.ts";
import { wordsFor } from "../../language/words_of_errors.ts";
import { Dialog } from "../../ui/dialogs.tsx";
import type { Classroom } from "../classroom.ts";
import { PagesToInsert } from "./PagesToInsert.tsx";

/** Nobody waits for each letter. */
const TYPING_MS = 250;
const AT_ONCE = 30;

interface FromLessonProps {
  readonly room: Classroom;
  readonly onClose: () => void;
}

interface Opened {
  readonly session: SessionSummary;
  readonly board: Board;
}

export function FromLesson({ room, onClose }: FromLessonProps): VNode {
  const api = useMemo(() => new ClassroomApi(SERVER, userToken.value), []);
  const pictures = useMemo(() => new Assets((asset) => api.image(asset)), [api]);
  const opened = useSignal<Opened | null>(null);
  const problem = useSignal<string | null>(null);
  const asked = useRef(0);
  useEffect(
    () => () => {
      asked.current = -1;
      pictures.dispose();
    },
    [pictures],
  );

  const open = async (session: SessionSummary): Promise<void> => {
    const question = (asked.current += 1);
    problem.value = null;
    try {
      const { file } = await api.exportBoard(session.session_id, "json", null);
      const { board } = JSON.parse(await file.text()) as { board: BoardData };
      if (asked.current === question) opened.value = { session, board: boardOf(board) };
    } catch (error) {
      if (asked.current === question) problem.value = wordsFor(error);
    }
  };

  return (
    <Dialog title={t("fromLesson.title")} onClose={onClose}>
      {opened.value === null ? (
        <Lessons api={api} here={room.lesson.sessionId} onOpen={(session) => void open(session)} />
      ) : (
        <PagesToInsert
          name={opened.value.session.title || t("lesson.untitled")}
          from={{ from_session: opened.value.session.session_id }}
          board={opened.value.board}
          startsWithAll={false}
          back="fromLesson.others"
          room={room}
          pictures={pictures}
          onBack={() => {
            opened.value = null;
          }}
          onDone={onClose}
        />
      )}
      {problem.value !== null && <p class="error" role="alert">{problem.value}</p>}
    </Dialog>
  );
}

interface LessonsProps {
  readonly api: ClassroomApi;
  /** The session that the pages come to. */
  readonly here: string;
  readonly onOpen: (session: SessionSummary) => void;
}

function Lessons({ api, here, onOpen }: LessonsProps): VNode {
  const found = useSignal<readonly SessionSummary[] | null>(null);
  const cursor = useSignal<string | null>(null);
  const problem = useSignal<string | null>(null);
  const title = useRef("");
  const typing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const asked = useRef(0);

  const look = async (from: string | null): Promise<void> => {
    const question = (asked.current += 1);
    try {
      const page = await api.mySessions({ limit: AT_ONCE, cursor: from, ...(title.current && { q: title.current }) });
      if (asked.current !== question) return;
      // Only who leads a session is told its code, and may copy from it.
      const led = page.items.filter(({ session_id, access_code }) => access_code !== null && session_id !== here);
      found.value = from === null ? led : [...(found.value ?? []), ...led];
      cursor.value = page.next_cursor;
      problem.value = null;
    } catch (error) {
      if (asked.current === question) problem.value = wordsFor(error);
    }
  };
  useEffect(() => {
    void look(null);
    return () => {
      asked.current = -1;
      clearTimeout(typing.current);
    };
  }, []);

  return (
    <>
      <search>
        <label class="field">
          <span class="for-screen-readers">{t("home.search")}</span>
          <input
            type="search"
            placeholder={t("home.search")}
            maxLength={200}
            onInput={(event) => {
              title.current = event.currentTarget.value.trim();
              clearTimeout(typing.current);
              typing.current = setTimeout(() => void look(null), TYPING_MS);
            }}
          />
        </label>
      </search>
      {found.value?.length === 0 && cursor.value === null && <p class="hint">{t("fromLesson.none")}</p>}
      <ul class="choose-lesson">
        {found.value?.map((session) => (
          <li key={session.session_id}>
            <button type="button" class="button wide" onClick={() => onOpen(session)}>
              <bdi>{session.title || t("lesson.untitled")}</bdi>
              <span class="hint">{dateTime(session.actual_start ?? session.scheduled_start ?? session.created_at)}</span>
            </button>
          </li>
        ))}
      </ul>
      {cursor.value !== null && (
        <button type="button" class="button more" onClick={() => void look(cursor.value)}>
          {t("home.more")}
        </button>
      )}
      {problem.value !== null && <p class="error" role="alert">{problem.value}</p>}
    </>
  );
}
