/** A live connection to a room: promises and listeners around a `Replica` and a `Link`. */

import type { Board } from "./replica/board.ts";
import type { Ending } from "./connection/closing.ts";
import { Keeping, type PendingStore } from "./connection/keeping.ts";
import { Gathering } from "./connection/gathering.ts";
import { Link, type LinkOptions } from "./connection/link.ts";
import { Listeners } from "./connection/listeners.ts";
import type { Occasions } from "./connection/occasions.ts";
import { Pacing } from "./connection/pacing.ts";
import { packed } from "./replica/packing.ts";
import { Sending } from "./connection/progress.ts";
import type { Status } from "./connection/status.ts";
import { randomId } from "./random_id.ts";
import { OFFLINE, Refusal } from "./refusal.ts";
import { Replica, type Happening, type Reaction, type Saying } from "./replica/replica.ts";
import type { RoomState } from "./replica/room_state.ts";
import { Waiters } from "./connection/waiters.ts";
import type {
  ClientMessage,
  ClientSystemCommand,
  Commands,
  ConnectionQuality,
  Edit,
  IceCandidate,
  Limits,
  Operation,
  PointerMove,
  ServerMessage,
  Welcome,
} from "./wire.ts";

export type { Connection, Status } from "./connection/status.ts";

export interface ConnectOptions extends LinkOptions {
  readonly store?: PendingStore;
  /** The board may come page by page: `state.rest` says what is missing while it is `live` (BD-28). */
  readonly takesParts?: boolean;
}

export class RoomClient {
  readonly #store: PendingStore | undefined;
  readonly #link: Link;
  readonly #signals: Pacing<ClientMessage>;
  readonly #listeners = new Listeners();
  readonly #commands = new Waiters();
  readonly #edits = new Waiters();
  readonly #clientId = randomId();
  readonly #replica: Replica;
  readonly #sending = new Sending();
  readonly #telling = new Gathering(() => this.#listeners.emit("change", undefined), (delayMs, call) => this.#link.later(delayMs, call));
  readonly #keeping: Keeping | null;
  /** What must be on disk before more is sent, and the connection that it is for. */
  #written: Promise<void> | null = null;
  #connection = 0;
  #status: Status = { connection: "connecting", ending: null, reason: "", isSilent: false, unsaved: 0, sending: null };
  #commandCount = 0;
  #packed: { readonly ops: readonly Edit[]; readonly limits: Limits; readonly parts: readonly (readonly Edit[])[] } | null = null;

