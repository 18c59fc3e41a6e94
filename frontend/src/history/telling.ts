/** What happened in a lesson, in words: who did what to whom. */

import type { TimelineEntry } from "../client/rest.ts";
import { isolated, t, type Key } from "../language/language.ts";

/** Whom an event is about: the one who came or was removed, not the host who did it. */
export interface Subject {
  readonly userId: number | null;
  readonly name: string | null;
}

export function subjectOf({ data }: TimelineEntry): Subject {
  const { participant, user_id } = data as {
    readonly participant?: { readonly user_id: number; readonly name: string };
    readonly user_id?: number;
  };
  return { userId: participant?.user_id ?? user_id ?? null, name: participant?.name ?? null };
}

/** Events whose one sentence is in the dictionaries. */
const SENTENCES: ReadonlySet<string> = new Set([
  "session_created",
  "session_wait",
  "session_start",
  "session_pause",
  "session_resume",
  "session_complete",
  "session_terminate",
  "session_expire",
  "session_update",
  "participant_invite",
  "participant_seat",
  "participant_wait",
  "participant_admit",
  "participant_join",
  "participant_drop",
  "participant_reconnect",
  "participant_leave",
  "participant_kick",
  "board_op",
  "board_clear",
  "board_save",
  "board_restore",
  "asset_add",
  "room_open",
  "chat_message",
]);

/** @param names of everyone in the lesson, by user id. */
export function sentenceOf(event: TimelineEntry, names: ReadonlyMap<number, string>): string {
  const subject = subjectOf(event);
  const values = {
    name: event.name === null ? t("event.server") : isolated(event.name),
    whom: isolated(subject.name ?? names.get(subject.userId ?? 0) ?? t("event.somebody")),
    version: Number(event.data["restored"] ?? 0),
    text: isolated(String(event.data["text"] ?? "")),
  };
  switch (event.type) {
    case "permission_update":
      return t(`event.permissions.${whose(event)}`, values);
    case "media_state":
      return tracksOf(event, values);
    case "board_op":
      return t(onlyRemoves(event) ? "event.board_erase" : "event.board_op", values);
    default: {
      const words = SENTENCES.has(event.type)
        ? t(`event.${event.type}` as Key, values)
        : event.type.replaceAll("_", " ");
      const { reason } = event.data;
      return typeof reason === "string" && reason !== "" ? `${words} (${isolated(reason)})` : words;
    }
  }
}

function whose({ data }: TimelineEntry): "student" | "viewer" | "person" {
  const { role } = data;
  return role === "student" || role === "viewer" ? role : "person";
}

function tracksOf({ data }: TimelineEntry, values: Readonly<Record<string, string | number>>): string {
  const on = (["audio", "video", "screen"] as const).filter((line) => data[line] === true);
  if (on.length === 0) return t("event.media.off", values);
  const what = on.map((line) => t(`event.media.${line}`)).join(", ");
  return t("event.media.on", { ...values, what });
}

function onlyRemoves({ data }: TimelineEntry): boolean {
  const operations = Object.keys(data["operations"] ?? {});
  return operations.length === 1 && operations[0] === "remove";
}
