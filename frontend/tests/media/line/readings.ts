/** Readings of a line without a fault, changed where a test says so. */

import type { Counters, Reading } from "../../../src/media/line/counters.ts";

export const CLEAN: Reading = {
  lossOut: 0,
  lossIn: 0,
  rttMs: 40,
  queueMs: 0,
  jitterMs: 5,
  madeUp: 0,
  bitsPerSOut: 800_000,
  bitsPerSIn: 800_000,
  picturesPerS: 24,
  height: 360,
  ownPicturesPerS: 24,
  ownHeight: 360,
  capacity: 2_000_000,
  isHeldDown: false,
};

export const NOTHING_YET: Counters = {
  atMs: 0,
  sent: 0,
  lostThere: 0,
  received: 0,
  lostHere: 0,
  bitsOut: 0,
  bitsIn: 0,
  rttMs: null,
  jitterMs: 0,
  played: 0,
  madeUp: 0,
  pictures: 0,
  height: null,
  ownPictures: 0,
  ownHeight: null,
  capacity: null,
  isHeldDown: false,
};
