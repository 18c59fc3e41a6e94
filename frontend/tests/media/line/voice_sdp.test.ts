import { expect, test } from "vitest";
import { voicesFirst } from "../../../src/media/line/voice_sdp.ts";

const lines = (...all: string[]): string => `${all.join("\r\n")}\r\n`;

test.each([
  ["what was said stays", "a=fmtp:111 minptime=10;useinbandfec=1", "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1"],
  ["what contradicts goes", "a=fmtp:111 usedtx=0; stereo=1", "a=fmtp:111 stereo=1;useinbandfec=1;usedtx=1"],
])("opus is asked for with repairs and without silence: %s", (_, given, asked) => {
  const sdp = lines("m=audio 9 UDP/TLS/RTP/SAVPF 111 9", "a=rtpmap:111 opus/48000/2", given, "a=rtpmap:9 G722/8000");
  expect(voicesFirst(sdp)).toBe(sdp.replace(given, asked));
});

test("where nothing was said, it is said", () => {
  const sdp = lines("a=rtpmap:96 opus/48000/2", "a=rtpmap:9 G722/8000");
  expect(voicesFirst(sdp)).toBe(lines("a=rtpmap:96 opus/48000/2", "a=fmtp:96 useinbandfec=1;usedtx=1", "a=rtpmap:9 G722/8000"));
});

test("a description without opus stays byte for byte, and asking twice is asking once", () => {
  const sdp = lines("v=0", "m=video 9 UDP/TLS/RTP/SAVPF 96", "a=rtpmap:96 VP8/90000", "a=fmtp:96 x=1");
  expect(voicesFirst(sdp)).toBe(sdp);
  const voice = voicesFirst(lines("a=rtpmap:111 opus/48000/2"));
  expect(voicesFirst(voice)).toBe(voice);
});
