import { expect, test } from "vitest";
import { deferred } from "../../../src/board/tools/deferred.ts";
import type { Gesture } from "../../../src/board/tools/gesture.ts";

const PLAIN = { shift: false, alt: false, ctrl: false };
const sample = (x: number) => ({ x, y: 0, pressure: 0.5, at: 0 });

function noted(): { gesture: Gesture; done: string[] } {
  const done: string[] = [];
  const gesture = {
    move: (samples: readonly { x: number }[]) => void done.push(`move ${samples.map(({ x }) => x)}`),
    end: () => void done.push("end"),
    cancel: () => void done.push("cancel"),
  };
  return { gesture, done };
}

test("what the hand did while the tool was on its way is done in its order, and then goes on", async () => {
  const { gesture, done } = noted();
  let load: (gesture: Gesture) => void = () => undefined;
  const hand = deferred(new Promise((resolve) => (load = resolve)));
  hand.move([sample(1)], PLAIN);
  hand.move([sample(2)], PLAIN);
  expect(done).toEqual([]);
  load(gesture);
  await Promise.resolve();
  hand.move([sample(3)], PLAIN);
  hand.end();
  expect(done).toEqual(["move 1", "move 2", "move 3", "end"]);
});

test("a tool that does not come, or cannot begin there, does nothing", async () => {
  for (const loading of [Promise.reject(new Error("no network")), Promise.resolve(null)]) {
    const hand = deferred(loading);
    hand.move([sample(1)], PLAIN);
    await Promise.allSettled([loading]);
    hand.end();
    hand.cancel();
  }
});
