/**
 * One client's copy of a room: the protocol without sockets, clocks or randomness.
 *
 * Confirmed state is what the server has ordered; the visible board is that with the client's own
 * unacknowledged submissions on top (PROTOCOL BD-4 to BD-7).
 */

import { applyOperations, EMPTY_BOARD, type Board } from "./board.ts";
import { admitted, applyEvent, heard, replaced, welcomed, type RoomState } from "./room_state.ts";
import type {
  ClientMessage,
  ErrorData,
  Event,
  Notification,
  Operation,
  ServerMessage,
  SyncDelta,
  SyncFull,
  Welcome,
} from "./wire.ts";

/** What one writes to everyone; `at` is one's own time, in ms, until the server stamps its. */
export interface Saying {
  readonly text: string;
  readonly at: number;
}

/** Something submitted and not yet acknowledged. `id` is `<client_id>:<n>` (BD-6). */
export interface Pending {
  readonly id: string;
  readonly ops: readonly Operation[];
  /** Instead of operations: a message of the chat (CH-1). */
  readonly saying?: Saying;
}

/** `lobby`: connected, and waiting for the host to let them in (WR-1). */
export type Phase = "closed" | "joining" | "lobby" | "syncing" | "live";

export type Happening =
  | { readonly type: "acknowledged"; readonly id: string; readonly seq: number }
  | { readonly type: "refused"; readonly pending: Pending; readonly error: ErrorData }
  | { readonly type: "renumbered"; readonly from: string; readonly pending: Pending }
  | { readonly type: "held"; readonly retryAfterMs: number }
  | { readonly type: "waiting" }
  | { readonly type: "synced" };

/** What a command will come to, shown until the room says so (`undo`, `redo`). */
export interface Preview {
  readonly ops: readonly Operation[];
  /** The event that it comes to; null until the reply tells. */
  seq: number | null;
}

export interface Reaction {
  readonly send: readonly ClientMessage[];
  readonly happened: readonly Happening[];
}

interface Entry extends Pending {
  /** `held`: refused for its rate, to be sent again under a new number. */
  status: "waiting" | "in_flight" | "held";
  /** An acknowledged one sent again, because the server has another history (BD-7). */
  readonly isEcho: boolean;
}

/** So many submissions may be on their way at a time. */
const IN_FLIGHT = 40;
/** So many acknowledged submissions are remembered, in case the server forgets them. */
const REMEMBERED = 64;
const HOLD_MS = 500;

export class Replica {
  state: RoomState | null = null;
  welcome: Welcome | null = null;
  phase: Phase = "closed";

  readonly #clientId: string;
  #n = 0;
  #entries: Entry[] = [];
  #acknowledged: Pending[] = [];
  #previews: Preview[] = [];
  #board: Board | null = null;
  #isHeld = false;
  #send: ClientMessage[] = [];
  #happened: Happening[] = [];

  /**
   * @param clientId 8 to 64 of `[A-Za-z0-9_-]`, random, new for each load of the page.
   * @param unsent what an earlier page load had pending, in its order.
   */
  constructor(clientId: string, unsent: readonly Pending[] = []) {
    this.#clientId = clientId;
    this.#entries = unsent.map((pending) => ({ ...pending, status: "waiting", isEcho: false }));
  }

