/** The course of a lesson: its events, and its board after any of them. */

import { batch, signal } from "@preact/signals";
import { boardOf, EMPTY_BOARD, type Board } from "../client/replica/board.ts";
import { type ClassroomApi, type SessionSummary, type TimelineEntry } from "../client/rest/rest.ts";
import type { Moment } from "../browser/address.ts";
import { wordsFor } from "../language/words_of_errors.ts";
import { Hand } from "./hand.ts";
import { boardAt, restore, timeline } from "./past_calls.ts";
import { kindOf, Shown } from "./shown.ts";

export const SPEEDS = [1, 2, 4, 8, 16] as const;
/** A pause in the lesson is not waited out. */
const LONGEST_PAUSE_MS = 1_500;
const REMEMBERED_BOARDS = 60;
/** The slider may be on its way: only where it rests is the board fetched. */
const REST_MS = 80;

/** What comes next while the course is played. */
interface Step {
  readonly version: number;
  readonly hand: Hand;
  /** What passed in the lesson before the hand went on. */
  readonly pauseMs: number;
  elapsedMs: number;
}

export class Course extends Shown {
  readonly session = signal<SessionSummary | null>(null);
  readonly isPlaying = signal(false);
  readonly speed = signal<number>(SPEEDS[0]);
  readonly error = signal<string | null>(null);

  readonly #api: ClassroomApi;
  readonly #id: string;
  readonly #boards = new Map<number, Board>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #step: Step | null = null;
  #frame = 0;

  constructor(api: ClassroomApi, sessionId: string) {
    super();
    this.#api = api;
    this.#id = sessionId;
  }

  /** @param moment what is shown first; the end where it names nothing that there is. */
  load(moment?: Moment): Promise<void> {
    return this.#attempt(async () => {
      this.session.value = await this.#api.session(this.#id);
      const events: TimelineEntry[] = [];
      for (let after: number | null = 0; after !== null; ) {
        const page = await timeline(this.#api, this.#id, after);
        events.push(...page.items);
        after = page.next_after;
      }
      this.events.value = events;
      const version = moment?.version ?? this.head.value;
      await this.#show(Math.min(version, this.head.value));
      if (this.board.value.pages.some(({ id }) => id === moment?.page)) this.page.value = moment?.page ?? null;
      this.sought.value = moment?.element || null;
    });
  }

  dispose(): void {
    this.pause();
  }

  goTo(version: number): void {
    this.pause();
    this.sought.value = null;
    this.version.value = version;
    this.#timer = setTimeout(() => void this.#attempt(() => this.#show(version)), REST_MS);
  }

  play(): void {
    if (this.version.value >= this.head.value) {
      batch(() => {
        this.version.value = 0;
        this.shownVersion.value = 0;
        this.board.value = EMPTY_BOARD;
      });
    }
    this.isPlaying.value = true;
    void this.#attempt(() => this.#goOn());
  }

  /** Stops; a stroke that is being drawn is finished. */
  pause(): void {
    this.isPlaying.value = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    cancelAnimationFrame(this.#frame);
    if (this.#step !== null) this.#finish(this.#step);
  }

  /** Makes the lesson's board what is shown. Whether it did. */
  async restore(): Promise<boolean> {
    let isDone = false;
    await this.#attempt(async () => {
      await restore(this.#api, this.#id, this.shownVersion.value);
      isDone = true;
    });
    return isDone;
  }

  /** Whether others who were there may look at this once the lesson is over. */
  share(isOn: boolean): Promise<void> {
    return this.#attempt(async () => {
      const settings = { history_policy: isOn ? "all" : "host_only" } as const;
      this.session.value = await this.#api.changeSettings(this.#id, settings);
    });
  }

  /** Goes on to the next change of the board, at the pace of those who drew. */
  async #goOn(): Promise<void> {
    const drawn = this.events.value.filter((event) => kindOf(event) === "board");
    const at = drawn.findIndex(({ seq }) => seq > this.version.value);
    const next = drawn[at];
    if (next === undefined) {
      this.pause();
      return;
    }
    const hand = new Hand(this.board.value, await this.#boardAt(next.seq));
    if (!this.isPlaying.value) return;
    const previous = drawn[at - 1];
    const passedMs = previous ? Date.parse(next.at) - Date.parse(previous.at) : 0;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(0, passedMs - hand.durationMs));
    this.#step = { version: next.seq, hand, pauseMs, elapsedMs: 0 };
    this.turn(this.board.value, hand.boardAfter(Infinity));
    const following = drawn[at + 1];
    // What fails now is told when it is wanted.
    if (following !== undefined) void this.#boardAt(following.seq).catch(() => undefined);
    this.#draw(this.#step, performance.now());
  }

  #draw(step: Step, lastMs: number): void {
    this.#frame = requestAnimationFrame((nowMs) => {
      step.elapsedMs += Math.max(0, nowMs - lastMs) * this.speed.value;
      const drawnMs = step.elapsedMs - step.pauseMs;
      if (drawnMs < step.hand.durationMs) {
        if (drawnMs > 0) this.board.value = step.hand.boardAfter(drawnMs);
        this.#draw(step, nowMs);
      } else {
        this.#finish(step);
        void this.#attempt(() => this.#goOn());
      }
    });
  }

  #finish(step: Step): void {
    this.#step = null;
    batch(() => {
      this.version.value = step.version;
      this.board.value = step.hand.boardAfter(Infinity);
      this.shownVersion.value = step.version;
    });
  }

  async #show(version: number): Promise<void> {
    if (version === 0) return;
    const board = await this.#boardAt(version);
    batch(() => {
      // The first one that is shown is the whole of it: one begins to read at the first page.
      if (this.shownVersion.value !== 0) this.turn(this.board.value, board);
      this.version.value = version;
      this.board.value = board;
      this.shownVersion.value = version;
    });
  }

  async #boardAt(version: number): Promise<Board> {
    let board = this.#boards.get(version);
    if (board === undefined) {
      board = boardOf(await boardAt(this.#api, this.#id, version));
      this.#boards.set(version, board);
      const [oldest] = this.#boards.keys();
      if (this.#boards.size > REMEMBERED_BOARDS && oldest !== undefined) this.#boards.delete(oldest);
    }
    return board;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      this.error.value = null;
      await work();
    } catch (caught) {
      this.pause();
      this.error.value = wordsFor(caught);
    }
  }
}
