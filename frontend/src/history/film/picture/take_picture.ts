/** A face or a screen of a lesson, decoded as the film comes to it. */

import { BlobSource, Input, VideoSampleSink, WEBM, type VideoSample } from "mediabunny";
import type { Bounds } from "../../../board/geometry/geometry.ts";
import type { Playable } from "../../replay/voices.ts";

export class TakePicture {
  readonly take: Playable;
  readonly #input: Input;
  #samples: AsyncGenerator<VideoSample, void, unknown> | null = null;
  #shown: VideoSample | null = null;
  #next: VideoSample | null = null;

  constructor(take: Playable, file: Blob) {
    this.take = take;
    this.#input = new Input({ source: new BlobSource(file), formats: [WEBM] });
  }

  /** Goes on to a moment of room time; moments come one after another. */
  async goTo(ms: number): Promise<void> {
    const atS = (ms - this.take.begin) / 1_000;
    if (this.#samples === null) {
      const track = await this.#input.getPrimaryVideoTrack();
      if (track === null) return;
      this.#samples = new VideoSampleSink(track).samples(Math.max(0, atS));
      this.#next = (await this.#samples.next()).value ?? null;
    }
    while (this.#next !== null && this.#next.timestamp <= atS) {
      this.#shown?.close();
      this.#shown = this.#next;
      this.#next = (await this.#samples.next()).value ?? null;
    }
  }

  /** Draws what is seen now in the middle of a box, as large as it goes. */
  draw(context: CanvasRenderingContext2D, { x, y, w, h }: Bounds): void {
    const shown = this.#shown;
    if (shown === null) return;
    const scale = Math.min(w / shown.displayWidth, h / shown.displayHeight);
    const [width, height] = [shown.displayWidth * scale, shown.displayHeight * scale];
    shown.draw(context, x + (w - width) / 2, y + (h - height) / 2, width, height);
  }

  async dispose(): Promise<void> {
    this.#shown?.close();
    this.#next?.close();
    await this.#samples?.return();
    this.#input.dispose();
  }
}
