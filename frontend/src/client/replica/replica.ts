/**
 * One client's copy of a room: the protocol without sockets, clocks or randomness.
 *
 * Confirmed state is what the server has ordered; the visible board is that with the client's own
 * unacknowledged submissions on top (PROTOCOL BD-4 to BD-7).
 */

import { applyOperations, applyPending, BoardDraft, EMPTY_BOARD, type Board } from "./board.ts";
import type { Happening, Phase, Preview, Reaction } from "./happenings.ts";
import { packed } from "./packing.ts";
import { messageOf, pendingOf, type Entry, type Kept, type Pending, type Saying } from "./pending.ts";
import { changed, withPart } from "./rest.ts";
import { missing, placed, pointsOf, putting, strokeInConflict, strokeOf, withoutPieces } from "./strokes.ts";
import { admitted, applyEvent, heard, replaced, welcomed, type RoomState } from "./room_state.ts";
import { Submissions } from "./submissions.ts";
import type {
  ClientMessage,
  Edit,
  ErrorData,
  Event,
  Id,
  Notification,
  Operation,
  ServerMessage,
  SyncDelta,
  SyncFull,
  Welcome,
} from "../wire.ts";

export type { Happening, Phase, Preview, Reaction } from "./happenings.ts";
export type { Kept, Pending, Saying } from "./pending.ts";

/** So many acknowledged submissions are remembered, in case the server forgets them. */
const REMEMBERED = 64;
const HOLD_MS = 500;
/** Refusals that pass: the same is sent again. */
const FOR_NOW: ReadonlySet<ErrorData["code"]> = new Set(["rate_limited", "unavailable"]);

export class Replica {
  state: RoomState | null = null;
  welcome: Welcome | null = null;
  phase: Phase = "closed";

  readonly #submissions: Submissions;
  /** What is pending since before the board came goes out once it is whole: how far strokes are is told by it. */
  #waits = false;
  #acknowledged: Pending[] = [];
  #previews: Preview[] = [];
  /** Which submission puts a stroke whole, of which the room missed a piece. */
  readonly #whole = new Map<Id, string>();
  #board: Board | null = null;
  /** Of a token that this connection was shown (HS-8). */
  #iceServers: Welcome["ice_servers"] | null = null;
  /** The same with what was submitted since it was last looked at. */
  #draft: BoardDraft | null = null;
  #send: ClientMessage[] = [];
  #happened: Happening[] = [];

  readonly #takesParts: boolean;
  /**
   * @param clientId 8 to 64 of `[A-Za-z0-9_-]`, random, new for each load of the page.
   * @param takesParts whether the board may come page by page (BD-28).
   */
  constructor(clientId: string, takesParts = false) {
    this.#submissions = new Submissions(clientId);
    this.#takesParts = takesParts;
  }

  /**
   * Takes up what earlier page loads left pending, in its order, before one's own. It may come at any
   * time: where a device keeps things is not always quick.
   *
   * @param isAlone false where another page may have the same pending: nothing of it is changed.
   */
  adopt(kept: readonly Kept[], isAlone: boolean): Reaction {
    this.#submissions.adopt(kept, isAlone);
    this.#waits ||= kept.length > 0;
    this.#goOn();
    return this.#react();
  }

