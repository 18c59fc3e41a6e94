import { afterEach, expect, test, vi } from "vitest";
import { Motion } from "../../../src/board/drawing/viewing.ts";

afterEach(() => vi.useRealTimers());

/** An element that notes its animations; of an old browser these replace what they were to add to. */
function element(composite: string | undefined): { readonly of: Element; readonly log: string[] } {
  const log: string[] = [];
  const animate = (frames: Keyframe[], { composite: wanted }: KeyframeAnimationOptions): object => {
    log.push(`${frames.map(({ transform }) => transform).join()} ${wanted}`);
    return { pause: () => log.push("paused"), cancel: () => log.push("cancelled"), effect: { composite } };
  };
  return { of: { animate } as unknown as Element, log };
}

test("while something moves there is one animation that adds nothing, and none once it rests", () => {
  vi.useFakeTimers();
  const { of, log } = element("add");
  const motion = new Motion(of);
  for (let n = 0; n < 10; n += 1) {
    motion.go();
    vi.advanceTimersByTime(300);
  }
  expect(log).toEqual(["none,none add", "paused"]);
  vi.advanceTimersByTime(300);
  expect(log).toEqual(["none,none add", "paused", "cancelled"]);
  motion.go();
  motion.stop();
  vi.advanceTimersByTime(1_000);
  expect(log.slice(3)).toEqual(["none,none add", "paused", "cancelled"]);
});

test("a browser whose animations take the place of a transform keeps its transform", () => {
  const { of, log } = element(undefined);
  new Motion(of).go();
  expect(log).toEqual(["none,none add", "paused", "cancelled"]);
});
