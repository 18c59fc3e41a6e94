/** Records one track: from when it is on until it is off, never another one, never with a pause (RC-7). */

import type { TakeKind } from "../client/rest/recording_api.ts";
import { FORMATS } from "./formats.ts";

/** A crash loses what has not come yet (RP-2). */
const SLICE_MS = 2_000;

interface Owner {
  /** What came, and when, by `performance.now()`. Bytes of a stream, not to be played alone. */
  came(bytes: Blob, nowMs: number): void;
  /** Nothing more comes. */
  ended(isFault: boolean): void;
}

export class TrackRecorder {
  readonly track: MediaStreamTrack;
  readonly #recorded: MediaStreamTrack;
  readonly #recorder: MediaRecorder;

  /** @throws DOMException the browser does not record it. */
  constructor(track: MediaStreamTrack, kind: TakeKind, mediaType: string, owner: Owner) {
    const { bitsPerS, picture } = FORMATS[kind];
    this.track = track;
    this.#recorded = picture === null ? track : track.clone();
    if (picture !== null) {
      const { width, height, frameRate } = picture;
      // A browser that makes it no smaller records what there is.
      this.#recorded.applyConstraints({ width: { max: width }, height: { max: height }, frameRate: { max: frameRate } }).catch(() => undefined);
    }
    const asked = { mimeType: mediaType, audioBitsPerSecond: bitsPerS, videoBitsPerSecond: bitsPerS, audioBitrateMode: "variable" };
    this.#recorder = new MediaRecorder(new MediaStream([this.#recorded]), asked);
    let isFault = false;
    this.#recorder.ondataavailable = ({ data }) => {
      // Before anything waits: the moment is what everything is laid on room time by.
      const nowMs = performance.now();
      if (data.size > 0) owner.came(data, nowMs);
    };
    this.#recorder.onerror = () => {
      isFault = true;
    };
    this.#recorder.onstop = () => {
      this.#letGo();
      owner.ended(isFault);
    };
    this.#recorder.start(SLICE_MS);
  }

  /** Ends it: what is left comes, and then `ended`. */
  stop(): void {
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
  }

  /** The copy would keep the camera on. */
  #letGo(): void {
    if (this.#recorded !== this.track) this.#recorded.stop();
  }
}
