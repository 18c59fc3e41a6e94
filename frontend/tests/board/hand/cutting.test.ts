import { expect, test } from "vitest";
import { along, cut, pieceId } from "../../../src/board/hand/cutting.ts";
import { absolutePoints, boundsOf, centre, rotated } from "../../../src/board/geometry/geometry.ts";
import type { Stroke } from "../../../src/client/wire.ts";

let ids = 0;
const newId = (): string => `n${(ids += 1)}`;

function line(count = 11, more: Partial<Stroke> = {}): Stroke {
  const points: number[] = [];
  for (let n = 0; n < count; n += 1) points.push(n * 10, 0, n / 20, 8);
  return { id: "s", layer: "base", z: "b1", by: 7, type: "stroke", style: { color: "#e03131", width: 4 }, points, ...more };
}

test("an eraser in the middle leaves two pieces that end at its disc, with their own pressure and look", () => {
  const [left, right] = cut(line(), [{ x: 50, y: 0 }], 6, newId)!;
  expect(absolutePoints(left!).at(-1)!.x).toBeCloseTo(42);
  expect(absolutePoints(right!)[0]!.x).toBeCloseTo(58);
  expect(left!.points.slice(-4)).toEqual([42, 0, 0.21, 2]);
  expect(right!.points[3]).toBe(0);
  expect([left!.z, left!.style, left!.layer]).toEqual(["b1", line().style, "base"]);
  expect(left!.id).not.toBe(right!.id);
  expect(left).not.toHaveProperty("by");
});

test("what is only near is not touched, and what lies under the disc is gone", () => {
  expect(cut(line(), [{ x: 50, y: 8.1 }], 6, newId)).toBeNull();
  expect(cut(line(), [{ x: 50, y: 7.9 }], 6, newId)).toHaveLength(2);
  expect(cut(line(), [{ x: 50, y: 0 }], 60, newId)).toEqual([]);
  const dot = line(1);
  expect(cut(dot, [{ x: 5, y: 0 }], 4, newId)).toEqual([]);
  expect(cut(dot, [{ x: 15, y: 0 }], 4, newId)).toBeNull();
});

test("a disc between two points far apart cuts the line between them", () => {
  const far = line(2, { points: [0, 0, 0.5, 0, 1_000, 0, 0.5, 100] });
  const pieces = cut(far, [{ x: 500, y: 0 }], 8, newId)!;
  expect(pieces.map((piece) => boundsOf(piece).w)).toEqual([490, 490]);
});

test("a stroke that is crossed three times falls into four pieces; crumbs are no pieces", () => {
  const at = (x: number): { x: number; y: number } => ({ x, y: 0 });
  expect(cut(line(), [at(25), at(50), at(75)], 6, newId)).toHaveLength(4);
  // Between two discs that nearly touch nothing is left to be seen.
  expect(cut(line(), [at(40), at(56.5)], 6, newId)).toHaveLength(2);
});

test.each<[string, Partial<Stroke>]>([
  ["moved", { x: 30, y: 40 }],
  ["scaled", { x: 5, scale_x: 2, scale_y: 0.5 }],
  ["mirrored", { x: 300, scale_x: -1 }],
  ["turned", { x: 10, y: 20, rotation: 37 }],
])("pieces of a stroke that was %s lie where they lay", (_, more) => {
  const wave = line(30, more);
  const points = wave.points.map((value, n) => (n % 4 === 1 ? 20 * Math.sin(n) : value));
  const stroke = { ...wave, points };
  const seen = (one: Stroke): { x: number; y: number }[] => {
    const middle = centre(boundsOf(one));
    return absolutePoints(one).map((point) => rotated(point, middle, one.rotation ?? 0));
  };
  const whole = seen(stroke);
  const pieces = cut(stroke, [whole[15]!], 12, newId)!;
  expect(pieces.length).toBeGreaterThan(1);
  const left = pieces.flatMap((piece) => seen(piece).slice(1, -1));
  for (const point of left) {
    expect(Math.min(...whole.map(({ x, y }) => Math.hypot(x - point.x, y - point.y)))).toBeLessThan(0.2);
  }
  for (const piece of pieces) {
    for (const { x, y } of seen(piece)) expect(Math.hypot(x - whole[15]!.x, y - whole[15]!.y)).toBeGreaterThan(13);
  }
});

test("a piece has no more points than one message takes", () => {
  const pieces = cut(line(9_000), [{ x: 100, y: 0 }], 6, newId)!;
  expect(Math.max(...pieces.map(({ points }) => points.length / 4))).toBeLessThanOrEqual(2_001);
  const end = (piece: Stroke): number => absolutePoints(piece).at(-1)!.x;
  pieces.slice(2).forEach((piece, n) => expect(absolutePoints(piece)[0]!.x).toBeCloseTo(end(pieces[n + 1]!), 0));
});

test("a path has a place every step, and its end", () => {
  expect(along([{ x: 0, y: 0 }, { x: 10, y: 0 }], 4).map(({ x }) => x)).toEqual([0, 10 / 3, 20 / 3, 10]);
  expect(along([{ x: 3, y: 4 }], 1)).toEqual([{ x: 3, y: 4 }]);
});

test("a piece lies where its whole lay: its id comes next to that, also where it is cut again", () => {
  const wholes = ["s1", "s10", "s2", "IZ-4f0xZ_9ab", "00b6f5a2-9c1d-4e0b-8f57-0123456789ab", "x".repeat(64)];
  for (const whole of wholes) {
    let piece = whole;
    for (let n = 0; n < 5; n += 1) {
      piece = pieceId(piece);
      expect(piece).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      expect(pieceId(whole)).not.toBe(piece);
    }
  }
  const order = ["s1", pieceId("s1"), "s10", pieceId(pieceId("s10")), "s2"];
  expect([...order].sort()).toEqual(order);
});
