/** The classroom: the lesson, the desk in it, and what people do together. */

import { batch, signal } from "@preact/signals";
import { Desk } from "../board/desk.ts";
import type { RoomClient } from "../client/room_client.ts";
import { Lesson } from "../lesson/lesson.ts";
import type { DeviceLine } from "../media/devices.ts";
import { Media } from "../media/media.ts";
import { Chat } from "./chat.ts";
import { Following } from "./following.ts";
import { Pointing } from "./pointing.ts";

export type PanelName = "people" | "layers" | "chat";
/** What is asked, or shown, in a dialog. */
export type Asking = "invite" | "export" | "clear" | "complete" | "keys";

export class Classroom {
  /** What is open beside the board. */
  readonly panel = signal<PanelName | null>(null);
  /** Whether colour and width are shown where there is little room. */
  readonly isStyleOpen = signal(false);
  readonly asking = signal<Asking | null>(null);

  readonly lesson: Lesson;
  readonly desk: Desk;
  readonly media: Media;
  readonly chat: Chat;
  readonly following: Following;
  readonly #pointing: Pointing;
  readonly #stop: () => void;

  /**
   * @param token the room token as it is now; it may be renewed.
   * @param wished what is to be on as soon as one is in the room.
   */
  constructor(
    readonly client: RoomClient,
    sessionId: string,
    token: () => string | null,
    wished: readonly DeviceLine[] = [],
  ) {
    this.lesson = new Lesson(client, sessionId, token);
    this.desk = new Desk(this.lesson);
    this.media = new Media(client, wished);
    this.chat = new Chat(client, this.lesson.state, this.lesson.api, sessionId);
    this.following = new Following(this.lesson, this.desk);
    this.#pointing = new Pointing(this.lesson, this.desk);
    this.#stop = client.on("change", () => this.#follow());
    this.#follow();
  }

  dispose(): void {
    this.#stop();
    for (const part of [this.media, this.chat, this.following, this.#pointing, this.desk, this.lesson]) part.dispose();
    this.client.leave();
  }

  #follow(): void {
    // Whoever is out, for whatever reason, is not filmed any longer.
    if (this.client.status.connection === "ended") this.media.dispose();
    batch(() => {
      // The desk first: it looks at what the lesson was before.
      this.desk.follow();
      this.lesson.follow();
      this.chat.follow();
    });
  }
}
