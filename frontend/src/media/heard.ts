/** What others' pages signal before the code of calls is here: kept, so that nobody waits for an answer in vain. */

import type { Occasions } from "../client/connection/occasions.ts";
import type { RoomClient } from "../client/room_client.ts";

type Signal = Occasions["description"] | Occasions["candidate"];

/** A peer, and what it has sent so far, in order. */
export interface HeardPeer {
  readonly introduction: Occasions["peerJoined"];
  readonly signals: Signal[];
}

export class Heard {
  readonly #peers = new Map<string, HeardPeer>();
  readonly #stops: (() => void)[];

  constructor(client: RoomClient) {
    const heard = (signal: Signal): void => void this.#peers.get(signal.from_peer)?.signals.push(signal);
    this.#stops = [
      client.on("welcome", () => this.#peers.clear()),
      client.on("peerJoined", (introduction) => this.#peers.set(introduction.peer_id, { introduction, signals: [] })),
      client.on("peerLeft", ({ peer_id }) => this.#peers.delete(peer_id)),
      client.on("description", heard),
      client.on("candidate", heard),
    ];
  }

  peers(): Iterable<HeardPeer> {
    return this.#peers.values();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }
}
