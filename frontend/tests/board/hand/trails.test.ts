import { expect, test } from "vitest";
import { LIVES_MS, Trails } from "../../../src/board/hand/trails.ts";

const spans = (trails: Trails, now: number) => trails.alive(now).map(({ userId, dots }) => [userId, dots.length]);

test("[BD-22] a line goes on while its owner points, and ends with a lift, a pause or another page", () => {
  const trails = new Trails();
  trails.add(1, "p1", { x: 0, y: 0 }, 0);
  trails.add(2, "p1", { x: 5, y: 5 }, 10);
  trails.add(1, "p1", { x: 1, y: 0 }, 30);
  trails.add(1, "p1", { x: 1, y: 0 }, 60);
  expect(spans(trails, 60)).toEqual([[1, 2], [2, 1]]);
  trails.lift(1);
  trails.add(1, "p1", { x: 9, y: 0 }, 90);
  trails.add(1, "p1", { x: 10, y: 0 }, 400);
  trails.add(1, "p2", { x: 11, y: 0 }, 420);
  expect(spans(trails, 420)).toEqual([[1, 2], [2, 1], [1, 1], [1, 1], [1, 1]]);
});

test("[BD-22] what is older than its life is gone, and what anybody may have others draw is bounded", () => {
  const trails = new Trails();
  trails.add(1, null, { x: 0, y: 0 }, 0);
  trails.add(1, null, { x: 1, y: 0 }, 100);
  expect(spans(trails, LIVES_MS + 50)).toEqual([[1, 1]]);
  expect(spans(trails, LIVES_MS + 100)).toEqual([]);
  for (let n = 0; n < 2_000; n += 1) {
    trails.add(1, null, { x: n, y: 0 }, LIVES_MS + n / 10);
    trails.add(n, null, { x: n, y: 0 }, LIVES_MS + n / 10);
  }
  const all = trails.alive(LIVES_MS + 200);
  expect(all.length).toBeLessThanOrEqual(40);
  expect(Math.max(...all.map(({ dots }) => dots.length))).toBeLessThanOrEqual(400);
});