  /** The board as this participant sees it. */
  get board(): Board {
    if (this.#draft !== null) this.#board = this.#draft.board();
    this.#draft = null;
    this.#board ??= this.#seen();
    return this.#board;
  }

  /** Whether much may be on its way. */
  get isLoading(): boolean {
    return this.phase === "joining" || this.phase === "syncing" || this.state?.rest != null;
  }

  /** What is not acknowledged, oldest first. */
  get pending(): readonly Entry[] {
    return this.#submissions.all.filter((entry) => !entry.isEcho);
  }

  opened(): void {
    this.phase = "joining";
  }

  closed(): void {
    this.phase = "closed";
    this.#submissions.closed();
  }

  /** Applies operations to the visible board at once and sends them when that is possible. */
  submit(edits: readonly Edit[], saying?: Saying): { readonly pending: Pending; readonly reaction: Reaction } {
    // Before the first sync nobody knows how far a stroke has come: then pieces get their place.
    const isKnown = this.state?.epoch != null;
    const ops = isKnown ? placed(edits, () => this.board, this.#author) : (edits as readonly Operation[]);
    if (ops.length > 0) {
      // Of many that are submitted together, one copy of the board is made.
      this.#draft ??= new BoardDraft(this.board, { isPending: true });
      this.#draft.apply(ops, this.#author);
    }
    const pending = this.#submissions.add(ops, saying);
    this.#pump();
    return { pending, reaction: this.#react() };
  }

  #forgetBoard(): void {
    this.#board = null;
    this.#draft = null;
  }

  /** Shows operations without submitting them, until `settle`. */
  preview(ops: readonly Operation[]): Preview {
    const preview: Preview = { ops, seq: null };
    this.#previews.push(preview);
    this.#forgetBoard();
    return preview;
  }

  /** Takes a preview away: at once, or as soon as event `seq`, which says the same, is applied. */
  settle(preview: Preview, seq: number | null): void {
    preview.seq = seq ?? 0;
    this.#dropPreviews();
  }

  /** Goes on after `retryAfterMs` of a `held` has passed: from the oldest, under the same ids. */
  release(): Reaction {
    this.#submissions.release();
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
      case "board_part":
        if (this.phase !== "live" || !this.state?.rest) break;
        this.state = withPart(this.state, message.data);
        this.#goOn();
        break;
      case "notification":
        if (message.data.code === "admitted") this.#admitted(message.data);
        break;
      case "token":
        this.#iceServers = message.data.ice_servers;
        if (this.welcome !== null) this.welcome = { ...this.welcome, ice_servers: this.#iceServers };
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
        if ("seq" in message && message.seq !== undefined) {
          this.#event(message as Event);
          // One's own, brought in by a connection that is gone: what waited for it goes.
          if ("id" in message && message.id !== undefined) this.#pump();
        }
    }
    return this.#react();
  }

  #react(): Reaction {
    const reaction = { send: this.#send, happened: this.#happened };
    this.#send = [];
    this.#happened = [];
    return reaction;
  }

  get #author(): number {
    return this.state?.userId ?? 0;
  }

  #seen(): Board {
    let board = this.state?.board ?? EMPTY_BOARD;
    for (const { ops, isEcho } of this.#submissions.all) {
      board = applyPending(board, isEcho ? missing(ops, board) : ops, this.#author);
    }
    for (const { ops } of this.#previews) board = applyPending(board, ops, this.#author);
    return board;
  }

  #welcomed(welcome: Welcome): void {
    this.welcome = welcome;
    this.#iceServers = null;
    this.state = welcomed(this.state, welcome);
    this.#submissions.limitedTo(welcome.limits);
    this.#forgetBoard();
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
    // Those of a token that was renewed while one waited last longer.
    this.welcome = { ...this.welcome, permissions, ice_servers: this.#iceServers ?? ice_servers };
    this.state = admitted(this.state, permissions);
    this.#requestSync();
  }

  #requestSync(): void {
    const { epoch = null, seq = 0, rest = null } = this.state ?? {};
    this.phase = "syncing";
    const first = this.#takesParts ? { parts: true } : {};
    // Of what was on its way nothing will come: only a whole board is known to be all of it.
    const data = epoch === null ? first : rest === null ? { epoch, seq } : {};
    this.#send.push({ ch: "board", type: "sync_request", data });
  }

  #synced(sync: SyncFull | SyncDelta): void {
    if (this.state === null) return;
    this.phase = "live";
    if (sync.mode === "full") {
      const isOther = this.state.epoch !== null && this.state.epoch !== sync.epoch;
      const seen = this.board;
      const hasLost = sync.seq < this.state.seq;
      this.state = replaced(this.state, sync);
      this.#forgetBoard();
      if (isOther) {
        this.#submissions.echo(this.#acknowledged);
        this.#mend(seen, hasLost);
      }
    } else {
      for (const event of sync.events) {
        this.#event(event);
      }
      if (this.phase !== "live") return;
      this.state = { ...this.state, epoch: sync.epoch, seq: Math.max(this.state.seq, sync.seq) };
    }
    this.#dropPreviews();
    this.#happened.push({ type: "synced" });
    this.#waits = this.#submissions.all.length > 0;
    this.#goOn();
  }

