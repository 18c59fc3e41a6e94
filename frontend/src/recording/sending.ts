/**
 * Sends what is recorded, while the lesson runs and after it: one chunk at a time, in order, voices before
 * pictures and the oldest take first. Offline, and while the server is down, it waits (RC-11).
 */

import { signal } from "@preact/signals";
import { ApiRefusal } from "../client/rest/http.ts";
import type { RecordingApi } from "../client/rest/recording_api.ts";
import { randomId } from "../client/random_id.ts";
import type { KeptTake, TakeStore } from "./kept_takes.ts";

/** What of the API is needed. */
export type TakeApi = Pick<RecordingApi, "openTake" | "sendChunk" | "closeTake">;

export interface SendingOptions {
  readonly store: TakeStore;
  /** The API in somebody's name; of a take that is open nobody's is needed. */
  readonly api: (token: string | null) => TakeApi;
  /** Whether a take is this page's to send, from now on: two would only do it twice. */
  readonly own: (take: string) => Promise<boolean>;
  /** Waits, or until it may be worth to try again. */
  readonly wait: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** Why nothing more of a take is sent: the server took no more, or there was no room here. */
export type GivenUp = { readonly kind: KeptTake["kind"]; readonly error: ApiRefusal | null };

interface Entry {
  take: KeptTake;
  /** The number of the chunk that is sent next, and how many there are by now. */
  next: number;
  count: number;
  isDone: boolean;
  /** Bytes that wait. */
  size: number;
  /** To open it with; null where it is another page's that is gone. */
  readonly token: (() => string | null) | null;
  readonly onGivenUp: (what: GivenUp) => void;
  /** What is being written to the store. */
  written: Promise<void>;
}

/** A server takes more; a page that stood still for long hands over a lot at once. */
const PIECE_BYTES = 1 << 20;
/** Past that pictures are let go of, and then voices. */
export const MOST_WAITING_BYTES = 200 * (1 << 20);
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
/** What passes: the token is being renewed, the server is busy or starts anew. */
const PASSING: ReadonlySet<number> = new Set([401, 408, 425, 429]);

export class Sending {
  /** How much is waiting, in bytes, and since when something is: by `Date.now()`, null where nothing is. */
  readonly waiting = signal<{ readonly bytes: number; readonly since: number | null }>({ bytes: 0, since: null });

  readonly #options: SendingOptions;
  #entries: readonly Entry[] = [];
  #isRunning = false;
  #attempt = 0;

  constructor(options: SendingOptions) {
    this.#options = options;
  }

  /** Begins a take: it is opened at the server as soon as that can be reached. Returns its name here. */
  begin(
    take: Pick<KeptTake, "sessionId" | "kind" | "mediaType">,
    token: () => string | null,
    onGivenUp: (what: GivenUp) => void,
  ): string {
    const id = randomId();
    const kept: KeptTake = { ...take, id, begunAt: Date.now(), opened: null };
    const entry = { take: kept, next: 0, count: 0, isDone: false, size: 0, token, onGivenUp, written: Promise.resolve() };
    void this.#options.own(id);
    this.#keep(entry, () => this.#options.store.putTake(kept));
    this.#entries = [...this.#entries, entry];
    void this.#run();
    return id;
  }

  /** Adds what came. @param at the room time of its end. */
  async add(id: string, at: number, bytes: Blob): Promise<void> {
    const entry = this.#entryOf(id);
    if (entry === null) return;
    entry.size += bytes.size;
    this.#count();
    this.#keep(entry, async () => {
      const content = await bytes.arrayBuffer();
      if (this.#entryOf(id) === null) return;
      for (let from = 0; from < content.byteLength; from += PIECE_BYTES) {
        const piece = content.slice(from, from + PIECE_BYTES);
        await this.#options.store.putChunk({ take: id, n: entry.count, at, bytes: piece });
        entry.count += 1;
      }
    });
    await entry.written;
    this.#makeRoom();
    await this.#run();
  }

  /** Says that nothing more comes of a take. */
  async done(id: string): Promise<void> {
    const entry = this.#entryOf(id);
    if (entry === null) return;
    await entry.written;
    entry.isDone = true;
    await this.#run();
  }

