import { expect, test } from "vitest";
import { degreesAt, dragged, edgeAt, RULER_WIDTH, type Instrument } from "../../../src/board/hand/instruments.ts";

const ruler: Instrument = { kind: "ruler", x: 100, y: 100, rotation: 0, radius: 200 };
const compass: Instrument = { kind: "compass", x: 0, y: 0, rotation: 0, radius: 50 };
const protractor: Instrument = { kind: "protractor", x: 0, y: 0, rotation: 0, radius: 100 };

test("a pen that is put down at a ruler's edge stays on it, and goes no further than the ruler", () => {
  const edge = edgeAt([ruler], { x: 120, y: 100 - RULER_WIDTH / 2 - 5 }, 10)!;
  expect(edge({ x: 150, y: 20 })).toEqual({ x: 150, y: 68 });
  expect(edge({ x: 900, y: 300 })).toEqual({ x: 300, y: 68 });
  expect(edgeAt([ruler], { x: 120, y: 100 }, 10)).toBeNull();
  expect(edgeAt([ruler], { x: 350, y: 68 }, 10)).toBeNull();
});

test("turned, its edge lies where it is seen", () => {
  const edge = edgeAt([{ ...ruler, rotation: 90 }], { x: 68, y: 150 }, 10)!;
  const { x, y } = edge({ x: 20, y: 222 });
  expect(x).toBeCloseTo(68);
  expect(y).toBeCloseTo(222);
});

test("a pen follows the circle of a compass, and the arc of a protractor, and its straight side", () => {
  const circle = edgeAt([compass], { x: 52, y: 0 }, 6)!;
  expect(circle({ x: 0, y: 400 })).toEqual({ x: 0, y: 50 });
  expect(edgeAt([compass], { x: 30, y: 0 }, 6)).toBeNull();
  const arc = edgeAt([protractor], { x: 0, y: -97 }, 6)!;
  expect(Math.hypot(...Object.values(arc({ x: 30, y: -40 })))).toBeCloseTo(100);
  expect(edgeAt([protractor], { x: 0, y: 100 }, 6)).toBeNull();
  expect(edgeAt([protractor], { x: 50, y: 3 }, 6)!({ x: 60, y: 40 })).toEqual({ x: 60, y: 0 });
});

test("of several the one on top is followed", () => {
  const both = edgeAt([ruler, { ...compass, x: 100, y: 68 - 50 }], { x: 100, y: 68 }, 4)!;
  expect(both({ x: 150, y: 18 })).toEqual({ x: 150, y: 18 });
});

test.each([
  [{ x: 50, y: 0 }, 0],
  [{ x: 0, y: -50 }, 90],
  [{ x: -50, y: -50 }, 135],
  [{ x: -50, y: 0.1 }, null],
  [{ x: 0, y: 50 }, null],
])("at %o a protractor says %s degrees", (point, degrees) => {
  expect(degreesAt(protractor, point)).toBe(degrees);
});

test("one hand moves an instrument, two turn it about what lies between them", () => {
  expect(dragged(ruler, [{ x: 90, y: 100 }], [{ x: 95, y: 80 }])).toEqual({ ...ruler, x: 105, y: 80 });
  // A quarter about the hand that stays, and with both of them further on.
  const turned = dragged(ruler, [{ x: 0, y: 100 }, { x: 200, y: 100 }], [{ x: 100, y: 0 }, { x: 100, y: 200 }]);
  expect([turned.x, turned.y, turned.rotation].map(Math.round)).toEqual([100, 100, 90]);
  const both = dragged(ruler, [{ x: 0, y: 100 }, { x: 200, y: 100 }], [{ x: 50, y: 110 }, { x: 250, y: 110 }]);
  expect([both.x, both.y, both.rotation].map(Math.round)).toEqual([150, 110, 0]);
  const spread = dragged(ruler, [{ x: 0, y: 100 }, { x: 200, y: 100 }], [{ x: -50, y: 100 }, { x: 250, y: 100 }]);
  expect([spread.x, spread.rotation, spread.radius].map(Math.round)).toEqual([100, 0, 200]);
  expect(dragged(ruler, [], [])).toBe(ruler);
});
