/** Who listens to a `RoomClient`, and which message is which occasion for them. */

import type { ServerMessage } from "../wire.ts";
import type { Occasions } from "./occasions.ts";

export class Listeners {
  readonly #listeners = new Map<keyof Occasions, Set<(value: never) => void>>();

  /** Listens from now on. Returns how to stop. */
  on<Name extends keyof Occasions>(name: Name, listener: (value: Occasions[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  emit<Name extends keyof Occasions>(name: Name, value: Occasions[Name]): void {
    const listeners = this.#listeners.get(name) as
      | Set<(value: Occasions[Name]) => void>
      | undefined;
    for (const listener of listeners ?? []) listener(value);
  }

  /** Tells of a message what of it is an occasion as it came: signals, and what is said to a person. */
  tell(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.emit("welcome", message.data);
        break;
      case "pointer_move":
        this.emit("pointers", message.data.pointers);
        if (message.data.views !== undefined) this.emit("views", message.data.views);
        break;
      case "offer":
      case "answer":
        this.emit("description", { type: message.type, ...message.data });
        break;
      case "ice_candidate":
        this.emit("candidate", message.data);
        break;
      case "participant_joined":
        this.emit("peerJoined", message.data);
        break;
      case "participant_left":
        this.emit("peerLeft", message.data);
        break;
      case "media_state":
        this.emit("media", message.data);
        break;
      case "pong":
        this.emit("pong", message.data);
        break;
      case "notification":
        this.emit("notification", message.data);
        break;
      default:
        break;
    }
  }
}