  /** Sends what pages of before left, where none that is open sends it. */
  async takeUpLeft(): Promise<void> {
    const { store, own } = this.#options;
    for (const take of await store.takes()) {
      if (this.#entryOf(take.id) !== null || !(await own(take.id))) continue;
      const chunks = await store.numbers(take.id);
      if (take.opened === null) {
        // It was nobody's yet, and whoever begins one now begins a new one.
        await store.dropTake(take.id);
        continue;
      }
      const entry: Entry = {
        take,
        next: chunks[0]?.n ?? 0,
        count: (chunks.at(-1)?.n ?? -1) + 1,
        isDone: true,
        size: chunks.reduce((sum, { size }) => sum + size, 0),
        token: null,
        onGivenUp: () => undefined,
        written: Promise.resolve(),
      };
      this.#entries = [...this.#entries, entry];
    }
    this.#count();
    await this.#run();
  }

  #entryOf(id: string): Entry | null {
    return this.#entries.find(({ take }) => take.id === id) ?? null;
  }

  #keep(entry: Entry, write: () => Promise<void>): void {
    entry.written = entry.written.then(write).catch(() => undefined);
  }

  /** One at a time, until there is nothing that can be sent now. */
  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let entry = this.#first(); entry !== null; entry = this.#first()) {
        try {
          await this.#step(entry);
          this.#attempt = 0;
        } catch (error) {
          if (isPassing(error)) await this.#backOff(error);
          else await this.#giveUp(entry, error instanceof ApiRefusal ? error : null);
        }
      }
    } finally {
      this.#isRunning = false;
    }
  }

  #first(): Entry | null {
    const ready = this.#entries.filter(({ take, next, count, isDone }) => take.opened === null || next < count || isDone);
    return ready.sort((a, b) => rank(a) - rank(b) || a.take.begunAt - b.take.begunAt)[0] ?? null;
  }

  async #step(entry: Entry): Promise<void> {
    const { store, api } = this.#options;
    const { take } = entry;
    if (take.opened === null) {
      const { take_id, key } = await api(entry.token?.() ?? null).openTake(take.sessionId, take.kind, take.mediaType);
      entry.take = { ...take, opened: { take_id, key } };
      await store.putTake(entry.take);
    } else if (entry.next < entry.count) {
      const chunk = await store.chunk(take.id, entry.next);
      if (chunk === null) throw new Error("a chunk is gone");
      const next = await api(null).sendChunk(take.opened, chunk.n, chunk.at, chunk.bytes);
      if (next <= entry.next) throw new Error("the server has less than it had");
      entry.next = next;
      entry.size = Math.max(0, entry.size - chunk.bytes.byteLength);
      this.#count();
      // The last one stays: sent again, it says to whoever comes after a reload how many there are.
      await store.dropChunks(take.id, next - 1);
    } else {
      await api(null).closeTake(take.opened, entry.next);
      await this.#forget(entry);
    }
  }

  async #backOff(error: unknown): Promise<void> {
    const least = error instanceof ApiRefusal ? (error.error.retry_after_ms ?? 0) : 0;
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    const random = (this.#options.random ?? Math.random)();
    await this.#options.wait(Math.max(least, delay * (0.5 + random / 2)));
  }

  /** What is there stays, and can be heard. */
  async #giveUp(entry: Entry, error: ApiRefusal | null): Promise<void> {
    const { opened, kind } = entry.take;
    await this.#forget(entry);
    entry.onGivenUp({ kind, error });
    // It was closed, or nobody knows it: there is nothing more to be done.
    if (opened !== null) await this.#options.api(null).closeTake(opened, entry.next).catch(() => undefined);
  }

  async #forget(entry: Entry): Promise<void> {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#count();
    await this.#options.store.dropTake(entry.take.id);
    await this.#options.store.takes();
  }

  /** Lets go of pictures, and then of voices, the newest first. */
  #makeRoom(): void {
    while (this.waiting.value.bytes > MOST_WAITING_BYTES) {
      const last = [...this.#entries].filter(({ size }) => size > 0).sort((a, b) => rank(b) - rank(a) || b.take.begunAt - a.take.begunAt)[0];
      if (last === undefined) return;
      void this.#giveUp(last, null);
    }
  }

  #count(): void {
    const bytes = this.#entries.reduce((sum, { size }) => sum + size, 0);
    this.waiting.value = { bytes, since: bytes === 0 ? null : (this.waiting.value.since ?? Date.now()) };
  }
}

function rank({ take }: Entry): number {
  return take.kind === "audio" ? 0 : 1;
}

/** Not reached, or what will be otherwise in a moment. */
function isPassing(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof ApiRefusal && (PASSING.has(error.status) || error.status >= 500));
}
