/** A live connection to a room: sockets, timers and promises around a `Replica`. */

import type { Board } from "./board.ts";
import { CLOSE, delayBefore, delayIn, endingOf, mayReconnect, type Ending } from "./closing.ts";
import { packed } from "./packing.ts";
import { Replica, type Pending, type Reaction } from "./replica.ts";
import type { RoomState } from "./room_state.ts";
import type {
  ClientMessage,
  ClientSystemCommand,
  Commands,
  ErrorData,
  IceCandidate,
  MediaState,
  Notification,
  Operation,
  PeerIntroduction,
  Pointer,
  PointerMove,
  ServerMessage,
  Welcome,
} from "./wire.ts";

/** Where a client keeps what is not acknowledged, so that it survives a reload. */
export interface PendingStore {
  load(): Promise<readonly Pending[]>;
  put(pending: Pending): void;
  remove(id: string): void;
}

export interface ConnectOptions {
  /** `ws://` or `wss://`, as `join` returned it: `…/ws/classroom/{session_id}/`. */
  readonly url: string;
  /** The room token. */
  readonly token: string;
  /** Gets a new token when the present one is no longer valid. */
  readonly renewToken?: () => Promise<string>;
  readonly store?: PendingStore;
  /** Where there is no global one: Node before 22. */
  readonly WebSocket?: typeof WebSocket;
  /** From 0 to 1; for tests. */
  readonly random?: () => number;
}

/** `waiting`: connected, until the host lets this participant in. */
export type Connection = "connecting" | "waiting" | "live" | "reconnecting" | "ended";

export interface Status {
  readonly connection: Connection;
  /** Why it ended, and the server's words for it. */
  readonly ending: Ending | null;
  readonly reason: string;
  /** How many submissions are not acknowledged yet. */
  readonly unsaved: number;
}

export interface Occasions {
  /** State, board or status are others than before. */
  change: undefined;
  welcome: Welcome;
  pointers: readonly Pointer[];
  refused: { readonly ops: readonly Operation[]; readonly error: ErrorData };
  notification: Notification;
  peerJoined: PeerIntroduction;
  peerLeft: { readonly peer_id: string; readonly user_id: number };
  description: {
    readonly type: "offer" | "answer";
    readonly from_peer: string;
    readonly sdp: string;
  };
  candidate: { readonly from_peer: string; readonly candidate: IceCandidate | null };
  media: MediaState;
}

/** Something was refused; nothing of it was applied. */
export class Refusal extends Error {
  constructor(readonly error: ErrorData) {
    super(error.message);
    this.name = "Refusal";
  }
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

const PING_EVERY_MS = 10_000;
const SILENCE_MS = 25_000;
/** A connection that held this long starts the back-off anew. */
const STABLE_MS = 5_000;

export class RoomClient {
  readonly #options: ConnectOptions;
  readonly #random: () => number;
  readonly #listeners = new Map<keyof Occasions, Set<(value: never) => void>>();
  readonly #commands = new Map<string, Waiting>();
  readonly #edits = new Map<string, Waiting>();
  #replica: Replica;
  #socket: WebSocket | null = null;
  #token: string;
  #status: Status = { connection: "connecting", ending: null, reason: "", unsaved: 0 };
  #attempt = 0;
  #commandCount = 0;
  #heardAt = 0;
  #timers = new Set<ReturnType<typeof setTimeout>>();
  #renewal: "untried" | "tried" = "untried";

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#token = options.token;
    this.#random = options.random ?? Math.random;
    this.#replica = new Replica(randomId());
    void this.#begin();
  }

  /** What the room has confirmed; null before the first `welcome`. */
  get state(): RoomState | null {
    return this.#replica.state;
  }