  constructor(options: ConnectOptions) {
    this.#store = options.store;
    this.#replica = new Replica(this.#clientId, options.takesParts);
    this.#keeping = options.store ? new Keeping(options.store) : null;
    this.#link = new Link(options, {
      opening: () => {
        this.#connection += 1;
        this.#written = null;
        this.#replica.opened();
        this.#signals.reset();
      },
      heard: (message) => this.#heard(message),
      closed: () => this.#closed(),
      reconnecting: () => this.#setStatus({ connection: "reconnecting" }),
      silent: (isSilent) => this.#setStatus({ isSilent }),
      isLoading: () => this.#replica.isLoading,
      ended: (ending, reason) => this.#end(ending, reason),
    });
    this.#signals = new Pacing(
      (message) => this.#link.send(message),
      (delayMs, call) => this.#link.later(delayMs, call),
    );
    this.#begin();
  }

  /** What the room has confirmed; null before the first `welcome`. */
  get state(): RoomState | null {
    return this.#replica.state;
  }

  /** As this participant sees it: confirmed, with what is pending on top. */
  get board(): Board {
    return this.#replica.board;
  }

  get welcome(): Welcome | null {
    return this.#replica.welcome;
  }

  get status(): Status {
    return this.#status;
  }

  on<Name extends keyof Occasions>(
    name: Name,
    listener: (value: Occasions[Name]) => void,
  ): () => void {
    return this.#listeners.on(name, listener);
  }

  /**
   * Draws: shows the operations at once, and sends them now or after the next reconnect. An
   * `append` needs no `at`: it goes where the stroke ends.
   *
   * @returns the `seq` they were given, once they are on disk (BD-5).
   * @throws Refusal the room did not take them; the board is as if they had never been.
   */
  edit(ops: readonly Edit[]): Promise<number> {
    const saved = this.packed(ops).map((submission) => this.#submit(submission));
    this.#changed();
    const all = Promise.all(saved).then((seqs) => seqs.at(-1) ?? this.state?.seq ?? 0);
    // A caller need not care: refusals are also told to the listeners of `refused`.
    all.catch(() => undefined);
    return all;
  }

  /**
   * Writes to everyone in the room; kept and sent again as drawings are.
   *
   * @returns the `seq` it was given, once it is on disk (CH-1).
   * @throws Refusal the room did not take it.
   */
  say(text: string, about: Pick<Saying, "to" | "reply_to"> = {}): Promise<number> {
    const said = this.#submit([], { text, at: Date.now(), ...about });
    this.#changed();
    said.catch(() => undefined);
    return said;
  }

  /** What one has written and the room has not confirmed yet, oldest first. */
  get unsent(): readonly Saying[] {
    return this.#replica.pending.flatMap(({ saying }) => (saying ? [saying] : []));
  }

  /** Cuts operations into what one message each can hold; `edit` sends them so. */
  packed<Op extends Edit>(ops: readonly Op[]): readonly (readonly Op[])[] {
    const limits = this.welcome?.limits;
    // Until the room tells its limits it stays as it is, and is cut before it is sent.
    if (limits === undefined) return [ops];
    // Who edits asks beforehand how many there will be.
    if (this.#packed?.ops !== ops || this.#packed.limits !== limits) this.#packed = { ops, limits, parts: packed(ops, limits) };
    return this.#packed.parts as readonly (readonly Op[])[];
  }

  /** Shows one's pointer to the others. Only the newest counts; none is kept while offline. */
  movePointer(pointer: PointerMove): void {
    if (this.#replica.phase === "live") {
      this.#link.send({ ch: "board", type: "pointer_move", data: pointer });
    }
  }

  /** Asks the room. @throws Refusal it was refused, or the connection went before an answer came. */
  command<Name extends keyof Commands>(name: Name, args: Commands[Name]): Promise<unknown> {
    return this.#ask((id) => {
      // Name and arguments belong together, which the compiler cannot see through the generic.
      const data = { name, args } as ClientSystemCommand["data"];
      return { ch: "system", type: "command", id, data };
    });
  }

  /**
   * Takes back one's own newest change, or one's newest undo (BD-11); the room knows which.
   *
   * @param times how many of them, each an event of its own.
   * @param shown what it will come to: shown until it has come to it.
   * @throws Refusal there is nothing, nothing of it is left, or it is not permitted now.
   */
  async takeBack(
    what: "undo" | "redo",
    times: number,
    shown: readonly Operation[],
  ): Promise<void> {
    const preview = this.#replica.preview(shown);
    let seq: number | null = null;
    try {
      const commands = Array.from({ length: times }, () => this.command(what, {}));
      this.#changed();
      const failed: unknown[] = [];
      for (const result of await Promise.allSettled(commands)) {
        if (result.status === "fulfilled") ({ seq } = result.value as { seq: number });
        else failed.push(result.reason);
      }
      if (failed.length > 0) throw failed[0];
    } finally {
      this.#replica.settle(preview, seq);
      this.#changed();
    }
  }

  /** Says which of one's own tracks are on from now. */
  setMedia(media: { video?: boolean; audio?: boolean; screen?: boolean }): void {
    this.#link.send({ ch: "webrtc", type: "media_state", data: media });
  }

  /** Tells how good one's own line is (RT-6). */
  reportQuality(quality: ConnectionQuality): void {
    this.#link.send({ ch: "webrtc", type: "connection_quality", data: { quality } });
  }

  sendDescription(type: "offer" | "answer", to: string, sdp: string): void {
    this.#signals.push({ ch: "webrtc", type, data: { to, sdp } });
  }

  sendCandidate(to: string, candidate: IceCandidate | null): void {
    this.#signals.push({ ch: "webrtc", type: "ice_candidate", data: { to, candidate } });
  }

  /** Asks the server for its time; answered by a `pong` with the same `t`. */
  ping(t: number): void {
    this.#link.send({ ch: "system", type: "ping", data: { t } });
  }

  /** Tries again at once: the browser says that the network is back, or a person asked. */
  reconnectNow(): void {
    this.#link.openNow();
  }

  /** Finds out whether the server is still there: the device slept, or the page was out of sight. */
  check(): void {
    this.#link.check();
  }

  /** The device has no network any more: what is drawn from now on waits. */
  networkLost(): void {
    this.#link.lost();
  }

  /** Leaves the room. What is pending stays in the store. */
  leave(): void {
    this.#link.close();
    this.#closed();
    this.#end("left", "");
  }

  // -- connection

  /** The link does not wait for what the device keeps: that is taken up whenever it comes. */
  #begin(): void {
    if (this.#store !== undefined) void this.#takeUp(this.#store);
    this.#link.open();
  }

  async #takeUp(store: PendingStore): Promise<void> {
    const loaded = await store.load(this.#clientId).catch(() => null);
    if (loaded === null || this.#status.connection === "ended") return;
    this.#keeping?.takeUp(loaded.kept);
    this.#carryOut(this.#replica.adopt(loaded.kept, loaded.isAlone));
    this.#changed();
  }

  #heard(message: ServerMessage): void {
    this.#carryOut(this.#replica.receive(message));
    this.#tell(message);
    // More of the board is on its way: whoever shows it draws several pages at once.
    if (message.type === "board_part" && this.state?.rest) this.#telling.soon();
    else this.#changed();
  }

  #closed(): void {
    this.#replica.closed();
    this.#commands.rejectAll(new Refusal(OFFLINE));
  }

  #end(ending: Ending, reason: string): void {
    this.#store?.close();
    this.#setStatus({ connection: "ended", ending, reason: this.#status.reason || reason });
  }

  // -- messages

  #submit(ops: readonly Edit[], saying?: Saying): Promise<number> {
    const { pending, reaction } = this.#replica.submit(ops, saying);
    const saved = this.#edits.waitFor(pending.id) as Promise<number>;
    this.#carryOut(reaction);
    return saved;
  }

  #ask(message: (id: string) => ClientMessage): Promise<unknown> {
    // The board may still be on its way: the room takes what is asked behind the request for it.
    if (this.#replica.phase !== "live" && this.#replica.phase !== "syncing") {
      return Promise.reject(new Refusal(OFFLINE));
    }
    this.#commandCount += 1;
    const id = `command-${this.#commandCount}`;
    const answer = this.#commands.waitFor(id);
    this.#link.send(message(id));
    return answer;
  }

  #carryOut({ send, happened }: Reaction): void {
    const written = this.#keeping?.follow(this.#replica.pending) ?? null;
    this.#send(send, written);
    for (const what of happened) this.#happened(what);
  }

  #send(messages: readonly ClientMessage[], written: Promise<void> | null): void {
    if (written === null && this.#written === null) {
      for (const message of messages) this.#link.send(message);
      return;
    }
    const connection = this.#connection;
    const all = Promise.all([this.#written, written]).then(() => {
      // What was to go out on an earlier connection goes out again on this one, after the sync.
      if (connection !== this.#connection) return;
      for (const message of messages) this.#link.send(message);
      if (this.#written === all) this.#written = null;
    });
    this.#written = all;
  }

  #happened(what: Happening): void {
    switch (what.type) {
      case "acknowledged":
        this.#edits.resolve(what.id, what.seq);
        break;
      case "absorbed":
        if (what.by === null) this.#edits.resolve(what.id, this.state?.seq ?? 0);
        else this.#edits.move(what.id, what.by);
        break;
      case "cut":
        this.#edits.move(what.id, what.into.at(-1)?.id ?? what.id);
        break;
      case "regrouped":
        this.#listeners.emit("regrouped", undefined);
        break;
      case "refused":
        this.#edits.reject(what.pending.id, new Refusal(what.error));
        this.#listeners.emit("refused", { ops: what.pending.ops, error: what.error });
        break;
      case "held":
        this.#link.later(what.retryAfterMs, () => {
          this.#carryOut(this.#replica.release());
          this.#changed();
        });
        break;
      case "waiting":
        this.#setStatus({ connection: "waiting" });
        break;
      case "synced":
        this.#setStatus({ connection: "live" });
        break;
      default:
        what satisfies never;
    }
  }

  #tell(message: ServerMessage): void {
    switch (message.type) {
      case "reply":
        this.#commands.resolve(message.id ?? "", message.data.result);
        break;
      case "error":
        this.#commands.reject(message.id ?? "", new Refusal(message.data));
        break;
      case "kicked":
        // The close code that follows says the same; its reason may not carry the host's words.
        this.#status = { ...this.#status, reason: message.data.reason ?? "" };
        break;
      default:
        this.#listeners.tell(message);
    }
  }

  // -- telling

  #setStatus(change: Partial<Status>): void {
    this.#status = { ...this.#status, ...change };
    this.#changed();
  }

  #changed(): void {
    const unsaved = this.#replica.pending.length;
    const sending = this.#sending.follow(this.#status.connection === "live" ? unsaved : null);
    this.#status = { ...this.#status, unsaved, sending };
    this.#telling.now();
  }
}

/** Takes up a connection, and keeps it up until `leave` or an ending. */
export function connect(options: ConnectOptions): RoomClient {
  return new RoomClient(options);
}
