/** Making a film of a lesson: window by window, each decoded, summed, drawn, encoded and written before the next. */

import {
  AudioSample,
  AudioSampleSource,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  type StreamTargetChunk,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
} from "mediabunny";
import { EMPTY_BOARD, type Board } from "../../client/replica/board.ts";
import type { Id } from "../../client/wire.ts";
import type { Changes } from "../replay/changes.ts";
import type { Playable } from "../replay/voices.ts";
import type { Part } from "../replay/who.ts";
import { pageChanged } from "../turning.ts";
import { BoardPainter } from "./picture/board_painter.tsx";
import { pictureBits, VOICE_BITS, type FilmFormat } from "./formats.ts";
import { nextFrame } from "./frame_times.ts";
import { Materials } from "./picture/materials.ts";
import { Mix, RATE } from "./sound/mixing.ts";
import { Faces } from "./picture/faces.ts";
import { layoutOf, type Layout } from "./picture/layout.ts";
import { namesShown } from "./picture/names.ts";
import { lengthOf, partsOf, windowsOf, type Window } from "./reel.ts";
import { TakeSound, type Turn } from "./sound/take_sound.ts";

/** So much of the file is gathered before it is written. */
const WRITTEN_BYTES = 1 << 20;
const KEY_FRAME_S = 10;

type Write = (data: Uint8Array<ArrayBuffer>, position: number) => Promise<void>;

export interface FilmSource {
  readonly changes: Changes;
  readonly takes: readonly Playable[];
  readonly names: ReadonlyMap<number, string>;
  readonly media: (takeId: string) => Promise<Blob>;
  readonly image: (asset: string) => Promise<Blob>;
}

export interface FilmChoice {
  readonly format: FilmFormat;
  /** Room time. */
  readonly span: Part;
  readonly height: number;
  /** Whether it says who speaks. */
  readonly hasNames: boolean;
  /** Whether faces and screens are seen. */
  readonly hasFaces: boolean;
}

/**
 * Makes a film and writes it, piece by piece.
 *
 * Nothing in it waits for a frame of the screen or for a timer, which a page that nobody looks at does not get.
 *
 * @param onProgress told how much is done, 0 to 1.
 * @param write puts bytes where they belong in the file.
 * @throws DOMException `AbortError`: it was cancelled. What is written by then is no film, nor after any other fault.
 */
export async function makeFilm(
  source: FilmSource,
  choice: FilmChoice,
  write: Write,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (share: number) => void },
): Promise<void> {
  const film = new Making(source, choice, write);
  try {
    await film.make(signal, onProgress);
  } catch (caught) {
    await film.cancel().catch(() => undefined);
    throw caught;
  } finally {
    await film.dispose();
  }
}

class Making {
  readonly #source: FilmSource;
  readonly #choice: FilmChoice;
  readonly #output: Output;
  readonly #video: VideoSampleSource;
  readonly #audio: AudioSampleSource;
  readonly #materials: Materials;
  readonly #painter: BoardPainter;
  readonly #context: CanvasRenderingContext2D;
  readonly #layout: Layout;
  readonly #faces: Faces;
  readonly #voices = new Map<Playable, TakeSound>();
  readonly #speaking = new Set<Playable>();
  #page: Id | null = null;
  #board: Board;
  /** When the next frame is due, in room time. */
  #dueMs = 0;

