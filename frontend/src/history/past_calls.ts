/** The calls of the HTTP API for the past of a session: no lesson loads them. */

import type { ClassroomApi, TimelineEntry } from "../client/rest/rest.ts";
import type { BoardData } from "../client/wire.ts";

export interface TimelinePage {
  readonly items: readonly TimelineEntry[];
  /** For the page after this one. */
  readonly next_after: number | null;
}

function path(sessionId: string, rest: string): string {
  return `/sessions/${encodeURIComponent(sessionId)}/${rest}`;
}

/** What happened after event `after`, oldest first. For the host; for others once it is over, and less of it. */
export function timeline({ http }: ClassroomApi, sessionId: string, after: number): Promise<TimelinePage> {
  return http.call("GET", path(sessionId, `timeline/?limit=500&after=${after}`));
}

/** The board as it was after event `version`, saved then or not. */
export async function boardAt({ http }: ClassroomApi, sessionId: string, version: number): Promise<BoardData> {
  return (await http.call<{ board: BoardData }>("GET", path(sessionId, `snapshots/${version}/`))).board;
}

/** Makes the board what it was after event `version`, as a new event. For the host. */
export function restore({ http }: ClassroomApi, sessionId: string, version: number): Promise<unknown> {
  return http.call("POST", path(sessionId, `snapshots/${version}/restore/`));
}
