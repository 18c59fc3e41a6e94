/** The others at the board: where each of them points, and which page each looks at. */

import { signal } from "@preact/signals";
import type { RoomClient } from "../client/room_client.ts";
import type { Id } from "../client/wire.ts";
import type { Point } from "./geometry/geometry.ts";

export interface Cursor {
  readonly userId: number;
  readonly at: Point;
  readonly tool: string | null;
  /** The page that they look at; null where their client does not tell. */
  readonly page: Id | null;
  readonly seenAt: number;
}

/** What a cursor says instead of a tool while its owner writes: it stands where the text begins. */
export const WRITING = "writing";
/** The tool of one who tells their page, and whose pointer was not on the board yet. */
export const AWAY = "away";
/** A cursor that has not moved for so long is no longer shown. */
const CURSOR_MS = 6_000;

export class Others {
  readonly cursors = signal<ReadonlyMap<number, Cursor>>(new Map());
  /** The page that each of them was last heard to look at. */
  readonly whereabouts = signal<ReadonlyMap<number, Id>>(new Map());

  readonly #stop: () => void;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(client: RoomClient, ownId: () => number | null) {
    this.#stop = client.on("pointers", (pointers) => {
      const seenAt = Date.now();
      const cursors = new Map(this.cursors.value);
      const whereabouts = new Map(this.whereabouts.value);
      for (const [userId, x, y, tool, page] of pointers) {
        if (userId === ownId()) continue;
        if (tool !== AWAY) cursors.set(userId, { userId, at: { x, y }, tool, page, seenAt });
        if (page !== null) whereabouts.set(userId, page);
      }
      this.cursors.value = cursors;
      const isAsBefore = [...whereabouts].every(([userId, page]) => this.whereabouts.value.get(userId) === page);
      if (!isAsBefore) this.whereabouts.value = whereabouts;
    });
    this.#timer = setInterval(() => this.#forget(), 1_000);
  }

  dispose(): void {
    this.#stop();
    clearInterval(this.#timer);
  }

  #forget(): void {
    const newest = Date.now() - CURSOR_MS;
    const { value } = this.cursors;
    const kept = [...value].filter(([, cursor]) => cursor.seenAt > newest);
    if (kept.length !== value.size) this.cursors.value = new Map(kept);
  }
}
