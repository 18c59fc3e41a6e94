/** What happened in a lesson, in words: who did what to whom. */

import { EVENT_TYPES } from "../client/event_types.ts";
import type { TimelineEntry } from "../client/rest/rest.ts";
import type { ConnectionQuality, Participant } from "../client/wire.ts";
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

/** What an event turned on and off of somebody's lines. */
export interface MediaChange {
  readonly on: readonly Line[];
  readonly off: readonly Line[];
}
const LINES = ["audio", "video", "screen"] as const;
type Line = (typeof LINES)[number];
const NO_CHANGE: MediaChange = { on: [], off: [] };

/**
 * What each `media_state` changed, by its `seq`: an event says what is on, not what was on before.
 *
 * @param events of the whole lesson, oldest first.
 */
export function mediaChanges(events: readonly TimelineEntry[]): ReadonlyMap<number, MediaChange> {
  const changes = new Map<number, MediaChange>();
  const on = new Map<number, ReadonlySet<Line>>();
  for (const event of events) {
    const { userId } = subjectOf(event);
    if (userId === null) continue;
    // A new connection begins with everything off.
    if (event.type === "participant_join" || event.type === "participant_reconnect") on.delete(userId);
    if (event.type !== "media_state") continue;
    const was = on.get(userId) ?? new Set<Line>();
    const is = new Set(LINES.filter((line) => event.data[line] === true));
    on.set(userId, is);
    changes.set(event.seq, {
      on: LINES.filter((line) => is.has(line) && !was.has(line)),
      off: LINES.filter((line) => was.has(line) && !is.has(line)),
    });
  }
  return changes;
}

/**
 * @param names of everyone in the lesson, by user id.
 * @param media what a `media_state` changed.
 */
export function sentenceOf(
  event: TimelineEntry,
  names: ReadonlyMap<number, string>,
  media: MediaChange = NO_CHANGE,
): string {
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
      return tracksOf(event, media, values);
    case "connection_quality":
      return t(`event.quality.${qualityOf(event)}`, values);
    case "recording_consent":
      return t(`event.consent.${consentOf(event)}`, values);
    case "participant_hand":
      return t(isHandUp(event) ? "event.participant_hand" : "event.hand.down", values);
    case "chat_message":
      return t(event.data["removed"] == null ? "event.chat_message" : "event.chat_gone", values);
    case "board_op":
      return t(VERBS[verbOf(event)], values);
    default: {
      const words = KNOWN.has(event.type)
        ? t(`event.${event.type}` as Key, values)
        : event.type.replaceAll("_", " ");
      const { reason } = event.data;
      return typeof reason === "string" && reason !== "" ? `${words} (${isolated(reason)})` : words;
    }
  }
}

function isHandUp({ data }: TimelineEntry): boolean {
  return typeof (data["participant"] as Participant | undefined)?.hand_raised_at === "number";
}

/** What was answered; or that a host keeps somebody out, whatever they say. */
function consentOf({ data }: TimelineEntry): "given" | "declined" | "leftOut" {
  const person = data["participant"] as Participant | undefined;
  if (person?.is_left_out === true) return "leftOut";
  return person?.recording_consent === "given" ? "given" : "declined";
}

function qualityOf({ data }: TimelineEntry): ConnectionQuality {
  const { quality } = data;
  return quality === "weak" || quality === "bad" ? quality : "good";
}

function whose({ data }: TimelineEntry): "student" | "viewer" | "person" {
  const { role } = data;
  return role === "student" || role === "viewer" ? role : "person";
}

/** Whose lines they are is said; and who did it, where a host mutes somebody (PE-3). */
function tracksOf(event: TimelineEntry, { on, off }: MediaChange, values: Values): string {
  const own = { ...values, name: values["whom"] ?? "" };
  const isTaken = event.user_id === null;
  const isMuted = !isTaken && event.user_id !== subjectOf(event).userId;
  const said = [
    ...on.map((line) => t(`event.media.${line}.on`, own)),
    ...off.map((line) =>
      isMuted && line === "audio" ? t("event.media.muted", values) : t(`event.media.${line}.${isTaken ? "taken" : "off"}`, own),
    ),
  ];
  return said.length === 0 ? t("event.media.same", own) : said.join("; ");
}

type Values = Readonly<Record<string, string | number>>;
const VERBS = {
  drew: "event.board_op",
  changed: "event.board_change",
  erased: "event.board_erase",
  pageAdded: "event.board_pageAdded",
  pageRemoved: "event.board_pageRemoved",
  pages: "event.board_pages",
} as const;
type Verb = keyof typeof VERBS;

function operationsOf({ data }: TimelineEntry): Readonly<Record<string, number>> {
  return (data["operations"] ?? {}) as Readonly<Record<string, number>>;
}

/** A piece of a stroke is drawing as well. */
function verbOf(event: TimelineEntry): Verb {
  const { put = 0, append = 0, remove = 0, ...others } = operationsOf(event);
  // A page that comes with all that is on it was added, not drawn.
  if (others["add_page"]) return "pageAdded";
  if (others["remove_page"]) return "pageRemoved";
  if (others["patch_page"] || others["reorder_pages"]) return "pages";
  if (put + append > 0) return "drew";
  return remove > 0 && Object.keys(operationsOf(event)).length === 1 ? "erased" : "changed";
}

export interface Told {
  /** The last of them. */
  readonly event: TimelineEntry;
  /** How many things were drawn, changed or erased: of a stroke that came in pieces, one. */
  readonly count: number;
}

/** What one person did to the board in a row, in one way, is one line. */
export function summarised(events: readonly TimelineEntry[]): Told[] {
  const lines: Told[] = [];
  for (const event of events) {
    const last = lines.at(-1);
    const count = event.type === "board_op" ? thingsOf(event) : 1;
    const isSame =
      event.type === "board_op" &&
      last?.event.type === "board_op" &&
      last.event.user_id === event.user_id &&
      verbOf(last.event) === verbOf(event);
    if (isSame) lines[lines.length - 1] = { event, count: last.count + count };
    else lines.push({ event, count });
  }
  return lines;
}

function thingsOf(event: TimelineEntry): number {
  const { put = 0, remove = 0, patch = 0, add_page = 1, remove_page = 1 } = operationsOf(event);
  const things = { drew: put, changed: patch, erased: remove, pageAdded: add_page, pageRemoved: remove_page, pages: 1 };
  return things[verbOf(event)];
}
