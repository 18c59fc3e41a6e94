/** What people write to each other: to everyone in the lesson, or to one. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isolated, t } from "../../language/language.ts";
import { IconButton } from "../../ui/controls.tsx";
import type { Classroom } from "../classroom.ts";
import { Line, nameOf } from "./Line.tsx";
import { Search } from "./Search.tsx";
import { OnTheirWay } from "./Files.tsx";
import { Sharing } from "./sharing.ts";
import { Words } from "./Words.tsx";
import { mayWrite, Writing } from "./Writing.tsx";
import "../../styles/lesson/chat.css";

/** Whoever has scrolled up further than this reads, and is left where they are. */
const NEAR_END_PX = 80;
/** So many pages back one is taken to a message that was answered, or found. */
const PAGES_BACK_MOST = 40;

export function ChatPanel({ room }: { readonly room: Classroom }): VNode {
  const { chat } = room;
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const isSearching = useSignal(false);
  const lines = chat.lines.value;
  const unsent = chat.unsent.value;
  const sharing = (chat.sharing ??= new Sharing(room.lesson.api, room.lesson.sessionId));
  const share = (files: readonly File[]): void => {
    isAtEnd.current = true;
    const [to, answers] = [chat.to.value, chat.answers.value];
    const text = chat.draft.value.trim();
    chat.draft.value = "";
    chat.answers.value = null;
    sharing.send(files, { ...(text && { text }), ...(to !== null && { to }), ...(answers !== null && { reply_to: answers.seq }) });
  };
  useEffect(() => {
    chat.isOpen.value = true;
    return () => {
      chat.isOpen.value = false;
    };
  }, [chat]);
  useEffect(() => {
    const { current } = list;
    if (current !== null && isAtEnd.current) current.scrollTop = current.scrollHeight;
  }, [lines.at(-1)?.seq, unsent.length, sharing.sending.value.length]);
  const go = async (seq: number): Promise<void> => {
    const isHere = (): boolean => chat.lines.value.some((line) => line.seq === seq);
    for (let n = 0; n < PAGES_BACK_MOST && !isHere() && chat.hasEarlier.value; n += 1) await chat.loadEarlier();
    if (!isHere()) return;
    isAtEnd.current = false;
    // Once what was loaded is drawn.
    requestAnimationFrame(() => {
      const row = list.current?.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
      row?.scrollIntoView({ block: "center" });
      row?.focus({ preventScroll: true });
    });
  };
  return (
    <div
      class="chat"
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
      }}
      onDrop={(event) => {
        const files = [...(event.dataTransfer?.files ?? [])];
        if (files.length === 0 || !mayWrite(room)) return;
        event.preventDefault();
        event.stopPropagation();
        share(files);
      }}
    >
      <div class="chat-top">
        <IconButton
          icon="search"
          label={t("chat.search")}
          isExpanded={isSearching.value}
          kind="small"
          onClick={() => {
            isSearching.value = !isSearching.value;
          }}
        />
        {isSearching.value && <Search room={room} onGo={(seq) => void go(seq)} />}
      </div>
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
        {lines.length === 0 && unsent.length === 0 && sharing.sending.value.length === 0 && <p class="hint">{t("chat.empty")}</p>}
        {lines.map((line, n) => (
          <Line key={line.seq} room={room} line={line} before={lines[n - 1]} onGo={(seq) => void go(seq)} />
        ))}
        {unsent.map(({ text, at, to }) => (
          <p key={at} class="chat-line" data-own data-unsent data-private={to !== undefined || undefined}>
            {to !== undefined && <small>{t("chat.onlyTo", { names: isolated(nameOf(room, to)) })}</small>}
            <Words text={text} />
            <small>{t("chat.sending")}</small>
          </p>
        ))}
        <OnTheirWay sharing={sharing} />
      </div>
      <Writing room={room} onFiles={share} />
    </div>
  );
}
