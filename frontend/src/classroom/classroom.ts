/** The classroom: the lesson, the desk in it, and what people do together. */

import { batch, effect, signal } from "@preact/signals";
import { Desk } from "../board/desk.ts";
import type { RoomClient } from "../client/room_client.ts";
import { Lesson } from "../lesson/lesson.ts";
import type { DeviceLine } from "../media/devices.ts";
import { Heard } from "../media/heard.ts";
import type { Media } from "../media/media.ts";
import { randomId } from "../client/random_id.ts";
import type { Id, Notification, Page } from "../client/wire.ts";
import type { OwnTakes } from "../recording/own_takes.ts";
import type { Bringing } from "./following/bringing.ts";
import { Chat } from "./chat/chat.ts";
import { Following } from "./following/following.ts";
import { Pointing } from "./following/pointing.ts";

export type PanelName = "people" | "layers" | "chat" | "pages" | "find";
const AGAIN_MS = 1_000;

/** What is asked, or shown, in a dialog. */
export type Asking = "settings" | "invite" | "export" | "clear" | "complete" | "keys" | "timer" | "recording" | "shelf" | "keep" | "keepPage";

export interface Word {
  readonly text: string;
  /** Whose word it is. */
  readonly by: number | null;
  readonly label: string;
  readonly act: () => void;
}

export class Classroom {
  /** What is open beside the board. */
  readonly panel = signal<PanelName | null>(null);
  /** Whether the history is open, beside the lesson that goes on. */
  readonly isHistoryOpen = signal(false);
  /** Whether colour and width are shown where there is little room. */
  readonly isStyleOpen = signal(false);
  readonly asking = signal<Asking | null>(null);

  readonly lesson: Lesson;
  readonly desk: Desk;
  /** Voices and faces: null until their code is here, behind the board. */
  readonly media = signal<Media | null>(null);
  /** What of oneself is recorded: there from the first recording on. */
  readonly takes = signal<OwnTakes | null>(null);
  readonly chat: Chat;
  readonly following: Following;
  /** There once it is fetched; what was said until then is `lastBrought`. */
  readonly bringing = signal<Bringing | null>(null);
  lastBrought: Notification | null = null;
  /** Begins another search, where one is open. */
  readonly finding = signal<(() => void) | null>(null);
  /** What is to be said beside the board, and what one can do about it. */
  readonly word = signal<Word | null>(null);
  readonly #pointing: Pointing;
  readonly #stop: () => void;
  #isGone = false;

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
    void this.#listen(wished);
    this.chat = new Chat(client, this.lesson.state, this.lesson.api, sessionId);
    this.following = new Following(this.lesson, this.desk);
    this.#pointing = new Pointing(this.lesson, this.desk);
    const stops = [
      client.on("change", () => this.#follow()),
      client.on("notification", (notice) => {
        if (notice.code === "brought" || notice.code === "released") this.lastBrought = notice;
      }),
    ];
    stops.push(
      effect(() => {
        if (this.desk.document.value !== null) this.panel.value = "pages";
      }),
    );
    this.#stop = () => stops.forEach((stop) => stop());
    this.#follow();
  }

  dispose(): void {
    this.#stop();
    this.#isGone = true;
    for (const part of [this.takes.value, this.media.value, this.chat, this.following, this.#pointing, this.desk, this.lesson]) part?.dispose();
    this.client.leave();
  }

  async #listen(wished: readonly DeviceLine[]): Promise<void> {
    const heard = new Heard(this.client);
    const load = (): Promise<typeof import("../media/media.ts")> => import("../media/media.ts");
    // Without a network it is asked for again: until then nobody could be heard anyway.
    const again = async (): ReturnType<typeof load> => {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      return this.#isGone ? load() : load().catch(again);
    };
    const code = await load().catch(again).catch(() => null);
    heard.dispose();
    if (code !== null && !this.#isGone && this.client.status.connection !== "ended") {
      this.media.value = new code.Media(this.client, wished, heard);
    }
  }

  /** Adds a page behind the one that one looks at, of the same paper, and looks at it. */
  addPage(): void {
    const { id: _, title: __, background: ___, ...like } = this.desk.page.value;
    const { pages } = this.client.board;
    const page: Page = { ...like, id: randomId() };
    const at = pages.findIndex(({ id }) => id === this.desk.page.value.id) + 1;
    this.desk.edit([{ op: "add_page", page, layer: { id: page.id, name: "Layer 1" }, at }]);
    this.desk.showPage(page.id);
  }

  /** Adds a copy of a page behind it, and looks at it once it is there. */
  async copyPage(page: Id): Promise<void> {
    const id = randomId();
    if (!(await this.lesson.ask("copy_page", { page, id }))) return;
    this.desk.pageCame(id);
  }

  #follow(): void {
    // Whoever is out, for whatever reason, is not filmed any longer.
    if (this.client.status.connection === "ended") this.media.value?.dispose();
    batch(() => {
      // The desk first: it looks at what the lesson was before.
      this.desk.follow();
      this.lesson.follow();
      this.chat.follow();
    });
  }
}
