import { expect, test } from "vitest";
import { freePlace } from "../../../src/board/geometry/free_place.ts";
import { overlaps, type Bounds } from "../../../src/board/geometry/geometry.ts";

const seen = { x: 100, y: 50, w: 1_000, h: 600 };
const middle = { x: 500, y: 300 };

test("on an empty board it is the middle of what one sees, not of the board", () => {
  expect(freePlace(seen, [], 200, 100)).toEqual(middle);
  expect(freePlace(seen, [{ x: -500, y: 0, w: 100, h: 100 }], 200, 100)).toEqual(middle);
});

test("one after the other they lie beside each other, all of them to be seen", () => {
  const things: Bounds[] = [];
  for (let n = 0; n < 8; n += 1) {
    const box = { ...freePlace(seen, things, 200, 100), w: 200, h: 100 };
    expect(things.some((thing) => overlaps(thing, box))).toBe(false);
    expect(box.x >= seen.x && box.y >= seen.y && box.x + box.w <= seen.x + seen.w && box.y + box.h <= seen.y + seen.h).toBe(true);
    things.push(box);
  }
  const nearest = things[1]!;
  expect(Math.hypot(nearest.x - middle.x, nearest.y - middle.y)).toBeLessThan(260);
});

test("what fills what one sees is written on, as a sheet of exercises is", () => {
  expect(freePlace(seen, [{ x: 0, y: 0, w: 2_000, h: 2_000 }], 200, 100)).toEqual(middle);
});

test("where nothing is free, or it is too large, it is the middle", () => {
  const tiles = Array.from({ length: 60 }, (_, n) => ({ x: 100 + (n % 10) * 100, y: 50 + Math.floor(n / 10) * 100, w: 99, h: 99 }));
  expect(freePlace(seen, tiles, 200, 100)).toEqual(middle);
  expect(freePlace(seen, [{ x: 500, y: 300, w: 10, h: 10 }], 1_500, 100)).toEqual({ x: -150, y: 300 });
});
