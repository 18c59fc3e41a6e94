/** What people write to each other: everyone in the lesson reads it. */

import type { VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { ChatLine } from "../../client/replica/room_state.ts";
import { LONGEST, type ChatPolicy } from "../../client/wire.ts";
import { t, timeOfDay, type Key } from "../../language/language.ts";
import { colorOf } from "../../ui/color_of.ts";
import { IconButton } from "../../ui/controls.tsx";
import type { Classroom } from "../classroom.ts";
import "../../styles/lesson/chat.css";

const POLICIES: readonly ChatPolicy[] = ["all", "host_only", "off"];
/** Lines of one person within so long are shown under one name. */
const TOGETHER_MS = 120_000;
/** Whoever has scrolled up further than this reads, and is left where they are. */
const NEAR_END_PX = 80;

export function ChatPanel({ room }: { readonly room: Classroom }): VNode {
  const { chat } = room;
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const lines = chat.lines.value;
  const unsent = chat.unsent.value;
  useEffect(() => {
    chat.isOpen.value = true;
    return () => {
      chat.isOpen.value = false;
    };
  }, [chat]);
  useEffect(() => {
    const { current } = list;
    if (current !== null && isAtEnd.current) current.scrollTop = current.scrollHeight;
  }, [lines.at(-1)?.seq, unsent.length]);
  return (
    <div class="chat">
      <div
        class="chat-lines"
        ref={list}
        role="log"
        aria-label={t("chat.title")}
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
        }}
      >
        {chat.hasEarlier.value && (
          <button type="button" class="button small" onClick={() => void chat.loadEarlier()}>
            {t("chat.earlier")}
          </button>
        )}
        {lines.length === 0 && unsent.length === 0 && <p class="hint">{t("chat.empty")}</p>}
        {lines.map((line, n) => (
          <Line key={line.seq} room={room} line={line} before={lines[n - 1]} />
        ))}
        {unsent.map(({ text, at }) => (
          <p key={at} class="chat-line" data-own data-unsent>
            <Words text={text} />
            <small>{t("chat.sending")}</small>
          </p>
        ))}
      </div>
      <Writing room={room} />
    </div>
  );
}

interface LineProps {
  readonly room: Classroom;
  readonly line: ChatLine;
  readonly before: ChatLine | undefined;
}

function Line({ room, line, before }: LineProps): VNode {
  const state = room.lesson.state.value;
  const isOwn = line.from === state?.userId;
  const name = state?.roster.get(line.from)?.name ?? "";
  const isNext = before?.from === line.from && line.at - before.at < TOGETHER_MS;
  return (
    <>
      {!isNext && (
        <p class="chat-who" data-own={isOwn || undefined}>
          <span class="chat-name" data-person={colorOf(line.from)}>
            <bdi>{isOwn ? t("people.you") : name}</bdi>
          </span>
          <time dateTime={new Date(line.at).toISOString()}>{timeOfDay(line.at)}</time>
        </p>
      )}
      <p class="chat-line" data-own={isOwn || undefined}>
        <Words text={line.text} />
      </p>
    </>
  );
}

const ADDRESS = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/;

/** Text with its web addresses as links; nothing else of it means anything. */
function Words({ text }: { readonly text: string }): VNode {
  return (
    <bdi>
      {text.split(ADDRESS).map((part, n) =>
        n % 2 === 1 ? (
          <a key={n} href={part} target="_blank" rel="noopener noreferrer">{part}</a>
        ) : (
          part
        ),
      )}
    </bdi>
  );
}

function Writing({ room }: { readonly room: Classroom }): VNode {
  const { chat } = room;
  const area = useRef<HTMLTextAreaElement>(null);
  const policy = room.lesson.state.value?.session.chat_policy ?? "all";
  const mayWrite = policy === "all" || (policy === "host_only" && room.lesson.isHost.value);
  useEffect(() => area.current?.focus(), [mayWrite]);
  return (
    <footer class="chat-writing">
      {room.lesson.isHost.value && <Policy room={room} policy={policy} />}
      {mayWrite ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            chat.send();
          }}
        >
          <textarea
            ref={area}
            rows={1}
            aria-label={t("chat.placeholder")}
            value={chat.draft.value}
            maxLength={LONGEST["ChatMessage.text"]}
            placeholder={t("chat.placeholder")}
            onInput={(event) => {
              chat.draft.value = event.currentTarget.value;
            }}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              chat.send();
            }}
          />
          <IconButton
            icon="send"
            label={t("chat.send")}
            disabled={chat.draft.value.trim() === ""}
            onClick={() => chat.send()}
          />
        </form>
      ) : (
        <p class="hint">{t(policy === "off" ? "chat.isOff" : "chat.isHostOnly")}</p>
      )}
    </footer>
  );
}

function Policy({ room, policy }: { readonly room: Classroom; readonly policy: ChatPolicy }): VNode {
  const id = useId();
  return (
    <div class="chat-policy">
      <label for={id}>{t("chat.whoMayWrite")}</label>
      <select
        id={id}
        value={policy}
        onChange={(event) => {
          void room.lesson.changeSettings({ chat_policy: event.currentTarget.value as ChatPolicy });
        }}
      >
        {POLICIES.map((one) => (
          <option key={one} value={one}>{t(`chat.policy.${one}` as Key)}</option>
        ))}
      </select>
    </div>
  );
}