  constructor(source: FilmSource, choice: FilmChoice, write: Write) {
    this.#source = source;
    this.#choice = choice;
    const { format, height } = choice;
    const isWebm = format.kind === "webm";
    this.#output = new Output({
      format: isWebm ? new WebMOutputFormat() : new Mp4OutputFormat({ fastStart: false }),
      target: new StreamTarget(new WritableStream<StreamTargetChunk>({ write: ({ data, position }) => write(data, position) }), { chunked: true, chunkSize: WRITTEN_BYTES }),
    });
    this.#video = new VideoSampleSource({ codec: format.video, bitrate: pictureBits(height), keyFrameInterval: KEY_FRAME_S, contentHint: "text" });
    this.#audio = new AudioSampleSource({ codec: format.audio, bitrate: VOICE_BITS });
    this.#output.addVideoTrack(this.#video);
    this.#output.addAudioTrack(this.#audio);
    this.#materials = new Materials(source.image);
    this.#painter = new BoardPainter(this.#materials);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [(height * 16) / 9, height];
    this.#context = canvas.getContext("2d", { alpha: false })!;
    const pictured = choice.hasFaces ? source.takes : [];
    this.#layout = layoutOf(canvas.width, canvas.height, {
      hasNames: choice.hasNames,
      hasFaces: pictured.some(({ kind, begin, end }) => kind === "video" && begin < choice.span[1] && end > choice.span[0]),
    });
    this.#faces = new Faces(pictured, source.media);
    const [from] = choice.span;
    const last = source.changes.timeOf(source.changes.seqAt(from));
    const before = last === null ? EMPTY_BOARD : source.changes.wholeAt(last - 1);
    this.#board = source.changes.at(from);
    // Where the one who is shown was when the film begins.
    this.#page = pageChanged(before, this.#board);
  }

  async make(signal: AbortSignal, onProgress: (share: number) => void): Promise<void> {
    const { changes, takes } = this.#source;
    const parts = partsOf(this.#choice.span, [...changes.parts, ...takes.map(({ begin, end }): Part => [begin, end])]);
    const lengthMs = lengthOf(parts);
    await this.#output.start();
    for (const window of windowsOf(parts)) {
      signal.throwIfAborted();
      const turns = await this.#hear(window);
      await this.#see(window, turns, signal, (filmMs) => onProgress(filmMs / lengthMs));
    }
    await this.#output.finalize();
  }

  async cancel(): Promise<void> {
    await this.#output.cancel();
  }

  async dispose(): Promise<void> {
    this.#materials.dispose();
    await this.#faces.dispose();
    for (const voice of this.#voices.values()) await voice.dispose();
  }

  /** The sound of a window; told who begins to speak in it, and who stops. */
  async #hear(window: Window): Promise<readonly Turn[]> {
    const mix = new Mix(window.end - window.begin);
    const turns: Turn[] = [];
    for (const take of this.#source.takes) {
      if (take.kind !== "audio") continue;
      if (take.begin < window.end && take.end > window.begin) turns.push(...(await (await this.#voiceOf(take)).addTo(mix, window)));
      else if (this.#voices.has(take)) {
        await this.#voices.get(take)!.dispose();
        this.#voices.delete(take);
        this.#speaking.delete(take);
      }
    }
    const sample = new AudioSample({
      data: mix.sum,
      format: "f32-planar",
      numberOfChannels: 1,
      sampleRate: RATE,
      timestamp: window.filmMs / 1_000,
    });
    await this.#audio.add(sample);
    sample.close();
    return turns.sort((a, b) => a.atMs - b.atMs);
  }

  async #voiceOf(take: Playable): Promise<TakeSound> {
    let voice = this.#voices.get(take);
    if (voice === undefined) {
      voice = new TakeSound(take, await this.#source.media(take.takeId));
      this.#voices.set(take, voice);
    }
    return voice;
  }

  /** The frames of a window. */
  async #see({ begin, end, filmMs, part }: Window, turns: readonly Turn[], signal: AbortSignal, onProgress: (filmMs: number) => void): Promise<void> {
    const { changes } = this.#source;
    if (begin === part[0]) this.#dueMs = begin;
    const waiting = [...turns];
    while (this.#dueMs < end) {
      signal.throwIfAborted();
      const ms = this.#dueMs;
      while (waiting.length > 0 && waiting[0]!.atMs <= ms) this.#turn(waiting.shift()!);
      const board = changes.at(ms);
      this.#page = pageChanged(this.#board, board) ?? this.#page;
      this.#board = board;
      await this.#faces.goTo(ms);
      await this.#draw();
      const turn = this.#choice.hasNames ? (waiting[0]?.atMs ?? Infinity) : Infinity;
      this.#dueMs = nextFrame(changes, ms, board, Math.min(turn, this.#faces.nextAfter(ms)));
      const lastsMs = Math.min(this.#dueMs, part[1]) - ms;
      const sample = new VideoSample(this.#context.canvas, { timestamp: (filmMs + ms - begin) / 1_000, duration: lastsMs / 1_000 });
      await this.#video.add(sample);
      sample.close();
      onProgress(filmMs + ms - begin);
    }
    for (const turn of waiting) this.#turn(turn);
  }

  #turn({ take, speaks }: Turn): void {
    if (speaks) this.#speaking.add(take);
    else this.#speaking.delete(take);
  }

  async #draw(): Promise<void> {
    const { board, names } = this.#layout;
    await this.#painter.paint(this.#context, this.#board, this.#page, board);
    const nameOf = (userId: number): string => this.#source.names.get(userId) ?? "";
    const speaking = new Set([...this.#speaking].map(({ userId }) => userId));
    this.#faces.draw(this.#context, this.#layout, speaking, (userId) => (names.h > 0 ? nameOf(userId) : ""));
    if (names.h > 0) {
      const said = [...speaking].map(nameOf);
      namesShown(this.#context, said.sort((a, b) => a.localeCompare(b)), names);
    }
  }
}
