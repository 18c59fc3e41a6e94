/** Points of a function's curve: closer where it bends, broken where it has a gap or a pole. */

import type { View } from "./graph_plane.ts";
import type { Fn } from "./expressions.ts";

/** Pieces that a curve is first divided into. */
const PIECES = 160;
const MOST_HALVINGS = 6;
/** Of the window's height: what a straight piece may lie off the curve. */
const TOLERANCE = 1 / 600;
/** Times the window's height, above and below: further out nothing is told apart. */
const BEYOND = 4;
const BISECTIONS = 40;
const MOST_POINTS = 900;

interface At {
  readonly x: number;
  readonly y: number;
}

/** The runs of a curve, each flat x, y; empty where nothing of it is defined. */
export function sampled(fn: Fn, [x0, x1, y0, y1]: View): number[][] {
  const height = y1 - y0;
  const at = (x: number): At => ({ x, y: value(fn, x) });
  const runs: At[][] = [];
  let run: At[] = [];
  let count = 0;
  const close = (): void => {
    if (run.length > 1) runs.push(run);
    run = [];
  };
  const add = (point: At): void => {
    run.push(point);
    count += 1;
  };
  const between = (a: At, b: At, halvings: number): void => {
    const middle = at((a.x + b.x) / 2);
    if (Number.isNaN(a.y) || Number.isNaN(b.y)) {
      if (halvings === 0 && Number.isNaN(middle.y) && Number.isNaN(a.y) && Number.isNaN(b.y)) return;
      if (Number.isNaN(a.y) && Number.isNaN(b.y)) {
        // Defined on a part of the piece alone.
        between(a, middle, halvings + 1);
        between(middle, b, halvings + 1);
        return;
      }
      const edge = edgeOf(at, a, b);
      if (Number.isNaN(b.y)) {
        if (edge.x > a.x) add(edge);
        close();
      } else {
        close();
        add(edge);
        if (b.x > edge.x) add(b);
      }
      return;
    }
    const off = Math.abs(middle.y - (a.y + b.y) / 2);
    const isFar = isBeyond(a, y0, y1) && isBeyond(b, y0, y1) && Math.sign(a.y - y0) === Math.sign(b.y - y0);
    if (Number.isNaN(middle.y) || (off > height * TOLERANCE && !isFar && halvings < MOST_HALVINGS && count < MOST_POINTS)) {
      between(a, middle, halvings + 1);
      between(middle, b, halvings + 1);
      return;
    }
    if (Math.abs(b.y - a.y) > height / 100 && isJump(at, a, b, height)) {
      const [left, right] = sidesOf(at, a, b);
      if (left.x > a.x) add(left);
      close();
      add(right);
      if (b.x > right.x) add(b);
      return;
    }
    add(b);
  };
  let a = at(x0);
  if (!Number.isNaN(a.y)) add(a);
  for (let n = 1; n <= PIECES; n += 1) {
    const b = at(x0 + ((x1 - x0) * n) / PIECES);
    between(a, b, 0);
    a = b;
  }
  close();
  const [low, high] = [y0 - BEYOND * height, y1 + BEYOND * height];
  const [digitsX, digitsY] = [digitsFor(x1 - x0), digitsFor(height)];
  return runs.flatMap((one) => withoutFar(one, y0 - height, y1 + height)).map((one) =>
    one.flatMap(({ x, y }) => [rounded(x, digitsX), rounded(Math.min(Math.max(y, low), high), digitsY)]),
  );
}

function value(fn: Fn, x: number): number {
  const y = fn(x);
  return Number.isFinite(y) ? y : NaN;
}

function isBeyond({ y }: At, y0: number, y1: number): boolean {
  return y < y0 || y > y1;
}

/** The last point where it is defined, between one where it is and one where it is not. */
function edgeOf(at: (x: number) => At, a: At, b: At): At {
  let [inside, outside] = Number.isNaN(a.y) ? [b, a] : [a, b];
  for (let n = 0; n < BISECTIONS; n += 1) {
    const middle = at((inside.x + outside.x) / 2);
    if (Number.isNaN(middle.y)) outside = middle;
    else inside = middle;
  }
  return inside;
}

/** The two sides of the steepest place between two points. */
function sidesOf(at: (x: number) => At, a: At, b: At): readonly [At, At] {
  let [left, right] = [a, b];
  for (let n = 0; n < BISECTIONS; n += 1) {
    const middle = at((left.x + right.x) / 2);
    if (Number.isNaN(middle.y) || middle.x <= left.x || middle.x >= right.x) break;
    if (Math.abs(middle.y - left.y) > Math.abs(right.y - middle.y)) right = middle;
    else left = middle;
  }
  return [left, right];
}

/** Whether it leaps: however near one looks, it stays as steep. */
function isJump(at: (x: number) => At, a: At, b: At, height: number): boolean {
  const [left, right] = sidesOf(at, a, b);
  return Math.abs(right.y - left.y) > height / 1_000;
}

/** Pieces of a run without what lies far above or below: one point of that stays at each end. */
function withoutFar(run: readonly At[], low: number, high: number): At[][] {
  const pieces: At[][] = [];
  let piece: At[] = [];
  const isFar = (point: At | undefined): boolean => point === undefined || point.y < low || point.y > high;
  run.forEach((point, n) => {
    if (!isFar(point) || !isFar(run[n - 1]) || !isFar(run[n + 1])) piece.push(point);
    else if (isFar(point) && n + 1 < run.length && crosses(point, run[n + 1]!, low, high)) piece.push(point);
    if (isFar(point) && isFar(run[n + 1]) && piece.length > 0 && !(n + 1 < run.length && crosses(point, run[n + 1]!, low, high))) {
      if (piece.length > 1) pieces.push(piece);
      piece = [];
    }
  });
  if (piece.length > 1) pieces.push(piece);
  return pieces;
}

function crosses(a: At, b: At, low: number, high: number): boolean {
  return (a.y < low && b.y > high) || (a.y > high && b.y < low);
}

/** Decimals that tell a four-thousandth of a length apart. */
function digitsFor(length: number): number {
  return Math.min(12, Math.max(0, Math.ceil(3.6 - Math.log10(length))));
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
