import { expect, test } from "vitest";
import type { Reading } from "../../../src/media/line/counters.ts";
import {
  BETTER_AFTER,
  judged,
  levelOf,
  ownQuality,
  UNKNOWN,
  whoseLine,
  WORSE_AFTER,
  type Quality,
} from "../../../src/media/line/judge.ts";
import { CLEAN } from "./readings.ts";

const READINGS: readonly (readonly [string, Partial<Reading>, Quality])[] = [
  ["a clean line", {}, "good"],
  ["a line of which nothing is known yet", { lossOut: null, lossIn: null, rttMs: null, madeUp: null, capacity: null }, "good"],
  ["little loss", { lossOut: 0.02 }, "good"],
  ["loss there", { lossOut: 0.05 }, "weak"],
  ["loss here", { lossIn: 0.05 }, "weak"],
  ["much loss", { lossOut: 0.2 }, "bad"],
  ["a far country", { rttMs: 300 }, "good"],
  ["a satellite", { rttMs: 620 }, "weak"],
  ["no talk is possible", { rttMs: 1_500 }, "bad"],
  ["a queue that grows", { rttMs: 300, queueMs: 260 }, "weak"],
  ["uneven", { jitterMs: 80 }, "weak"],
  ["very uneven", { jitterMs: 200 }, "bad"],
  ["words made up", { madeUp: 0.08 }, "weak"],
  ["more made up than is said", { madeUp: 0.3 }, "bad"],
  ["no room for a camera", { capacity: 180_000, isHeldDown: true }, "weak"],
  ["no room for a voice", { capacity: 30_000, isHeldDown: true }, "bad"],
  ["little is sent, and the browser knows of no more", { capacity: 180_000 }, "good"],
];

test.each(READINGS)("%s", (_, reading, quality) => {
  expect(levelOf({ ...CLEAN, ...reading })).toBe(quality);
});

test("what was weak is to be better by a good part to be good", () => {
  const nearly = { ...CLEAN, lossOut: 0.025 };
  expect(levelOf(nearly, "good")).toBe("good");
  expect(levelOf(nearly, "weak")).toBe("weak");
  expect(levelOf({ ...CLEAN, lossOut: 0.1 }, "bad")).toBe("bad");
  expect(levelOf({ ...CLEAN, lossOut: 0.01 }, "weak")).toBe("good");
});

/** What is said after each reading. */
function said(levels: string): string {
  const quality: Readonly<Record<string, Quality>> = { g: "good", w: "weak", b: "bad" };
  let standing = UNKNOWN;
  return [...levels].map((level) => (standing = judged(standing, quality[level]!)).quality[0]).join("");
}

test.each([
  ["one bad moment says nothing", "gwgwgbg", "ggggggg"],
  ["two in a row do", "gww", "ggw"],
  ["of two that differ the milder one counts", "gwb", "ggw"],
  ["it may go on to worse", "wwbb", "gwwb"],
  ["bad at once", "bb", "gb"],
  ["it takes longer to be believed again", "wwggggg", "gwwwwwg"],
  ["what breaks the run begins anew", "wwggggwggggg", "gwwwwwwwwwwg"],
  ["on the way up the worst of the run counts", "bbgwggg", "gbbbbbw"],
])("%s", (_, levels, words) => {
  expect(said(levels)).toBe(words);
  expect([WORSE_AFTER, BETTER_AFTER]).toEqual([2, 5]);
});

const QUICK = { serverRttMs: 40, downlink: 10 };

test.each<readonly [string, readonly Quality[], object, Quality, Quality]>([
  ["nobody is there", [], QUICK, "good", "good"],
  ["one of two is weak: theirs", ["weak", "good"], QUICK, "good", "good"],
  ["both are: one's own", ["weak", "weak"], QUICK, "good", "weak"],
  ["most are, as bad as most are", ["good", "weak", "bad"], QUICK, "good", "weak"],
  ["one of three", ["good", "good", "bad"], QUICK, "good", "good"],
  ["of one call nobody can tell", ["bad"], QUICK, "good", "good"],
  ["but for a server that is slow", ["bad"], { ...QUICK, serverRttMs: 400 }, "good", "bad"],
  ["or a network that is known to be narrow", ["weak"], { ...QUICK, downlink: 0.3 }, "good", "weak"],
  ["it stays one's own while the call is weak", ["weak"], QUICK, "bad", "weak"],
  ["and no longer", ["good"], { ...QUICK, downlink: 0.3 }, "weak", "good"],
  ["a browser that says nothing", ["weak"], { serverRttMs: null, downlink: null }, "good", "good"],
])("one's own line: %s", (_, calls, evidence, known, own) => {
  expect(ownQuality(calls, evidence as typeof QUICK, known)).toBe(own);
});

test.each<readonly [string, Parameters<typeof whoseLine>, ReturnType<typeof whoseLine>]>([
  ["nothing is the matter", ["good", "good", null, 1], null],
  ["they said so", ["weak", "good", "weak", 1], "theirs"],
  ["they said so of others, too", ["good", "good", "bad", 3], "theirs"],
  ["they said it is good", ["weak", "weak", "good", 1], "own"],
  ["one's own", ["bad", "weak", null, 2], "own"],
  ["the only weak one of several", ["weak", "good", null, 2], "theirs"],
  ["between two who do not know", ["weak", "good", null, 1], "between"],
])("whose line is weak: %s", (_, known, whose) => {
  expect(whoseLine(...known)).toBe(whose);
});
