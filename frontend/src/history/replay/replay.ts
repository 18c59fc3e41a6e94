/** A lesson again, by its own time: the board as it was drawn, and what was said meanwhile. */

import { batch, computed, signal } from "@preact/signals";
import type { SessionSummary } from "../../client/rest/rest.ts";
import type { ListedRecording, ListedTake, RecordedSeat, RecordingApi } from "../../client/rest/recording_api.ts";
import { saveFile } from "../../browser/save_file.ts";
import type { Course } from "../course.ts";
import type { Shown } from "../shown.ts";
import { Changes } from "./changes.ts";
import { mayKeep } from "./keeping.ts";
import { PlayingClock } from "./playing_clock.ts";
import { Voices, type Playable } from "./voices.ts";
import { spanOf, whoIsHeard, type Heard, type Part } from "./who.ts";

export const REPLAY_SPEEDS = [1, 1.25, 1.5, 2, 4, 8, 16] as const;
const LOOK_EVERY_MS = 100;
/** While nobody is recorded and nothing drawn, nobody waits for longer than this. */
const LONGEST_PAUSE_MS = 3_000;
/** So long before something goes on after a jump. */
const RUN_UP_MS = 1_000;
/** As many takes are sealed at a time. */
const AT_ONCE = 3;

export class Replay {
  /** The moment, in room time, as it is shown; and from when to when there is something. */
  readonly now = signal(0);
  readonly span: Part;
  readonly isPlaying = signal(false);
  /** A voice that should be heard is on its way. */
  readonly isWaiting = signal(false);
  readonly speed = signal<number>(1);
  /** Whom the person does not want to hear. */
  readonly muted = signal<ReadonlySet<number>>(new Set());
  /** Takes that could not be had. */
  readonly faults = signal<readonly Playable[]>([]);
  readonly pictures = signal<readonly { readonly take: Playable; readonly player: HTMLMediaElement }[]>([]);
  readonly areFacesShown = signal(true);
  readonly who: readonly Heard[];
  /** Whose files are being fetched, to be kept. */
  readonly keeping = signal<ReadonlySet<number>>(new Set());
  /** Whether the person may keep voices as files. */
  readonly mayKeep: boolean;
  readonly elapsed = computed(() => this.now.value - this.span[0]);

  readonly title: string;
  readonly changes: Changes;
  readonly takes: readonly Playable[];

  readonly #course: Shown;
  readonly #api: Pick<RecordingApi, "media">;
  readonly #begins: readonly number[];
  readonly #voices: Voices;
  readonly #clock = new PlayingClock(() => performance.now());
  #timer: ReturnType<typeof setInterval> | null = null;
  #frame = 0;
  #shown = -1;

