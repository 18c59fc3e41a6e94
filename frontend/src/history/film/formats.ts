/** What films a browser can make: none, where it has no WebCodecs. */

import { canEncodeAudio, canEncodeVideo, type AudioCodec, type VideoCodec } from "mediabunny";
import { RATE } from "./sound/mixing.ts";
import { mayWrite } from "./kept_file.ts";

export type FilmKind = "webm" | "mp4";

export interface FilmFormat {
  readonly kind: FilmKind;
  readonly video: VideoCodec;
  readonly audio: AudioCodec;
}

export const MEDIA_TYPES: Readonly<Record<FilmKind, string>> = { webm: "video/webm", mp4: "video/mp4" };
/** Bits a second: of a voice, and of a picture of so many lines where it moves. */
export const VOICE_BITS = 64_000;
const PICTURE_BITS: Readonly<Record<number, number>> = { 720: 1_200_000, 1080: 2_500_000 };

export const HEIGHTS = [720, 1080] as const;

export function pictureBits(height: number): number {
  return PICTURE_BITS[height] ?? PICTURE_BITS[720]!;
}

const WANTED: readonly { readonly kind: FilmKind; readonly videos: readonly VideoCodec[]; readonly audio: AudioCodec }[] = [
  { kind: "webm", videos: ["vp9", "vp8"], audio: "opus" },
  { kind: "mp4", videos: ["avc"], audio: "aac" },
];

/** What can be made here, the best first. */
export async function formatsHere(height: number): Promise<readonly FilmFormat[]> {
  if (typeof VideoEncoder === "undefined" || typeof AudioEncoder === "undefined" || typeof AudioDecoder === "undefined" || !mayWrite()) return [];
  const found: FilmFormat[] = [];
  for (const { kind, videos, audio } of WANTED) {
    if (!(await canEncodeAudio(audio, { numberOfChannels: 1, sampleRate: RATE, bitrate: VOICE_BITS }))) continue;
    const size = { width: (height * 16) / 9, height, bitrate: pictureBits(height) };
    for (const video of videos) {
      if (!(await canEncodeVideo(video, size))) continue;
      found.push({ kind, video, audio });
      break;
    }
  }
  return found;
}
