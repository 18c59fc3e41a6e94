/** Who shows something just now, to be seen on their picture. */

import { signal } from "@preact/signals";
import type { RoomClient } from "../client/room_client.ts";
import { FACES, type Reaction } from "../lesson/reactions.ts";

/** As long as its notice. */
const SHOWN_MS = 4_000;

export class Reacting {
  /** The face that somebody shows, by user id. */
  readonly faces = signal<ReadonlyMap<number, string>>(new Map());

  readonly #stop: () => void;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  constructor(client: Pick<RoomClient, "on">) {
    this.#stop = client.on("notification", ({ code, params }) => {
      const reaction = String(params?.["reaction"]);
      // A newer server may know more of them.
      if (code === "reaction" && Object.hasOwn(FACES, reaction)) this.#show(Number(params?.["user_id"]), FACES[reaction as Reaction]);
    });
  }

  dispose(): void {
    this.#stop();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #show(userId: number, face: string): void {
    this.faces.value = new Map(this.faces.value).set(userId, face);
    clearTimeout(this.#timers.get(userId));
    const timer = setTimeout(() => {
      const left = new Map(this.faces.value);
      left.delete(userId);
      this.faces.value = left;
      this.#timers.delete(userId);
    }, SHOWN_MS);
    this.#timers.set(userId, timer);
  }
}
