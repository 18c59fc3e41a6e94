/** A WebSocket that comes back: it opens, keeps alive, backs off, renews its token. */

import {
  CLOSE,
  delayBefore,
  delayIn,
  delayWhenMoved,
  endingOf,
  isMoved,
  mayReconnect,
  type Ending,
} from "./closing.ts";
import { isPassing, Renewing } from "./renewing.ts";
import { BOARD_SCHEMA, type ClientMessage, type ServerMessage } from "../wire.ts";

export interface LinkOptions {
  /** `ws://` or `wss://`, as `join` returned it: `…/ws/classroom/{session_id}/`. */
  readonly url: string;
  /** The room token. */
  readonly token: string;
  /**
   * Gets another token, well before the present one ends and when it is no longer valid. A `TypeError` as
   * `fetch` throws it, and an `ApiRefusal` of a server that is busy, mean that it is tried again; any other
   * rejection, once the token is not valid, ends the connection.
   */
  readonly renewToken?: () => Promise<string>;
  /** Where there is no global one: Node before 22. */
  readonly WebSocket?: typeof WebSocket;
  /** From 0 to 1; for tests. */
  readonly random?: () => number;
}

/** What a link tells its owner. */
export interface LinkOwner {
  /** A new socket is on its way; nothing can be sent before the first message. */
  opening(): void;
  heard(message: ServerMessage): void;
  /** The socket is gone; `reconnecting` or `ended` follows. */
  closed(): void;
  reconnecting(): void;
  /** Nothing is heard for now, though the server was asked to answer; or it is heard again. */
  silent(isSilent: boolean): void;
  /** Whether a large answer may be on its way, behind which the server's others wait. */
  isLoading(): boolean;
  /** Nothing will be heard any more. */
  ended(ending: Ending, reason: string): void;
}

/** A connection on which nothing was heard for so long is asked whether it is there. */
const QUIET_MS = 5_000;
/** Unanswered for so long, the person is told; */
const UNANSWERED_MS = 3_000;
/** and for so long, another connection is tried. A server that is busy has until then, */
const GIVEN_UP_MS = 12_000;
/** and a whole board on a slow line until then. */
const LOADED_MS = 60_000;
const LOOK_EVERY_MS = 1_000;
/** A connection that held this long starts the back-off anew. */
const STABLE_MS = 5_000;

const NO_WEBSOCKET =
  "there is no WebSocket here: pass one to connect() as `WebSocket`, or run Node 20 with --experimental-websocket";

export class Link {
  readonly #options: LinkOptions;
  readonly #owner: LinkOwner;
  #socket: WebSocket | null = null;
  #token: string;
  #isOver = false;
  #isBackingOff = false;
  #attempt = 0;
  #heardAt = 0;
  /** Since when an answer is waited for; null where none is. */
  #askedAt: number | null = null;
  #isSilent = false;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  /** What the present socket was opened with. */
  #shown = "";
  /** What the present socket was last asked to live by. */
  #showing = "";
  #renewal: "untried" | "tried" = "untried";
  readonly #renewing: Renewing | null;

  constructor(options: LinkOptions, owner: LinkOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#token = options.token;
    this.#renewing =
      options.renewToken === undefined
        ? null
        : new Renewing(options.renewToken, (token) => {
            this.#token = token;
            this.#show();
          });
    this.#renewing?.begin(options.token);
  }

