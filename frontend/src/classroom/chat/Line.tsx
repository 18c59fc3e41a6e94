/** One message of the chat: who wrote it, to whom, what it answers, and what one can do about it. */

import type { VNode } from "preact";
import type { ChatLine } from "../../client/replica/room_state.ts";
import { isolated, t, timeOfDay } from "../../language/language.ts";
import { colorOf } from "../../ui/color_of.ts";
import { IconButton } from "../../ui/controls.tsx";
import { Icon } from "../../ui/icons.tsx";
import type { Classroom } from "../classroom.ts";
import { Shared } from "./Files.tsx";
import { Words } from "./Words.tsx";

/** Lines of one person within so long are shown under one name. */
const TOGETHER_MS = 120_000;
const REPLY = { path: "M10 7l-5 5 5 5M5 12h9a5.500 5.500 0 0 1 5.500 5.500V19" } as const;

interface LineProps {
  readonly room: Classroom;
  readonly line: ChatLine;
  readonly before: ChatLine | undefined;
  /** Goes to the message of that `seq`. */
  readonly onGo: (seq: number) => void;
}

export function Line({ room, line, before, onGo }: LineProps): VNode {
  const state = room.lesson.state.value;
  const isOwn = line.from === state?.userId;
  const name = nameOf(room, line.from);
  const isNext = before?.from === line.from && before.to === line.to && line.at - before.at < TOGETHER_MS;
  const mayRemove = line.removed == null && (isOwn || room.lesson.isHost.value);
  return (
    <>
      {!isNext && (
        <p class="chat-who" data-own={isOwn || undefined}>
          <span class="chat-name" data-person={colorOf(line.from)}>
            <bdi>{isOwn ? t("people.you") : name}</bdi>
          </span>
          {line.to != null && <OnlyTo room={room} userId={line.to} />}
          <time dateTime={new Date(line.at).toISOString()}>{timeOfDay(line.at)}</time>
        </p>
      )}
      <div class="chat-row" data-own={isOwn || undefined} data-seq={line.seq} tabIndex={-1}>
        <p class="chat-line" data-own={isOwn || undefined} data-private={line.to != null || undefined} data-gone={line.removed != null || undefined}>
          {line.removed != null ? (
            <em>{t("chat.isRemoved", { name: isolated(removerOf(room, line.removed.by)) })}</em>
          ) : (
            <>
              {line.reply_to != null && <Quote room={room} seq={line.reply_to} onGo={onGo} />}
              {line.file != null && <Shared room={room} seq={line.seq} file={line.file} />}
              {line.text !== "" && <Words text={line.text} />}
            </>
          )}
        </p>
        {line.removed == null && (
          <span class="chat-acts">
            <IconButton
              icon={REPLY}
              label={t("chat.replyTo", { name: isolated(name) })}
              kind="small"
              onClick={() => {
                room.chat.answers.value = line;
                // What was written to one person is answered to them alone (CH-5).
                if (line.to != null) room.chat.to.value = isOwn ? line.to : line.from;
              }}
            />
            {mayRemove && (
              <IconButton
                icon="trash"
                label={t("chat.removeOf", { name: isolated(name) })}
                kind="small"
                onClick={() => void room.lesson.ask("remove_message", { message: line.seq })}
              />
            )}
          </span>
        )}
      </div>
    </>
  );
}

function OnlyTo({ room, userId }: { readonly room: Classroom; readonly userId: number }): VNode {
  const isMe = userId === room.lesson.state.value?.userId;
  return (
    <span class="chat-to">
      <Icon name="lock" size={14} /> {t("chat.onlyTo", { names: isMe ? t("chat.forYou") : isolated(nameOf(room, userId)) })}
    </span>
  );
}

/** What a message answers: a word of it, and the way there. */
function Quote({ room, seq, onGo }: { readonly room: Classroom; readonly seq: number; readonly onGo: (seq: number) => void }): VNode {
  const line = room.chat.lines.value.find((one) => one.seq === seq);
  const name = line === undefined ? "" : nameOf(room, line.from);
  const label = line === undefined ? t("chat.earlierOne") : t("chat.goTo", { name: isolated(name) });
  return (
    <button type="button" class="chat-quote" aria-label={label} onClick={() => onGo(seq)}>
      {line === undefined ? (
        t("chat.earlierOne")
      ) : (
        <>
          <strong>
            <bdi>{name}</bdi>
          </strong>{" "}
          <bdi>{line.removed != null ? t("chat.wasRemoved") : line.text || line.file?.name}</bdi>
        </>
      )}
    </button>
  );
}

export function nameOf(room: Classroom, userId: number): string {
  return room.lesson.state.value?.roster.get(userId)?.name ?? t("event.somebody");
}

function removerOf(room: Classroom, by: number | null): string {
  if (by === null) return t("event.server");
  return by === room.lesson.state.value?.userId ? t("people.you") : nameOf(room, by);
}
