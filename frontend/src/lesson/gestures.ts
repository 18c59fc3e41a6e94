/** What goes on in a room and is in no log: who is to be seen large, who looks elsewhere, who is not recorded. */

import { batch, signal } from "@preact/signals";
import type { RoomClient } from "../client/room_client.ts";
import type { Notification, UnrecordedTrack } from "../client/wire.ts";

export interface Spotlight {
  readonly userId: number;
  /** The screen that they share, not their face. */
  readonly isScreen: boolean;
}

const NOBODY: ReadonlySet<number> = new Set();
const NO_TRACKS: ReadonlyMap<number, readonly UnrecordedTrack[]> = new Map();

export class Gestures {
  /** Another object each time that somebody is put there. */
  readonly spotlight = signal<Spotlight | null>(null);
  /** User ids of those of whom no page is seen. */
  readonly away = signal(NOBODY);
  /** What is not recorded of people who agreed to it, by user id (RC-11). */
  readonly unrecorded = signal(NO_TRACKS);

  readonly #stops: (() => void)[];

  /** @param told what was told before this was here. */
  constructor(client: RoomClient, told: readonly Notification[] = []) {
    this.#stops = [
      // Who comes back is told anew.
      client.on("welcome", () =>
        batch(() => {
          this.spotlight.value = null;
          this.away.value = NOBODY;
          this.unrecorded.value = NO_TRACKS;
        }),
      ),
      client.on("notification", (notice) => this.#hear(notice)),
    ];
    for (const notice of told) this.#hear(notice);
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }

  #hear({ code, params }: Notification): void {
    if (code === "spotlight_over") this.spotlight.value = null;
    if (params == null) return;
    if (code === "spotlight") this.spotlight.value = { userId: Number(params["user_id"]), isScreen: params["is_screen"] === true };
    if (code === "away") this.#put(params["users"] as number[], params["is_away"] === true);
    if (code === "unrecorded") this.#note(Number(params["user_id"]), params["tracks"] as UnrecordedTrack[]);
  }

  #note(user: number, tracks: readonly UnrecordedTrack[]): void {
    const unrecorded = new Map(this.unrecorded.value);
    if (tracks.length === 0) unrecorded.delete(user);
    else unrecorded.set(user, tracks);
    this.unrecorded.value = unrecorded;
  }

  #put(users: readonly number[], isAway: boolean): void {
    const away = new Set(this.away.value);
    for (const user of users) {
      if (isAway) away.add(user);
      else away.delete(user);
    }
    this.away.value = away;
  }
}
