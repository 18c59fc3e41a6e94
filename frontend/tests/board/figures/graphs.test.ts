import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { functionOf, NoFunction } from "../../../src/board/figures/expressions.ts";
import { namesOf, numberOf, numbersOf, planeOf, seenOf, ticks, type View } from "../../../src/board/figures/graph_plane.ts";
import { sampled } from "../../../src/board/figures/sampling.ts";

const VIEW: View = [-10, 10, -10, 10];

test.each([
  ["2x", 3, 6],
  ["y = 0,5x^2", 4, 8],
  ["f(x)=x²-1", 3, 8],
  ["x(x+1)", 2, 6],
  ["(x+1)(x-1)", 3, 8],
  ["2(x-1)", 3, 4],
  ["sin x", Math.PI / 2, 1],
  ["sin 2x", Math.PI / 4, 1],
  ["sin x + 1", 0, 1],
  ["2sin(x)", Math.PI / 2, 2],
  ["xsinx", Math.PI / 2, Math.PI / 2],
  ["tg x", 0, 0],
  ["ctg(x)", Math.PI / 4, 1],
  ["|x|", -3, 3],
  ["|x-1|+|x+1|", 0, 2],
  ["√x", 9, 3],
  ["√(x+1)", 8, 3],
  ["sqrt(x)", 9, 3],
  ["e^x", 0, 1],
  ["ln x", Math.E, 1],
  ["lg x", 100, 2],
  ["log(2; x)", 8, 3],
  ["root(x; 3)", -8, -2],
  ["-x^2", 3, -9],
  ["2^x", 3, 8],
  ["2πx", 1, 2 * Math.PI],
  ["x/2", 4, 2],
  ["x:2", 4, 2],
  ["−x·2", 3, -6],
  ["(sin x)^2", Math.PI / 2, 1],
  ["5", 1, 5],
  ["max(x; 2)", 1, 2],
])("%s at %f is %f", (written, x, y) => {
  expect(functionOf(written)(x)).toBeCloseTo(y, 9);
});

test.each(["", "y=", "foo(x)", "x+", "(x", "x)", "sin", "a", "x y", "x=1;x", "f(t)=t", "constructor", "__proto__", "x.constructor", "[1]", "'a'", "random()", "alert(1)", "x||1", "1".repeat(201), "sin^2 x", "x!!!!!!"])(
  "%j is no function",
  (written) => {
    expect(() => functionOf(written)).toThrow(NoFunction);
  },
);

test("a parabola is one run, closer where it bends", () => {
  const [run, ...others] = sampled(functionOf("x^2"), VIEW);
  expect(others).toEqual([]);
  expect(run!.length).toBeLessThan(1_000);
  for (let n = 0; n < run!.length; n += 2) if (run![n + 1]! < 10) expect(run![n + 1]).toBeCloseTo(run![n]! ** 2, 1);
});

test("1/x breaks at its pole, tg x at each of its poles: no line leads across", () => {
  expect(sampled(functionOf("1/x"), VIEW)).toHaveLength(2);
  for (const [fn, poles] of [["tg x", 6], ["1/(x-0,3)", 1]] as const) {
    const runs = sampled(functionOf(fn), VIEW);
    expect(runs.length, fn).toBe(poles + 1);
    for (const run of runs) {
      for (let n = 2; n < run.length; n += 2) expect(Math.abs(run[n + 1]! - run[n - 1]!), fn).toBeLessThan(100);
    }
  }
});

test("a step is a gap, not a wall", () => {
  expect(sampled(functionOf("floor(x)"), [0, 3, -1, 4]).length).toBeGreaterThanOrEqual(3);
  expect(sampled(functionOf("sign x"), VIEW)).toHaveLength(2);
});

test("where it is not defined there is nothing, to the very edge", () => {
  const runs = sampled(functionOf("√x"), VIEW);
  expect(runs).toHaveLength(1);
  expect(runs[0]![0]).toBeCloseTo(0, 3);
  expect(sampled(functionOf("√(x-20)"), VIEW)).toEqual([]);
});

test("the fullest graph fits a message", () => {
  for (const written of ["sin(50x)", "tg(20x)", "sin(1/x)", "x^3-5x", "e^(x^2)"]) {
    const runs = sampled(functionOf(written), VIEW);
    expect(JSON.stringify(runs).length, written).toBeLessThan(60_000);
    expect(runs.flat().every(Number.isFinite)).toBe(true);
  }
});

const VECTORS = JSON.parse(
  readFileSync(new URL("../../../../tests/lessonroom/board/drawing/graph_vectors.json", import.meta.url), "utf8"),
) as {
  readonly ticks: readonly { readonly from: number; readonly to: number; readonly length: number; readonly ticks: readonly number[] }[];
  readonly numbers: readonly (readonly [number, string])[];
  readonly names: readonly {
    readonly view: View;
    readonly x: readonly [number, number, string];
    readonly y: readonly [number, number, string];
    readonly numbers: readonly string[];
  }[];
  readonly seen: readonly { readonly view: View; readonly run: readonly number[]; readonly pieces: readonly (readonly number[])[] }[];
};

test("numbers and what is seen are what exports have", () => {
  for (const { from, to, length, ticks: expected } of VECTORS.ticks) {
    const found = ticks(from, to, length);
    expect(found).toHaveLength(expected.length);
    found.forEach((value, n) => expect(value).toBeCloseTo(expected[n]!, 9));
  }
  for (const [value, text] of VECTORS.numbers) expect(numberOf(value)).toBe(text);
  for (const { view, run, pieces } of VECTORS.seen) {
    const found = seenOf({ x: 0, y: 0, w: 100, h: 100, view, names: { x: "", y: "" } }, run).map((piece) => piece.flatMap(({ x, y }) => [x, y]));
    expect(found).toEqual(pieces);
  }
});

test("[BD-24] axes have their names where exports have them, and no number lies below one", () => {
  for (const { view, x, y, numbers } of VECTORS.names) {
    const plane = planeOf({ type: "graph", id: "g", layer: "base", x: 0, y: 0, w: 100, h: 100, view, x_name: "t in s", y_name: "s in m" });
    const found = namesOf(plane).map((name) => [Math.round(name.x), Math.round(name.y), name.anchor]);
    expect(found).toEqual([x, y]);
    const beside = numbersOf(plane).filter(({ anchor }) => anchor !== "middle");
    expect(beside.map(({ text }) => text)).toEqual(numbers);
  }
});