  /** The board as this participant sees it. */
  get board(): Board {
    if (this.#board === null) {
      let board = this.state?.board ?? EMPTY_BOARD;
      for (const entry of this.#entries) {
        if (!entry.isEcho) board = applyOperations(board, entry.ops, this.state?.userId ?? 0);
      }
      for (const { ops } of this.#previews) board = applyOperations(board, ops, this.state?.userId ?? 0);
      this.#board = board;
    }
    return this.#board;
  }

  /** What is not acknowledged, oldest first. */
  get pending(): readonly Pending[] {
    return this.#entries.filter((entry) => !entry.isEcho);
  }

  opened(): void {
    this.phase = "joining";
  }

  closed(): void {
    this.phase = "closed";
    this.#isHeld = false;
    for (const entry of this.#entries) if (entry.status === "in_flight") entry.status = "waiting";
  }

  /** Applies operations to the visible board at once and sends them when that is possible. */
  submit(ops: readonly Operation[], saying?: Saying): { readonly pending: Pending; readonly reaction: Reaction } {
    const entry: Entry = { id: this.#nextId(), ops, ...(saying && { saying }), status: "waiting", isEcho: false };
    if (ops.length > 0) this.#board = applyOperations(this.board, ops, this.state?.userId ?? 0);
    this.#entries.push(entry);
    this.#pump();
    return { pending: entry, reaction: this.#react() };
  }

  /** Shows operations without submitting them, until `settle`. */
  preview(ops: readonly Operation[]): Preview {
    const preview: Preview = { ops, seq: null };
    this.#previews.push(preview);
    this.#board = null;
    return preview;
  }

  /** Takes a preview away: at once, or as soon as event `seq`, which says the same, is applied. */
  settle(preview: Preview, seq: number | null): void {
    preview.seq = seq ?? 0;
    this.#dropPreviews();
  }

  /** Sends what was held back, after `retryAfterMs` of a `held` has passed. */
  release(): Reaction {
    this.#isHeld = false;
    for (const [at, entry] of this.#entries.entries()) {
      if (entry.status !== "held") continue;
      // Refused, so nothing of it was applied; its number may be below the newest accepted (BD-6).
      const renumbered: Entry = { ...entry, id: this.#nextId(), status: "waiting" };
      this.#entries[at] = renumbered;
      this.#happened.push({ type: "renumbered", from: entry.id, pending: renumbered });
    }
    // Numbers must rise in the order they are sent.
    const [own, earlier] = [`${this.#clientId}:`, this.#entries];
    this.#entries = [
      ...earlier.filter((entry) => !entry.id.startsWith(own)),
      ...earlier.filter((entry) => entry.id.startsWith(own)).sort((a, b) => nOf(a.id) - nOf(b.id)),
    ];
    this.#pump();
    return this.#react();
  }

  receive(message: ServerMessage): Reaction {
    switch (message.type) {
      case "welcome":
        this.#welcomed(message.data);
        break;
      case "sync_response":
        if (this.phase === "syncing") this.#synced(message.data);
        break;
      case "notification":
        if (message.data.code === "admitted") this.#admitted(message.data);
        break;
      case "error":
        this.#refused(message.id, message.data);
        break;
      case "ack":
        if (message.id !== undefined && message.seq !== undefined) {
          this.#acked(message.id, message.seq);
        }
        break;
      default:
        if ("seq" in message && message.seq !== undefined) this.#event(message as Event);
    }
    return this.#react();
  }

  #react(): Reaction {
    const reaction = { send: this.#send, happened: this.#happened };
    this.#send = [];
    this.#happened = [];
    return reaction;
  }

  #nextId(): string {
    this.#n += 1;
    return `${this.#clientId}:${this.#n}`;
  }

  #welcomed(welcome: Welcome): void {
    this.welcome = welcome;
    this.state = welcomed(this.state, welcome);
    this.#board = null;
    if (welcome.participant.is_admitted) {
      this.#requestSync();
    } else {
      this.phase = "lobby";
      this.#happened.push({ type: "waiting" });
    }
  }

  #admitted({ params }: Notification): void {
    if (this.state === null || this.welcome === null || this.phase !== "lobby") return;
    const { permissions, ice_servers } = params as Pick<Welcome, "permissions" | "ice_servers">;
    this.welcome = { ...this.welcome, permissions, ice_servers };
    this.state = admitted(this.state, permissions);
    this.#requestSync();
  }

  #requestSync(): void {
    const { epoch = null, seq = 0 } = this.state ?? {};
    this.phase = "syncing";
    this.#send.push({
      ch: "board",
      type: "sync_request",
      data: epoch === null ? {} : { epoch, seq },
    });
  }

  #synced(sync: SyncFull | SyncDelta): void {
    if (this.state === null) return;
    this.phase = "live";
    if (sync.mode === "full") {
      const hadHistory = this.state.epoch !== null;
      this.state = replaced(this.state, sync);
      if (hadHistory) this.#echo();
    } else {
      for (const event of sync.events) {
        this.#event(event);
      }
      if (this.phase !== "live") return;
      this.state = { ...this.state, epoch: sync.epoch, seq: Math.max(this.state.seq, sync.seq) };
    }
    this.#dropPreviews();
    this.#board = null;
    for (const entry of this.#entries) if (entry.status === "in_flight") entry.status = "waiting";
    this.#happened.push({ type: "synced" });
    this.#pump();
  }

  /** The server may have lost what it had acknowledged: a restored backup (BD-7). */
  #echo(): void {
    const waiting = new Set(this.#entries.map((entry) => entry.id));
    const echoes = this.#acknowledged
      .filter((pending) => !waiting.has(pending.id))
      .map((pending): Entry => ({ ...pending, status: "waiting", isEcho: true }));
    this.#entries = [...echoes, ...this.#entries];
  }

  #event(event: Event): void {
    if (this.state === null || this.phase !== "live" || event.seq <= this.state.seq) return;
    if (event.seq > this.state.seq + 1) {
      this.#requestSync();
      return;
    }
    this.state = applyEvent(this.state, event);
    if (event.type === "board_event") {
      this.#dropPreviews();
      this.#board = null;
    }
    if ("id" in event && event.id !== undefined) this.#settle(event.id, event.seq);
  }

  #dropPreviews(): void {
    const head = this.state?.seq ?? 0;
    const kept = this.#previews.filter(({ seq }) => seq === null || seq > head);
    if (kept.length !== this.#previews.length) this.#board = null;
    this.#previews = kept;
  }

  #acked(id: string, seq: number): void {
    if (this.state === null || this.phase !== "live") return;
    if (seq > this.state.seq + 1) {
      this.#requestSync();
      return;
    }
    const entry = this.#entries.find((one) => one.id === id);
    const isNext = seq === this.state.seq + 1;
    if (isNext) {
      if (entry === undefined) {
        this.#requestSync();
        return;
      }
      const board = applyOperations(this.state.board, entry.ops, this.state.userId);
      this.state = { ...this.state, seq, board };
      if (entry.saying) this.state = heard(this.state, { ...entry.saying, seq, from: this.state.userId });
    }
    // Most often the oldest is acknowledged, and what is visible stays as it is.
    if (!isNext || entry !== this.#entries[0] || entry?.isEcho) this.#board = null;
    this.#settle(id, seq);
    this.#pump();
  }

  #settle(id: string, seq: number): void {
    const entry = this.#entries.find((one) => one.id === id);
    if (entry === undefined) return;
    this.#entries = this.#entries.filter((one) => one !== entry);
    this.#acknowledged = this.#acknowledged.filter((one) => one.id !== id);
    this.#acknowledged.push({ id, ops: entry.ops, ...(entry.saying && { saying: entry.saying }) });
    if (this.#acknowledged.length > REMEMBERED) this.#acknowledged.shift();
    if (!entry.isEcho) this.#happened.push({ type: "acknowledged", id, seq });
  }

  #refused(id: string | undefined, error: ErrorData): void {
    const entry = this.#entries.find((one) => one.id === id);
    if (entry === undefined) return;
    if (error.code === "rate_limited" || error.code === "unavailable") {
      entry.status = "held";
      if (!this.#isHeld) {
        this.#happened.push({ type: "held", retryAfterMs: error.retry_after_ms ?? HOLD_MS });
      }
      this.#isHeld = true;
      return;
    }
    this.#entries = this.#entries.filter((one) => one !== entry);
    this.#board = null;
    if (!entry.isEcho) this.#happened.push({ type: "refused", pending: entry, error });
    this.#pump();
  }

  #pump(): void {
    if (this.phase !== "live" || this.#isHeld) return;
    let inFlight = this.#entries.filter((entry) => entry.status === "in_flight").length;
    for (const entry of this.#entries) {
      if (inFlight >= IN_FLIGHT) return;
      if (entry.status !== "waiting") continue;
      entry.status = "in_flight";
      inFlight += 1;
      this.#send.push(messageOf(entry));
    }
  }
}

function messageOf({ id, ops, saying }: Pending): ClientMessage {
  return saying === undefined
    ? { ch: "board", type: "board_event", id, data: { ops } }
    : { ch: "system", type: "chat_message", id, data: { text: saying.text } };
}

function nOf(id: string): number {
  return Number(id.slice(id.lastIndexOf(":") + 1));
}
