/** What a track is recorded as (RC-8). */

import type { TakeKind } from "../client/rest/recording_api.ts";

interface Format {
  /** The first that the browser can is used. */
  readonly mediaTypes: readonly string[];
  readonly bitsPerS: number;
  /** Of a copy of the track, smaller than what the call is sent; of a voice there is none. */
  readonly picture: { readonly width: number; readonly height: number; readonly frameRate: number } | null;
}

export const FORMATS: Readonly<Record<TakeKind, Format>> = {
  audio: { mediaTypes: ["audio/webm;codecs=opus"], bitsPerS: 32_000, picture: null },
  video: {
    mediaTypes: ["video/webm;codecs=vp8", "video/webm;codecs=vp9"],
    bitsPerS: 150_000,
    picture: { width: 320, height: 180, frameRate: 12 },
  },
  screen: {
    mediaTypes: ["video/webm;codecs=vp8", "video/webm;codecs=vp9"],
    bitsPerS: 400_000,
    picture: { width: 1280, height: 720, frameRate: 5 },
  },
};

/** As what this browser records a kind of track; null where it cannot. */
export function mediaTypeOf(kind: TakeKind): string | null {
  if (typeof MediaRecorder === "undefined") return null;
  return FORMATS[kind].mediaTypes.find((each) => MediaRecorder.isTypeSupported(each)) ?? null;
}