  constructor(
    course: Shown,
    api: Pick<RecordingApi, "media">,
    found: {
      readonly changes: Changes;
      readonly takes: readonly ListedTake[];
      readonly recordings: readonly ListedRecording[];
      readonly seats: readonly RecordedSeat[];
      /** The lesson on its server; absent in a pack, where everything is a file already. */
      readonly session?: SessionSummary | null;
    },
  ) {
    this.#course = course;
    this.#api = api;
    this.mayKeep = mayKeep(found.session ?? null);
    this.title = found.session?.title ?? "";
    this.changes = found.changes;
    this.who = whoIsHeard(found.takes, found.seats, found.recordings);
    this.takes = found.takes.flatMap((take): Playable[] => {
      const span = take.state === "erased" ? null : spanOf(take);
      return span === null ? [] : [{ takeId: take.take_id, userId: take.user_id, kind: take.kind, begin: span[0], end: span[1] }];
    });
    this.#begins = this.takes.map(({ begin }) => begin).sort((a, b) => a - b);
    const spans = [...(found.changes.span ? [found.changes.span] : []), ...this.takes.map(({ begin, end }): Part => [begin, end])];
    const started = found.recordings.map((recording) => Date.parse(recording.started_at));
    this.span = [Math.min(...spans.map(([begin]) => begin), ...started), Math.max(...spans.map(([, end]) => end), ...started)];
    this.#voices = new Voices(this.takes, {
      fetch: (takeId) => api.media(takeId),
      make: (kind) => document.createElement(kind === "audio" ? "audio" : "video"),
      onFault: (take) => {
        this.faults.value = [...this.faults.value, take];
      },
    });
    // The newest board is what one sees first, as in any history.
    this.#clock.seek(this.span[1]);
    this.now.value = this.span[1];
  }

  dispose(): void {
    this.pause();
    this.#voices.dispose();
  }

  play(): void {
    if (this.#clock.ms >= this.span[1]) this.#clock.seek(this.takes.length > 0 ? Math.max(this.span[0], this.#begins[0]! - RUN_UP_MS) : this.span[0]);
    this.isPlaying.value = true;
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#look();
    this.#draw();
  }

  pause(): void {
    this.isPlaying.value = false;
    this.isWaiting.value = false;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    cancelAnimationFrame(this.#frame);
    this.#clock.run(false);
    this.#hold(false);
  }

  seek(ms: number): void {
    this.#clock.seek(Math.min(this.span[1], Math.max(this.span[0], ms)));
    this.#show();
    if (this.isPlaying.value) this.#look();
    else this.#hold(false);
  }

  setSpeed(speed: number): void {
    this.speed.value = speed;
    this.#clock.speed = speed;
    if (this.isPlaying.value) this.#look();
  }

  mute(userId: number, isMuted: boolean): void {
    const muted = new Set(this.muted.value);
    if (isMuted) muted.add(userId);
    else muted.delete(userId);
    this.muted.value = muted;
    this.#hold(this.isPlaying.value && !this.isWaiting.value);
  }

  /** Whether they may have a film of it, which holds all voices. */
  get mayFilm(): boolean {
    return this.mayKeep && this.takes.length > 0;
  }

  /** What was recorded, for a file that the person keeps. */
  media(takeId: string): Promise<Blob> {
    return this.#api.media(takeId, true);
  }

  /**
   * Has the browser keep all files of somebody; what cannot be fetched is among the faults.
   *
   * @param nameOf what a file is to be called, of the lesson's title and all takes.
   */
  async keep(userId: number, nameOf: (take: Playable, takes: readonly Playable[], title: string) => string): Promise<void> {
    if (this.keeping.value.has(userId)) return;
    this.keeping.value = new Set([...this.keeping.value, userId]);
    for (const take of this.takes.filter((each) => each.userId === userId)) {
      try {
        const file = await this.media(take.takeId);
        saveFile(file, nameOf(take, this.takes, this.title));
      } catch {
        this.faults.value = [...this.faults.value, take];
      }
    }
    this.keeping.value = new Set([...this.keeping.value].filter((other) => other !== userId));
  }

  /** Holds the clock still while something that should sound is not there, and passes over what is empty. */
  #look(): void {
    this.#jump();
    const ms = this.#clock.ms;
    if (ms >= this.span[1]) {
      this.pause();
      this.seek(this.span[1]);
      return;
    }
    const isThere = this.#voices.isThere(ms, this.speed.value);
    this.isWaiting.value = !isThere;
    this.#clock.run(isThere);
    this.#hold(isThere);
  }

  #jump(): void {
    const ms = this.#clock.ms;
    if (this.takes.some(({ begin, end }) => ms >= begin && ms < end)) return;
    const nexts = [this.changes.nextAfter(ms), this.#begins.find((begin) => begin > ms)].filter((next) => next != null);
    const next = nexts.length === 0 ? this.span[1] : Math.min(...nexts);
    // What is being drawn just now has begun already, and is waited for.
    if (next - ms > LONGEST_PAUSE_MS && this.changes.at(ms) === this.changes.wholeAt(ms)) this.#clock.seek(next - RUN_UP_MS);
  }

  #hold(isRunning: boolean): void {
    const ms = this.#clock.ms;
    this.#voices.follow(ms, { isRunning, speed: this.speed.value, muted: this.muted.value });
    const pictures = this.#voices.picturesAt(ms);
    const before = this.pictures.value;
    if (pictures.length !== before.length || pictures.some(({ player }, n) => before[n]!.player !== player)) this.pictures.value = pictures;
  }

  #draw(): void {
    this.#frame = requestAnimationFrame(() => {
      if (!this.isPlaying.value) return;
      this.#show();
      this.#draw();
    });
  }

  #show(): void {
    const ms = this.#clock.ms;
    // The end is the end of everything, and not only of what was drawn.
    const seq = ms >= this.span[1] ? this.#course.head.value : this.changes.seqAt(ms);
    const board = this.changes.at(ms);
    batch(() => {
      this.now.value = ms;
      if (board !== this.#course.board.value) this.#course.showMoment(board, seq, seq !== this.#shown);
    });
    this.#shown = seq;
  }
}

/** The replay of a session; null where nothing of it was recorded that the person may hear. */
export async function replayOf(course: Course, api: RecordingApi, sessionId: string): Promise<Replay | null> {
  const { items, takes } = await api.recordings(sessionId);
  if (items.length === 0) return null;
  const [changes, seats, sealed] = await Promise.all([api.changes(sessionId), api.seats(sessionId), allSealed(api, takes)]);
  const all = changes.map(({ seq, at, user_id: author, ops }) => ({ seq, at: Date.parse(at), author: author ?? 0, ops }));
  return new Replay(course, api, { changes: new Changes(all), takes: sealed, recordings: items, seats, session: course.session.value });
}

/** Has what nobody listened to yet sealed; what cannot be is shown as it is. */
async function allSealed(api: RecordingApi, takes: readonly ListedTake[]): Promise<readonly ListedTake[]> {
  const sealed = [...takes];
  const due = [...takes.entries()].filter(([, { state }]) => state === "open" || state === "closed");
  const work = async (): Promise<void> => {
    for (let next = due.shift(); next !== undefined; next = due.shift()) {
      const [at, take] = next;
      sealed[at] = await api.take(take.take_id).catch(() => take);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return sealed;
}
