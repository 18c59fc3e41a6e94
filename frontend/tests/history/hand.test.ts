import { expect, test } from "vitest";
import { EMPTY_BOARD, type Board } from "../../src/client/replica/board.ts";
import type { Element } from "../../src/client/wire.ts";
import { Hand } from "../../src/history/hand.ts";

function boardWith(...elements: Element[]): Board {
  return { ...EMPTY_BOARD, elements: new Map(elements.map((element) => [element.id, element])) };
}
function stroke(...times: number[]): Element {
  const points = times.flatMap((ms, n) => [n, n, 0.5, ms]);
  return { id: "s", layer: "base", type: "stroke", points };
}
const RECT: Element = { id: "r", layer: "base", type: "rect", x: 0, y: 0, w: 10, h: 10 };

function drawnAfter(hand: Hand, elapsedMs: number): number {
  const found = hand.boardAfter(elapsedMs).elements.get("s");
  return found?.type === "stroke" ? found.points.length / 4 : 0;
}

test("a stroke appears point by point, as fast as the hand was", () => {
  const hand = new Hand(EMPTY_BOARD, boardWith(stroke(0, 100, 50)));
  expect(hand.durationMs).toBe(150);
  expect([0, 99, 100, 149, 150].map((ms) => drawnAfter(hand, ms))).toEqual([1, 1, 2, 2, 3]);
});

test("a stroke that goes on is drawn from where it was", () => {
  const hand = new Hand(boardWith(stroke(0, 100)), boardWith(stroke(0, 100, 40, 40)));
  expect(hand.durationMs).toBe(80);
  expect([0, 40, 80].map((ms) => drawnAfter(hand, ms))).toEqual([2, 3, 4]);
});

test("what is no stroke is there at once, and a rest of the hand is cut short", () => {
  const hand = new Hand(EMPTY_BOARD, boardWith(RECT, stroke(0, 60_000)));
  expect(hand.durationMs).toBe(1_000);
  expect(hand.boardAfter(0).elements.has("r")).toBe(true);
  expect(new Hand(EMPTY_BOARD, boardWith(RECT)).durationMs).toBe(0);
});
