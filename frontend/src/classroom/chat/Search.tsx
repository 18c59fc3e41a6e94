/** Looking for what was written, however long ago in the lesson. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ChatLine } from "../../client/replica/room_state.ts";
import { t, timeOfDay } from "../../language/language.ts";
import type { Classroom } from "../classroom.ts";
import { lineOf } from "./chat.ts";
import { nameOf } from "./Line.tsx";

/** Whoever still types is not answered yet. */
const PAUSE_MS = 250;

interface SearchProps {
  readonly room: Classroom;
  readonly onGo: (seq: number) => void;
}

export function Search({ room, onGo }: SearchProps): VNode {
  const wanted = useSignal("");
  const found = useSignal<readonly ChatLine[] | null>(null);
  const before = useSignal<number | null>(null);
  const input = useRef<HTMLInputElement>(null);
  /** Only the answer to the newest question counts. */
  const asked = useRef(0);
  const look = async (from: number | null, later: readonly ChatLine[]): Promise<void> => {
    asked.current += 1;
    const mine = asked.current;
    const page = await room.lesson.api().chat(room.lesson.sessionId, from, wanted.value.trim()).catch(() => null);
    if (asked.current !== mine || page === null) return;
    found.value = [...later, ...page.items.map(lineOf).reverse()];
    before.value = page.next_before;
  };
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    asked.current += 1;
    if (wanted.value.trim() === "") {
      found.value = before.value = null;
      return;
    }
    const timer = setTimeout(() => void look(null, []), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [wanted.value]);
  const lines = found.value;
  return (
    <search class="chat-search field">
      <input
        ref={input}
        type="search"
        aria-label={t("chat.search")}
        placeholder={t("chat.search")}
        maxLength={100}
        autocomplete="off"
        onInput={({ currentTarget }) => {
          wanted.value = currentTarget.value;
        }}
      />
      {lines !== null && (
        <p class="hint" role="status">
          {lines.length === 0 ? t("chat.foundNothing") : t("chat.found", { count: lines.length })}
        </p>
      )}
      {lines !== null && (
        <ol>
          {lines.map(({ seq, from, at, text }) => (
            <li key={seq}>
              <button type="button" onClick={() => onGo(seq)}>
                <strong>
                  <bdi>{nameOf(room, from)}</bdi>
                </strong>{" "}
                <time>{timeOfDay(at)}</time> <bdi>{text}</bdi>
              </button>
            </li>
          ))}
        </ol>
      )}
      {before.value !== null && (
        <button type="button" class="button small" onClick={() => void look(before.value, lines ?? [])}>
          {t("chat.searchOn")}
        </button>
      )}
    </search>
  );
}
