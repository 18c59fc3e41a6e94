/** What was recorded, played in step with the clock. A take is fetched only around the present moment. */

import type { TakeKind } from "../../client/rest/recording_api.ts";
import { correction } from "./following_clock.ts";

/** A take that can be played, in room time. */
export interface Playable {
  readonly takeId: string;
  readonly userId: number;
  readonly kind: TakeKind;
  readonly begin: number;
  readonly end: number;
}

interface Playing {
  readonly player: HTMLMediaElement;
  url: string | null;
  hasFailed: boolean;
}

/** Sound faster than that is a noise. */
const FASTEST = 2;
const FETCH_AHEAD_MS = 10_000;
const LET_GO_AFTER_MS = 60_000;

export class Voices {
  readonly #takes: readonly Playable[];
  readonly #fetch: (takeId: string) => Promise<Blob>;
  readonly #make: (kind: TakeKind) => HTMLMediaElement;
  readonly #playing = new Map<string, Playing>();
  readonly #onFault: (take: Playable) => void;

  constructor(
    takes: readonly Playable[],
    options: {
      readonly fetch: (takeId: string) => Promise<Blob>;
      readonly make: (kind: TakeKind) => HTMLMediaElement;
      readonly onFault: (take: Playable) => void;
    },
  ) {
    this.#takes = takes;
    this.#fetch = options.fetch;
    this.#make = options.make;
    this.#onFault = options.onFault;
  }

  dispose(): void {
    for (const takeId of [...this.#playing.keys()]) this.#letGo(takeId);
  }

  /** Whether all voices that sound at a moment are there; pictures are not waited for. */
  isThere(ms: number, speed: number): boolean {
    if (speed > FASTEST) return true;
    return this.#takes.every((take) => {
      if (take.kind !== "audio" || ms < take.begin || ms >= take.end) return true;
      const playing = this.#playing.get(take.takeId);
      // HAVE_CURRENT_DATA: the moment itself can be played.
      return playing?.hasFailed === true || (playing !== undefined && !playing.player.seeking && playing.player.readyState >= 2);
    });
  }

  /** The pictures that there are at a moment. */
  picturesAt(ms: number): readonly { readonly take: Playable; readonly player: HTMLMediaElement }[] {
    return this.#takes
      .filter(({ kind, begin, end }) => kind !== "audio" && ms >= begin && ms < end)
      .flatMap((take) => {
        const playing = this.#playing.get(take.takeId);
        return playing === undefined || playing.hasFailed ? [] : [{ take, player: playing.player }];
      });
  }

  /**
   * Holds all takes to a moment.
   *
   * @param isRunning whether the clock runs.
   * @param muted those who are not to be heard.
   */
  follow(ms: number, options: { readonly isRunning: boolean; readonly speed: number; readonly muted: ReadonlySet<number> }): void {
    const { speed } = options;
    for (const take of this.#takes) {
      const isNear = ms >= take.begin - FETCH_AHEAD_MS * speed && ms < take.end;
      if (isNear && !this.#playing.has(take.takeId)) this.#begin(take);
      const isFar = ms < take.begin - FETCH_AHEAD_MS * speed - LET_GO_AFTER_MS || ms > take.end + LET_GO_AFTER_MS;
      if (isFar) this.#letGo(take.takeId);
      const playing = this.#playing.get(take.takeId);
      if (playing !== undefined && playing.url !== null) this.#hold(take, playing.player, ms, options);
    }
  }

  #hold(
    take: Playable,
    player: HTMLMediaElement,
    ms: number,
    { isRunning, speed, muted }: { readonly isRunning: boolean; readonly speed: number; readonly muted: ReadonlySet<number> },
  ): void {
    const wanted = (ms - take.begin) / 1_000;
    const isIn = ms >= take.begin && ms < take.end;
    const isSilent = take.kind === "audio" && speed > FASTEST;
    player.muted = take.kind !== "audio" || muted.has(take.userId);
    if (!isIn || !isRunning || isSilent) {
      if (!player.paused) player.pause();
      // Where it is looked at, and where it will begin.
      const place = Math.max(0, wanted);
      if (isIn && !player.seeking && Math.abs(player.currentTime - place) > 0.05) player.currentTime = place;
      return;
    }
    const { jumps, rate } = correction((player.currentTime - wanted) * 1_000, speed);
    if (jumps && !player.seeking) player.currentTime = wanted;
    if (player.playbackRate !== rate) player.playbackRate = rate;
    if (player.paused && !player.ended) player.play().catch(() => undefined);
  }

  #begin(take: Playable): void {
    const player = this.#make(take.kind);
    player.preservesPitch = true;
    const playing: Playing = { player, url: null, hasFailed: false };
    this.#playing.set(take.takeId, playing);
    const failed = (): void => {
      if (playing.hasFailed || this.#playing.get(take.takeId) !== playing) return;
      playing.hasFailed = true;
      this.#onFault(take);
    };
    player.onerror = failed;
    this.#fetch(take.takeId).then((blob) => {
      if (this.#playing.get(take.takeId) !== playing) return;
      playing.url = URL.createObjectURL(blob);
      player.src = playing.url;
    }, failed);
  }

  #letGo(takeId: string): void {
    const playing = this.#playing.get(takeId);
    if (playing === undefined) return;
    this.#playing.delete(takeId);
    playing.player.pause();
    playing.player.onerror = null;
    playing.player.removeAttribute("src");
    if (playing.url !== null) URL.revokeObjectURL(playing.url);
  }
}
