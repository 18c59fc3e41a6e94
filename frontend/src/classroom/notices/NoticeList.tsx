/** The quiet notices, above the board's lower edge. */

import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { isolated, t, type Key } from "../../language/language.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { IconButton } from "../../ui/controls.tsx";
import { followGestures } from "../following/gestures.ts";
import type { Classroom } from "../classroom.ts";
import { ConsentQuestion } from "../recording/ConsentQuestion.tsx";
import { Unrecorded } from "../recording/Unrecorded.tsx";
import { FACES, type Reaction } from "../../lesson/reactions.ts";
import { Notices, type Notice } from "./notices.ts";
import "../../styles/lesson/notices.css";

/** As many names as one reads in passing. */
const NAMES = 3;

export function NoticeList({ room }: { readonly room: Classroom }): VNode {
  const notices = useMemo(() => new Notices(room), [room]);
  useEffect(() => () => notices.dispose(), [notices]);
  useEffect(() => followGestures(room), [room]);
  return (
    <div class="notices" role="log" aria-label={t("notice.title")}>
      <ConsentQuestion room={room} />
      <Unrecorded room={room} />
      {notices.shown.value.map((notice) => (
        <div key={notice.key} class="card" data-kind={notice.kind}>
          {notice.people[0] && <Avatar person={notice.people[0]} />}
          <Words room={room} notice={notice} onDone={() => notices.dismiss(notice.key)} />
          <IconButton icon="close" label={t("app.close")} onClick={() => notices.dismiss(notice.key)} />
        </div>
      ))}
    </div>
  );
}

interface WordsProps {
  readonly room: Classroom;
  readonly notice: Notice;
  readonly onDone: () => void;
}

function Words({ room, notice, onDone }: WordsProps): VNode {
  const { kind, people, text } = notice;
  const [first] = people;
  switch (kind) {
    case "document":
      return <Progress room={room} notice={notice} />;
    case "reacted":
      return (
        <span>
          <span class="reaction" role="img" aria-label={t(`reaction.${text as Reaction}`)}>
            {FACES[text as Reaction]}
          </span>{" "}
          {listed(people.map(({ name }) => name))}
        </span>
      );
    case "picked": {
      const isMe = first?.user_id === room.lesson.state.value?.userId;
      return <strong>{isMe ? t("notice.pickedYou") : t("notice.picked", { name: isolated(first?.name ?? "") })}</strong>;
    }
    case "unmute":
      return (
        <>
          <span>{t("notice.unmute", { name: isolated(first?.name ?? t("people.host")) })}</span>
          <button
            type="button"
            class="button primary"
            onClick={() => {
              onDone();
              void room.media.value?.own.start("audio");
            }}
          >
            {t("media.unmute")}
          </button>
        </>
      );
    case "told":
      return <span>{t(`notice.told.${text}` as Key)}</span>;
    case "wrote":
      return (
        <button
          type="button"
          class="notice-text"
          onClick={() => {
            room.panel.value = "chat";
          }}
        >
          <strong>
            <bdi>{first?.name}</bdi>
          </strong>{" "}
          <bdi>{text}</bdi>
        </button>
      );
    case "knocks":
      return (
        <>
          <span>{t("notice.knocks", { name: isolated(first?.name ?? "") })}</span>
          <button
            type="button"
            class="button primary"
            onClick={() => void room.lesson.ask("admit", { user_id: first!.user_id })}
          >
            {t("people.admit")}
          </button>
        </>
      );
    case "asks":
      return (
        <button
          type="button"
          class="notice-text"
          onClick={() => {
            room.panel.value = "people";
          }}
        >
          {t("notice.asks", { names: listed(people.map(({ name }) => name)) })}
        </button>
      );
    default:
      return <span>{t(`notice.${kind}`, { names: listed(people.map(({ name }) => name)) })}</span>;
  }
}

/** Of one that it is not known yet how many pages it has. */
const UNREAD: Readonly<Partial<Record<string, Key>>> = {
  importing: "notice.document.reading",
  failed: "notice.document.unread",
  cancelled: "notice.document.unreadCancelled",
};

/** A document on its way: a bar that fills, and, for who may, a way to stop it. */
function Progress({ room, notice }: { readonly room: Classroom; readonly notice: Notice }): VNode {
  const { document, people } = notice;
  const { status, title, pages_done: n, pages_total: of, document_id, user_id } = document!;
  const { lesson } = room;
  const name = isolated(people[0]?.name ?? t("event.somebody"));
  const words = { name, title: title === "" ? t("notice.document.untitled") : isolated(title), n, of };
  const mayStop = lesson.isHost.value || user_id === lesson.state.value?.userId;
  return (
    // Begun and ended is said aloud, not each page.
    <span class="notice-progress" aria-live={status === "importing" && n > 0 ? "off" : undefined}>
      <span>{t(of === 0 && UNREAD[status] ? UNREAD[status] : `notice.document.${status}`, words)}</span>
      {status === "importing" && <progress {...(of > 0 && { max: of, value: n })} aria-label={title} />}
      {status === "importing" && mayStop && (
        <button
          type="button"
          class="button small"
          onClick={() => void lesson.api().cancelDocument(lesson.sessionId, document_id).catch(() => undefined)}
        >
          {t("document.cancel")}
        </button>
      )}
    </span>
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES).map(isolated).join(", ");
  return names.length > NAMES ? `${shown} +${names.length - NAMES}` : shown;
}
