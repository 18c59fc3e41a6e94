import { expect, test } from "vitest";
import { countersOf, readingOf } from "../../../src/media/line/counters.ts";
import { NOTHING_YET } from "./readings.ts";

const REPORTS = [
  { type: "transport", id: "T", selectedCandidatePairId: "P2" },
  { type: "candidate-pair", id: "P1", currentRoundTripTime: 9, availableOutgoingBitrate: 1 },
  { type: "candidate-pair", id: "P2", currentRoundTripTime: 0.042, availableOutgoingBitrate: 300_000 },
  { type: "outbound-rtp", kind: "audio", mid: "0", packetsSent: 500, bytesSent: 20_000 },
  { type: "outbound-rtp", kind: "video", mid: "1", packetsSent: 900, bytesSent: 400_000, framesSent: 240, frameHeight: 180, qualityLimitationReason: "bandwidth" },
  { type: "outbound-rtp", kind: "video", mid: "2", packetsSent: 0, bytesSent: 0 },
  { type: "remote-inbound-rtp", kind: "audio", packetsLost: 10, jitter: 0.02, roundTripTime: 0.05 },
  { type: "remote-inbound-rtp", kind: "video", packetsLost: 20, jitter: 0.2 },
  { type: "inbound-rtp", kind: "audio", mid: "0", packetsReceived: 450, packetsLost: 5, jitter: 0.003, bytesReceived: 18_000, totalSamplesReceived: 480_000, concealedSamples: 9_600, silentConcealedSamples: 4_800 },
  { type: "inbound-rtp", kind: "video", mid: "2", packetsReceived: 70, packetsLost: 0, framesDecoded: 7, frameHeight: 1080 },
  { type: "inbound-rtp", kind: "video", mid: "1", packetsReceived: 800, packetsLost: 15, bytesReceived: 300_000, framesDecoded: 200, frameHeight: 360 },
];

test("what a browser reports is counted, of the way that is in use and of the camera's line", () => {
  expect(countersOf(REPORTS, "1", 5)).toEqual({
    atMs: 5,
    sent: 1_400,
    lostThere: 30,
    received: 1_320,
    lostHere: 20,
    bitsOut: 3_360_000,
    bitsIn: 2_544_000,
    rttMs: 42,
    jitterMs: 20,
    played: 480_000,
    madeUp: 4_800,
    pictures: 200,
    height: 360,
    ownPictures: 240,
    ownHeight: 180,
    capacity: 300_000,
    isHeldDown: true,
  });
});

test("a browser that names no transport marks its pair, and one that says nothing counts nothing", () => {
  const marked = [{ type: "candidate-pair", id: "P", selected: true, currentRoundTripTime: 0.1 }];
  expect(countersOf(marked, null, 0)).toEqual({ ...NOTHING_YET, rttMs: 100 });
  expect(countersOf([{ type: "remote-inbound-rtp", kind: "audio", roundTripTime: 0.2, packetsLost: -3 }], null, 0)).toEqual({ ...NOTHING_YET, rttMs: 200 });
  expect(countersOf([], null, 0)).toEqual(NOTHING_YET);
});

test("a reading is what lay between two looks", () => {
  const earlier = { ...NOTHING_YET, sent: 100, lostThere: 10, received: 100, bitsOut: 1_000 };
  const later = { ...earlier, atMs: 2_000, sent: 300, lostThere: 20, received: 280, lostHere: 20, bitsOut: 401_000, pictures: 48, played: 96_000, madeUp: 9_600, rttMs: 240 };
  expect(readingOf(earlier, later, 40)).toMatchObject({
    lossOut: 0.05,
    lossIn: 0.1,
    rttMs: 240,
    queueMs: 200,
    madeUp: 0.1,
    bitsPerSOut: 200_000,
    bitsPerSIn: 0,
    picturesPerS: 24,
  });
});

test("a few packets say nothing of losses, and lines that begin anew give nothing below zero", () => {
  const later = { ...NOTHING_YET, atMs: 2_000, sent: 20, lostThere: 10, received: 9, lostHere: 1 };
  expect(readingOf(NOTHING_YET, later, null)).toMatchObject({ lossOut: null, lossIn: null, madeUp: null, queueMs: 0 });
  expect(readingOf({ ...later, bitsOut: 500 }, { ...later, atMs: 4_000 }, null).bitsPerSOut).toBe(0);
});