  /** Goes on with what the board now is, as far as it has come. */
  #goOn(): void {
    if (this.phase === "live" && this.state?.rest === null) {
      this.#waits = false;
      this.#submissions.placePieces(this.state.board, this.#author);
    }
    this.#forgetBoard();
    this.#pump();
  }

  /** The room has lost more of a stroke than is remembered: it is put whole, as it was seen. */
  #mend(seen: Board, hasLost: boolean): void {
    const known = new Map<Id, number>();
    for (const { ops } of this.#submissions.all) {
      for (const op of ops) {
        if (op.op === "put" && op.element.type === "stroke") known.set(op.element.id, op.element.points.length / 4);
        if (op.op !== "append") continue;
        const points = known.get(op.id) ?? pointsOf(this.state?.board ?? EMPTY_BOARD, op.id);
        // Where it is gone altogether, others may have removed it.
        if (points < op.at && (points > 0 || hasLost)) this.#putWhole(op.id, seen);
        known.set(op.id, op.at + op.points.length / 4);
      }
    }
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
      this.#forgetBoard();
    }
    if ("id" in event && event.id !== undefined) this.#settle(event.id, event.seq);
  }

  #dropPreviews(): void {
    const head = this.state?.seq ?? 0;
    const kept = this.#previews.filter(({ seq }) => seq === null || seq > head);
    if (kept.length !== this.#previews.length) this.#forgetBoard();
    this.#previews = kept;
  }

  #acked(id: string, seq: number): void {
    if (this.state === null) return;
    const entry = this.#submissions.find(id);
    const isNext = seq === this.state.seq + 1;
    if (this.phase === "live" && isNext && entry !== undefined) {
      const { userId } = this.state;
      this.state = changed({ ...this.state, seq }, (board) => applyOperations(board, entry.ops, userId));
      if (entry.saying) this.state = heard(this.state, { ...entry.saying, seq, from: userId });
    } else if (this.phase === "live" && seq > this.state.seq) {
      this.#requestSync();
    }
    // Most often the oldest is acknowledged, and what is visible stays as it is. What comes while
    // the sync is on its way is in the sync.
    if (!isNext || entry !== this.#submissions.all[0] || entry?.isEcho) this.#forgetBoard();
    this.#settle(id, seq);
    this.#pump();
  }

  #settle(id: string, seq: number): void {
    const entry = this.#submissions.find(id);
    if (entry === undefined) return;
    this.#submissions.remove(entry);
    this.#acknowledged = this.#acknowledged.filter((one) => one.id !== id);
    this.#acknowledged.push(pendingOf(entry));
    if (this.#acknowledged.length > REMEMBERED) this.#acknowledged.shift();
    if (!entry.isEcho) this.#happened.push({ type: "acknowledged", id, seq });
  }

  #refused(id: string | undefined, error: ErrorData): void {
    const entry = this.#submissions.find(id ?? "");
    if (entry === undefined) return;
    if (FOR_NOW.has(error.code)) {
      const retryAfterMs = error.retry_after_ms ?? HOLD_MS;
      if (this.#submissions.refusedForNow(entry)) this.#happened.push({ type: "held", retryAfterMs });
      this.#pump();
      return;
    }
    const stroke = strokeInConflict(entry.ops, error);
    if (stroke !== null) this.#isPutWhole(entry, stroke);
    else this.#dropped(entry, error);
    this.#forgetBoard();
    this.#pump();
  }

  #dropped(entry: Entry, error: ErrorData): void {
    this.#submissions.remove(entry);
    if (!entry.isEcho) this.#happened.push({ type: "refused", pending: pendingOf(entry), error });
  }

  /** A piece came to the wrong place: something before it is missing there, or was changed. */
  #isPutWhole(entry: Entry, stroke: Id): void {
    const seen = this.board;
    this.#submissions.remove(entry);
    const rest = withoutPieces(entry.ops, stroke);
    const known = this.#submissions.find(this.#whole.get(stroke) ?? "");
    const by =
      known !== undefined && rest.length === 0 ? known.id : this.#putWhole(stroke, seen, rest);
    if (!entry.isEcho) this.#happened.push({ type: "absorbed", id: entry.id, by });
  }

  /**
   * Puts a stroke as it is seen, at the end, in the place of its pieces that have not been sent.
   *
   * @param rest what else is to be said, before it.
   * @returns the submission that says the last of it, null where nothing was left to be said.
   */
  #putWhole(stroke: Id, seen: Board, rest: readonly Operation[] = []): string | null {
    const whole = strokeOf(seen, stroke);
    const ops = whole === null ? rest : [...rest, putting(whole)];
    const absorbed = this.#submissions.withoutPieces(stroke);
    const limits = this.welcome?.limits;
    const parts = limits === undefined || ops.length === 0 ? [] : packed(ops, limits);
    const by = parts.map((part) => this.#submissions.add(part).id).at(-1) ?? null;
    for (const id of absorbed) this.#happened.push({ type: "absorbed", id, by });
    this.#happened.push({ type: "regrouped" });
    if (by !== null && whole !== null) this.#whole.set(stroke, by);
    return by;
  }

  #pump(): void {
    if (this.phase === "live" && this.state !== null && !this.#waits) {
      const going = this.#submissions.next(this.state.board, this.state.userId);
      this.#send.push(...going.map(messageOf));
    }
    const fates = this.#submissions.takeFates();
    if (fates.some(({ type }) => type === "refused")) this.#forgetBoard();
    this.#happened.push(...fates);
  }
}
