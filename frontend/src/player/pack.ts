/** What a lesson pack holds for its player: written into the document, so that nothing is fetched. */

import type { ListedRecording, ListedTake, RecordedSeat } from "../client/rest/recording_api.ts";
import type { TimelineEntry } from "../client/rest/rest.ts";
import type { LoggedOperation } from "../client/wire.ts";
import type { Change } from "../history/replay/changes.ts";

/** The lesson as the server tells it. */
export interface PackedLesson {
  readonly title: string;
  readonly recordings: readonly ListedRecording[];
  readonly takes: readonly ListedTake[];
  readonly people: readonly RecordedSeat[];
}

/** A line of the log; one that changes the board has its operations. */
interface Line {
  readonly seq: number;
  readonly type: string;
  readonly at: number;
  readonly user_id: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Packed {
  readonly lesson: PackedLesson;
  readonly events: readonly TimelineEntry[];
  readonly changes: readonly Change[];
}

/** @throws SyntaxError the document is damaged. */
export function readPack(text: (id: string) => string): Packed {
  const lesson = JSON.parse(text("lesson")) as PackedLesson;
  const lines = text("log").split("\n").filter(Boolean).map((line) => JSON.parse(line) as Line);
  const names = new Map(lesson.people.map(({ user_id, name }) => [user_id, name]));
  const changes: Change[] = [];
  const events = lines.map(({ seq, type, at, user_id: userId, data }): TimelineEntry => {
    const entry = { seq, type, at: new Date(at).toISOString(), user_id: userId, name: names.get(userId ?? 0) ?? null };
    if (!("ops" in data)) return { ...entry, data };
    const ops = data["ops"] as readonly LoggedOperation[];
    changes.push({ seq, at, author: userId ?? 0, ops });
    return { ...entry, data: { ...data, ops: undefined, operations: counted(ops) } };
  });
  return { lesson, events, changes };
}

function counted(ops: readonly LoggedOperation[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { op } of ops) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

/** A file of the pack, from the base64 that the document has of it; refused where there is none. */
export function fileIn(element: Element | null): Promise<Blob> {
  if (element === null) return Promise.reject(new Error("it is not in this file"));
  const binary = atob(element.textContent ?? "");
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return Promise.resolve(new Blob([bytes], { type: element.getAttribute("data-type") ?? "" }));
}
