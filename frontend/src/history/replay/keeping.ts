/** Keeping somebody's voice, face and screen as files of one's own. */

import type { SessionSummary } from "../../client/rest/rest.ts";
import type { Playable } from "./voices.ts";

/** Whether one may: whoever leads the lesson, and others where that is so. */
export function mayKeep(session: SessionSummary | null): boolean {
  // The code is told to who leads it alone.
  return session !== null && (session.access_code !== null || session.settings.recording.downloads === "participants");
}

/** What the file of a take is called, one of several of its kind with a number. */
export function fileNameOf(take: Playable, takes: readonly Playable[], words: { readonly lesson: string; readonly name: string; readonly kind: string }): string {
  const alike = takes.filter(({ userId, kind }) => userId === take.userId && kind === take.kind);
  const number = alike.length > 1 ? ` ${alike.indexOf(take) + 1}` : "";
  return `${words.lesson} – ${words.name}, ${words.kind}${number}.webm`;
}
