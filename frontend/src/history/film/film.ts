/** The film that a person has made of a lesson: one at a time, and they may look at something else meanwhile. */

import { signal } from "@preact/signals";
import { t } from "../../language/language.ts";
import { wordsFor } from "../../language/words_of_errors.ts";
import { ApiRefusal } from "../../client/rest/http.ts";
import type { Replay } from "../replay/replay.ts";
import type { Part } from "../replay/who.ts";
import { formatsHere, MEDIA_TYPES, type FilmFormat } from "./formats.ts";
import { newFile, type FilmFile } from "./kept_file.ts";
import { makeFilm, type FilmChoice } from "./making.ts";
import { lengthOf, partsOf } from "./reel.ts";

/** Before each time that something is asked for again. */
const WAITS_MS = [1_000, 4_000, 15_000, 60_000] as const;

export type FilmState = "none" | "making" | "made" | "failed";

export class Film {
  readonly state = signal<FilmState>("none");
  /** How much of it is done, 0 to 1. */
  readonly share = signal(0);
  readonly error = signal<string | null>(null);
  /** What can be made here; null until that is known. */
  readonly formats = signal<readonly FilmFormat[] | null>(null);
  readonly #replay: Replay;
  readonly #image: (asset: string) => Promise<Blob>;
  #making: AbortController | null = null;

  constructor(replay: Replay, image: (asset: string) => Promise<Blob>) {
    this.#replay = replay;
    this.#image = image;
  }

  /** From the first to the last that was recorded, in room time. */
  get span(): Part {
    const { takes } = this.#replay;
    return [Math.min(...takes.map(({ begin }) => begin)), Math.max(...takes.map(({ end }) => end))];
  }

  /** Whether faces or screens were recorded. */
  get hasPictures(): boolean {
    return this.#replay.takes.some(({ kind }) => kind !== "audio");
  }

  get title(): string {
    return this.#replay.title;
  }

  /** How long a film of a span is: long pauses are passed over. */
  lengthOf(span: Part): number {
    return lengthOf(partsOf(span, this.#busy()));
  }

  async look(height: number): Promise<void> {
    this.formats.value = await formatsHere(height);
  }

  /** @param name of the file, without its ending. */
  async make(choice: FilmChoice, name: string): Promise<void> {
    const { kind } = choice.format;
    const making = new AbortController();
    this.#making = making;
    this.error.value = null;
    let file: FilmFile | null = null;
    const stay = (event: BeforeUnloadEvent): void => event.preventDefault();
    try {
      file = await newFile(`${name}.${kind}`, MEDIA_TYPES[kind]);
      this.share.value = 0;
      this.state.value = "making";
      window.addEventListener("beforeunload", stay);
      await makeFilm(
        {
          changes: this.#replay.changes.apart(),
          takes: this.#replay.takes,
          names: new Map(this.#replay.who.map((person) => [person.userId, person.name])),
          media: (takeId) => patiently(() => this.#replay.media(takeId)),
          image: (asset) => patiently(() => this.#image(asset)),
        },
        choice,
        file.write,
        {
          signal: making.signal,
          onProgress: (share) => {
            this.share.value = share;
          },
        },
      );
      await file.keep();
      this.state.value = "made";
    } catch (caught) {
      await file?.discard().catch(() => undefined);
      const isCancelled = caught instanceof DOMException && caught.name === "AbortError";
      this.state.value = isCancelled ? "none" : "failed";
      if (!isCancelled) this.error.value = wordsOf(caught);
    } finally {
      window.removeEventListener("beforeunload", stay);
      this.#making = null;
    }
  }

  cancel(): void {
    this.#making?.abort();
  }

  #busy(): readonly Part[] {
    const { changes, takes } = this.#replay;
    return [...changes.parts, ...takes.map(({ begin, end }): Part => [begin, end])];
  }
}

function wordsOf(caught: unknown): string {
  if (caught instanceof DOMException && caught.name === "QuotaExceededError") return t("film.full");
  // What is fetched fails like that, where there is no network.
  if (caught instanceof ApiRefusal || caught instanceof TypeError) return wordsFor(caught);
  return t("film.broken", { what: caught instanceof Error ? caught.message : String(caught) });
}

/** Asks again where nothing gets through: a moment without a network does not end what took an hour. */
async function patiently<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (const waitMs of WAITS_MS) {
    try {
      return await ask();
    } catch (caught) {
      if (!(caught instanceof TypeError)) throw caught;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  return ask();
}