  open(): void {
    if (this.#isOver) return;
    this.#isBackingOff = false;
    const Socket = this.#options.WebSocket ?? globalThis.WebSocket;
    if (Socket === undefined) throw new Error(NO_WEBSOCKET);
    const url = new URL(this.#options.url);
    // A browser cannot read why an upgrade was refused; this asks for a close code (HS-4).
    url.searchParams.set("reason", "close");
    url.searchParams.set("schema", String(BOARD_SCHEMA));
    this.#shown = this.#showing = this.#token;
    const socket = new Socket(url, ["lessonroom.v1.json", `bearer.${this.#token}`]);
    this.#socket = socket;
    this.#owner.opening();
    this.#heardAt = Date.now();
    // The upgrade and the welcome are an answer as well.
    this.#askedAt = this.#heardAt;
    socket.onmessage = (event: MessageEvent) => {
      if (this.#socket === socket) this.#heard(String(event.data));
    };
    socket.onclose = (event: CloseEvent) => {
      if (this.#socket === socket) this.#closed(event.code, event.reason);
    };
    // `close` follows at once and says more, but not in Node 20 where the server is not reached.
    socket.onerror = () => this.later(0, () => this.#failed(socket));
    this.later(LOOK_EVERY_MS, () => this.#keepAlive(socket));
  }

  /** Cuts a back-off short, and gives up on a connection that does not answer. */
  openNow(): void {
    this.#renewing?.look();
    if (this.#isSilent && this.#socket !== null) this.#giveUp(this.#socket);
    if (!this.#isBackingOff) return;
    this.#clearTimers();
    this.open();
  }

  /** Asks at once whether the server is there: the device woke up, or its network has changed. */
  check(): void {
    this.#renewing?.look();
    const socket = this.#socket;
    if (socket === null) return;
    this.#ask();
    this.later(UNANSWERED_MS, () => this.#look(socket));
  }

  /** The device says that it has no network: what is asked from now on is not answered. */
  lost(): void {
    if (this.#socket === null) return;
    this.#ask();
    this.#setSilent(true);
  }

  /** Ends it, without a word to the owner. */
  close(): void {
    this.#isOver = true;
    this.#renewing?.stop();
    this.#clearTimers();
    this.#socket?.close(CLOSE.normal, "bye");
    this.#socket = null;
  }

  /** What cannot be sent is dropped. */
  send(message: ClientMessage): void {
    const socket = this.#socket;
    if (socket !== null && socket.readyState === 1) socket.send(JSON.stringify(message));
  }

  /** Calls back after a while, unless the connection is gone by then. */
  later(delayMs: number, call: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      call();
    }, delayMs);
    this.#timers.add(timer);
  }

  #failed(socket: WebSocket): void {
    if (this.#socket !== socket || socket.readyState === 1) return;
    this.#closed(1006, "not reached");
  }

  #keepAlive(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    if (this.#askedAt === null && Date.now() - this.#heardAt >= QUIET_MS) this.#ask();
    this.#look(socket);
    this.later(LOOK_EVERY_MS, () => this.#keepAlive(socket));
  }

  #ask(): void {
    this.#askedAt ??= Date.now();
    this.send({ ch: "system", type: "ping", data: { t: Date.now() } });
  }

  /** Says how the server's silence is to be taken, if it is silent. */
  #look(socket: WebSocket): void {
    if (this.#socket !== socket || this.#askedAt === null) return;
    const waitedMs = Date.now() - this.#askedAt;
    const isLoading = socket.readyState === 1 && this.#owner.isLoading();
    if (waitedMs >= (isLoading ? LOADED_MS : GIVEN_UP_MS)) this.#giveUp(socket);
    else if (waitedMs >= UNANSWERED_MS && !isLoading) this.#setSilent(true);
  }

  #giveUp(socket: WebSocket): void {
    this.#socket = null;
    socket.close();
    this.#closed(1006, "silent too long");
  }

  #setSilent(isSilent: boolean): void {
    if (this.#isSilent === isSilent) return;
    this.#isSilent = isSilent;
    this.#owner.silent(isSilent);
  }

  #heard(text: string): void {
    this.#heardAt = Date.now();
    this.#askedAt = null;
    this.#setSilent(false);
    const message = JSON.parse(text) as ServerMessage;
    if (message.type === "welcome") {
      this.#renewal = "untried";
      // One that came while this connection was on its way.
      this.#show();
      this.later(STABLE_MS, () => {
        this.#attempt = 0;
      });
    } else if (message.type === "token") {
      // From here on it lives by that one; before, a refusal would mean a new connection.
      this.#shown = this.#showing;
    } else if (message.type === "ping") {
      this.send({ ch: "system", type: "pong", data: { t: message.data.t } });
    }
    this.#owner.heard(message);
  }

  /** Has the present connection live by the present token, so that it need not end with an earlier one (HS-8). */
  #show(): void {
    if (this.#token === this.#shown) return;
    this.#showing = this.#token;
    this.send({ ch: "system", type: "token", data: { token: this.#token } });
  }

  #closed(code: number, reason: string): void {
    this.#socket = null;
    this.#clearTimers();
    this.#setSilent(false);
    this.#owner.closed();
    if (code === CLOSE.tokenInvalid && this.#shown !== this.#token) {
      // It was renewed meanwhile.
      this.#owner.reconnecting();
      this.open();
    } else if (code === CLOSE.tokenInvalid && this.#renewing !== null && this.#renewal === "untried") {
      this.#renewal = "tried";
      void this.#renewed(this.#renewing, reason);
    } else if (mayReconnect(code)) {
      const random = (this.#options.random ?? Math.random)();
      // Only the first time: a room that moves on and on is no better than one that fails.
      if (isMoved(code, reason) && this.#attempt === 0) this.#reconnectAfter(delayWhenMoved(random));
      else if (code === CLOSE.rateLimited) this.#reconnectAfter(Math.max(delayIn(reason), this.#backOff(random)));
      else this.#reconnectAfter(this.#backOff(random));
    } else {
      this.#end(endingOf(code), reason);
    }
  }

  #backOff(random: number): number {
    return delayBefore(this.#attempt, random);
  }

  #reconnectAfter(delayMs: number): void {
    this.#attempt += 1;
    this.#isBackingOff = true;
    this.#owner.reconnecting();
    this.later(delayMs, () => this.open());
  }

  async #renewed(renewing: Renewing, reason: string): Promise<void> {
    this.#owner.reconnecting();
    try {
      await renewing.now();
    } catch (error) {
      if (this.#isOver) return;
      if (isPassing(error)) {
        this.#renewal = "untried";
        this.#reconnectAfter(this.#backOff((this.#options.random ?? Math.random)()));
      } else this.#end("token_invalid", reason);
      return;
    }
    this.open();
  }

  #end(ending: Ending, reason: string): void {
    this.#isOver = true;
    this.#renewing?.stop();
    this.#clearTimers();
    this.#owner.ended(ending, reason);
  }

  #clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