  /** The board as this participant sees it: confirmed, with what is pending on top. */
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
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * Draws: shows the operations at once, and sends them now or after the next reconnect.
   *
   * @returns the `seq` they were given, once they are on disk (BD-5).
   * @throws Refusal the room did not take them; the board is as if they had never been.
   */
  edit(ops: readonly Operation[]): Promise<number> {
    const limits = this.welcome?.limits ?? { ops_per_event: 200, max_message_bytes: 65_536 };
    const saved = packed(ops, limits).map((submission) => this.#submit(submission));
    const all = Promise.all(saved).then((seqs) => seqs.at(-1) ?? this.state?.seq ?? 0);
    // A caller need not care: refusals are also told to the listeners of `refused`.
    all.catch(() => undefined);
    return all;
  }

  /** Shows one's pointer to the others. Only the newest counts; none is kept while offline. */
  movePointer(pointer: PointerMove): void {
    if (this.#replica.phase === "live") {
      this.#transmit({ ch: "board", type: "pointer_move", data: pointer });
    }
  }

  /**
   * Asks the room for something.
   *
   * @throws Refusal it was refused, or the connection went before an answer came.
   */
  command<Name extends keyof Commands>(name: Name, args: Commands[Name]): Promise<unknown> {
    return this.#ask((id) => {
      // Name and arguments belong together, which the compiler cannot see through the generic.
      const data = { name, args } as ClientSystemCommand["data"];
      return { ch: "system", type: "command", id, data };
    });
  }

  /** Says which of one's own tracks are on from now. */
  setMedia(media: { video?: boolean; audio?: boolean; screen?: boolean }): void {
    this.#transmit({ ch: "webrtc", type: "media_state", data: media });
  }

  sendDescription(type: "offer" | "answer", to: string, sdp: string): void {
    this.#transmit({ ch: "webrtc", type, data: { to, sdp } });
  }

  sendCandidate(to: string, candidate: IceCandidate | null): void {
    this.#transmit({ ch: "webrtc", type: "ice_candidate", data: { to, candidate } });
  }

  /** Tries again at once: the browser says that the network is back, or a person asked. */
  reconnectNow(): void {
    if (this.#status.connection === "reconnecting" && this.#socket === null) {
      this.#clearTimers();
      this.#open();
    }
  }

  /** Leaves the room. What is pending stays in the store. */
  leave(): void {
    this.#end("left", "");
    this.#socket?.close(CLOSE.normal, "bye");
    this.#socket = null;
  }

  // -- connection

  async #begin(): Promise<void> {
    const unsent = await this.#options.store?.load().catch(() => []);
    if (this.#status.connection === "ended") return;
    if (unsent !== undefined && unsent.length > 0) {
      const submittedMeanwhile = this.#replica.pending;
      this.#replica = new Replica(randomId(), [...unsent, ...submittedMeanwhile]);
      this.#changed();
    }
    this.#open();
  }

  #open(): void {
    const Socket = this.#options.WebSocket ?? WebSocket;
    const url = new URL(this.#options.url);
    // A browser cannot read why an upgrade was refused; this asks for a close code (HS-4).
    url.searchParams.set("reason", "close");
    const socket = new Socket(url, ["lessonroom.v1.json", `bearer.${this.#token}`]);
    this.#socket = socket;
    this.#replica.opened();
    this.#heardAt = Date.now();
    socket.onmessage = (event: MessageEvent) => {
      if (this.#socket === socket) this.#heard(String(event.data));
    };
    socket.onclose = (event: CloseEvent) => {
      if (this.#socket === socket) this.#closed(event.code, event.reason);
    };
    // `close` follows at once and says more, but not in Node 20 where the server is not reached.
    socket.onerror = () => this.#later(0, () => this.#failed(socket));
    this.#later(PING_EVERY_MS, () => this.#keepAlive(socket));
  }

  #failed(socket: WebSocket): void {
    if (this.#socket !== socket || socket.readyState === 1) return;
    this.#closed(1006, "not reached");
  }

  #keepAlive(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    if (Date.now() - this.#heardAt > SILENCE_MS) {
      this.#socket = null;
      socket.close();
      this.#closed(1006, "silent too long");
      return;
    }
    this.#transmit({ ch: "system", type: "ping", data: { t: Date.now() } });
    this.#later(PING_EVERY_MS, () => this.#keepAlive(socket));
  }

  #heard(text: string): void {
    this.#heardAt = Date.now();
    const message = JSON.parse(text) as ServerMessage;
    if (message.type === "welcome") {
      this.#renewal = "untried";
      this.#later(STABLE_MS, () => {
        this.#attempt = 0;
      });
    }
    this.#carryOut(this.#replica.receive(message));
    this.#tell(message);
    this.#changed();
  }

  #closed(code: number, reason: string): void {
    this.#socket = null;
    this.#clearTimers();
    this.#replica.closed();
    this.#failCommands();
    if (code === CLOSE.tokenInvalid && this.#options.renewToken && this.#renewal === "untried") {
      this.#renewal = "tried";
      void this.#renewed(this.#options.renewToken, reason);
    } else if (mayReconnect(code)) {
      this.#reconnectAfter(code === CLOSE.rateLimited ? delayIn(reason) : 0);
    } else {
      this.#end(endingOf(code), reason);
    }
  }

  #reconnectAfter(leastMs: number): void {
    const delayMs = Math.max(leastMs, delayBefore(this.#attempt, this.#random()));
    this.#attempt += 1;
    this.#setStatus({ connection: "reconnecting" });
    this.#later(delayMs, () => this.#open());
  }

  async #renewed(renewToken: () => Promise<string>, reason: string): Promise<void> {
    this.#setStatus({ connection: "reconnecting" });
    try {
      this.#token = await renewToken();
    } catch {
      this.#end("token_invalid", reason);
      return;
    }
    if (this.#status.connection !== "ended") this.#open();
  }

  #end(ending: Ending, reason: string): void {
    this.#clearTimers();
    this.#replica.closed();
    this.#failCommands();
    this.#setStatus({ connection: "ended", ending, reason: this.#status.reason || reason });
  }

  // -- messages

  #submit(ops: readonly Operation[]): Promise<number> {
    const { pending, reaction } = this.#replica.submit(ops);
    this.#options.store?.put(pending);
    const saved = new Promise<unknown>((resolve, reject) => {
      this.#edits.set(pending.id, { resolve, reject });
    }) as Promise<number>;
    this.#carryOut(reaction);
    this.#changed();
    return saved;
  }

  #ask(message: (id: string) => ClientMessage): Promise<unknown> {
    if (this.#replica.phase !== "live") return Promise.reject(new Refusal(OFFLINE));
    this.#commandCount += 1;
    const id = `command-${this.#commandCount}`;
    return new Promise((resolve, reject) => {
      this.#commands.set(id, { resolve, reject });
      this.#transmit(message(id));
    });
  }

  #carryOut({ send, happened }: Reaction): void {
    for (const message of send) this.#transmit(message);
    for (const what of happened) {
      switch (what.type) {
        case "acknowledged":
          this.#options.store?.remove(what.id);
          this.#edits.get(what.id)?.resolve(what.seq);
          this.#edits.delete(what.id);
          break;
        case "refused":
          this.#options.store?.remove(what.pending.id);
          this.#edits.get(what.pending.id)?.reject(new Refusal(what.error));
          this.#edits.delete(what.pending.id);
          this.#emit("refused", { ops: what.pending.ops, error: what.error });
          break;
        case "renumbered":
          this.#renumbered(what.from, what.pending);
          break;
        case "held":
          this.#later(what.retryAfterMs, () => this.#carryOut(this.#replica.release()));
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
  }

  #renumbered(from: string, pending: Pending): void {
    this.#options.store?.remove(from);
    this.#options.store?.put(pending);
    const waiting = this.#edits.get(from);
    if (waiting !== undefined) this.#edits.delete(from) && this.#edits.set(pending.id, waiting);
  }

  #tell(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.#emit("welcome", message.data);
        break;
      case "pointer_move":
        this.#emit("pointers", message.data.pointers);
        break;
      case "offer":
      case "answer":
        this.#emit("description", { type: message.type, ...message.data });
        break;
      case "ice_candidate":
        this.#emit("candidate", message.data);
        break;
      case "participant_joined":
        this.#emit("peerJoined", message.data);
        break;
      case "participant_left":
        this.#emit("peerLeft", message.data);
        break;
      case "media_state":
        this.#emit("media", message.data);
        break;
      case "notification":
        this.#emit("notification", message.data);
        break;
      case "reply":
        this.#answered(message.id, (waiting) => waiting.resolve(message.data.result));
        break;
      case "error":
        this.#answered(message.id, (waiting) => waiting.reject(new Refusal(message.data)));
        break;
      case "kicked":
        // The close code that follows says the same; its reason may not carry the host's words.
        this.#status = { ...this.#status, reason: message.data.reason ?? "" };
        break;
      case "ping":
        this.#transmit({ ch: "system", type: "pong", data: { t: message.data.t } });
        break;
      default:
        break;
    }
  }

  #answered(id: string | undefined, settle: (waiting: Waiting) => void): void {
    const waiting = this.#commands.get(id ?? "");
    if (waiting === undefined || id === undefined) return;
    this.#commands.delete(id);
    settle(waiting);
  }

  #failCommands(): void {
    for (const waiting of this.#commands.values()) waiting.reject(new Refusal(OFFLINE));
    this.#commands.clear();
  }

  #transmit(message: ClientMessage): void {
    const socket = this.#socket;
    if (socket !== null && socket.readyState === 1) socket.send(JSON.stringify(message));
  }

  // -- telling

  #setStatus(change: Partial<Status>): void {
    this.#status = { ...this.#status, ...change };
    this.#changed();
  }

  #changed(): void {
    this.#status = { ...this.#status, unsaved: this.#replica.pending.length };
    this.#emit("change", undefined);
  }

  #emit<Name extends keyof Occasions>(name: Name, value: Occasions[Name]): void {
    const listeners = this.#listeners.get(name) as
      | Set<(value: Occasions[Name]) => void>
      | undefined;
    for (const listener of listeners ?? []) listener(value);
  }

  #later(delayMs: number, call: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      call();
    }, delayMs);
    this.#timers.add(timer);
  }

  #clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

const OFFLINE: ErrorData = { code: "unavailable", message: "not connected to the room" };

/** Takes up a connection, and keeps it up until `leave` or an ending. */
export function connect(options: ConnectOptions): RoomClient {
  return new RoomClient(options);
}

/** A random id that is free on any board: 12 of the url-safe alphabet, 72 bits. */
export function randomId(): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => alphabet[byte & 63]).join("");
}
