/** What happened in a lesson, in words: who did what to whom. */

import { EVENT_TYPES } from "../client/event_types.ts";
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

/** A page that is older than its server may read of others. */
const KNOWN: ReadonlySet<string> = new Set(EVENT_TYPES);

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
      const words = KNOWN.has(event.type)
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
