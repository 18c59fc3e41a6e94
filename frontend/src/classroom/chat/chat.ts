/** The chat as a person sees it: what was written before, what comes in, what is unread. */

import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import type { ChatPage, ClassroomApi } from "../../client/rest/rest.ts";
import type { RoomClient } from "../../client/room_client.ts";
import type { Saying } from "../../client/replica/pending.ts";
import { takenOut, type ChatLine, type RoomState } from "../../client/replica/room_state.ts";
import { readUpTo, seenUpTo } from "../../browser/seen.ts";
import type { Sharing } from "./sharing.ts";

export class Chat {
  /** What is shown, oldest first. */
  readonly lines: ReadonlySignal<readonly ChatLine[]>;
  /** One's own that the room has not confirmed yet. */
  readonly unsent = signal<readonly Saying[]>([]);
  /** How many lines of others came since one last looked. */
  readonly unread: ReadonlySignal<number>;
  readonly hasEarlier = computed(() => this.#nextBefore.value !== null);
  readonly isOpen = signal(false);
  /** What is being written, to whom, and which message it answers; kept while the panel is closed. */
  readonly draft = signal("");
  readonly to = signal<number | null>(null);
  readonly answers = signal<ChatLine | null>(null);
  /** Files that are on their way; once the panel was open. */
  sharing: Sharing | null = null;

  /** Up to event `chatSince` of the state, had over HTTP. */
  readonly #earlier = signal<readonly ChatLine[]>([]);
  readonly #nextBefore = signal<number | null>(null);
  readonly #seenSeq = signal<number | null>(null);
  readonly #stop: () => void;

  /** @param api the HTTP API, in this participant's name. */
  constructor(
    private readonly client: RoomClient,
    private readonly state: ReadonlySignal<RoomState | null>,
    private readonly api: () => ClassroomApi,
    private readonly sessionId: string,
  ) {
    this.lines = computed(() => {
      const { chat = [], chatRemoved } = this.state.value ?? {};
      const earlier = this.#earlier.value;
      const gone = (line: ChatLine): ChatLine => {
        const removed = chatRemoved?.get(line.seq);
        return removed === undefined ? line : takenOut(line, removed);
      };
      return [...(chatRemoved?.size ? earlier.map(gone) : earlier), ...chat];
    });
    this.unread = computed(() => {
      const seen = this.#seenSeq.value;
      const me = this.state.value?.userId;
      if (seen === null) return 0;
      return this.lines.value.filter(({ seq, from, removed }) => seq > seen && from !== me && !removed).length;
    });
    const since = computed(() => (this.state.value?.epoch == null ? null : this.state.value.chatSince));
    const stops = [
      effect(() => {
        if (since.value !== null) void this.#load(since.value + 1, []);
      }),
      effect(() => {
        const newest = this.lines.value.at(-1)?.seq ?? since.value;
        const seat = this.#seat();
        if (newest == null || seat === null) return;
        const seen = this.#seenSeq.peek();
        // What was written before one first came is read later, or never: it is not news. What came
        // since one last looked is, also after a reload.
        const now = this.isOpen.value ? newest : (seen ?? seenUpTo(seat) ?? newest);
        if (now === seen) return;
        this.#seenSeq.value = now;
        readUpTo(seat, now);
      }),
    ];
    this.#stop = () => stops.forEach((stop) => stop());
  }

  /** Writes what is in the draft, where that says something. */
  send(): void {
    const text = this.draft.value.trim();
    if (text === "") return;
    const [to, answers] = [this.to.value, this.answers.value];
    this.draft.value = "";
    this.answers.value = null;
    void this.client.say(text, { ...(to !== null && { to }), ...(answers !== null && { reply_to: answers.seq }) });
  }

  async loadEarlier(): Promise<void> {
    const before = this.#nextBefore.value;
    if (before !== null) await this.#load(before, this.#earlier.value);
  }

  /** Takes up what the client holds now. */
  follow(): void {
    const { unsent } = this.client;
    if (unsent.length > 0 || this.unsent.value.length > 0) this.unsent.value = unsent;
  }

  dispose(): void {
    this.#stop();
  }

  /** Whose reading it is, in which history of the lesson: numbers of another one say nothing here. */
  #seat(): string | null {
    const state = this.state.value;
    return state?.epoch == null ? null : `${this.sessionId}/${state.userId}/${state.epoch}`;
  }

  async #load(before: number, after: readonly ChatLine[]): Promise<void> {
    try {
      const { items, next_before } = await this.api().chat(this.sessionId, before);
      this.#earlier.value = [...items.map(lineOf), ...after];
      this.#nextBefore.value = next_before;
    } catch {
      // The lesson goes on without what was written earlier; it is asked for again with the next
      // full sync, or when the panel is opened.
      this.#nextBefore.value = before;
    }
  }
}

/** A message as it is had over HTTP. */
export function lineOf({ user_id, at, removed, ...line }: ChatPage["items"][number]): ChatLine {
  return { ...line, from: user_id, at: Date.parse(at), removed: removed && { ...removed, at: Date.parse(removed.at) } };
}
