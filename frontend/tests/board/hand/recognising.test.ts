import { expect, test } from "vitest";
import { recognised } from "../../../src/board/hand/recognising.ts";
import type { Point } from "../../../src/board/geometry/geometry.ts";

/** A hand that shakes, the same way each time: by so many units around what it means. */
function shaky(path: readonly Point[], by = 2): Point[] {
  return path.map(({ x, y }, n) => ({ x: x + by * Math.sin(n * 1.7), y: y + by * Math.cos(n * 2.3) }));
}

/** Along straight lines, a point every 4 units. */
function along(...corners: readonly (readonly [number, number])[]): Point[] {
  return corners.slice(1).flatMap(([x, y], n) => {
    const [fromX, fromY] = corners[n]!;
    const count = Math.ceil(Math.hypot(x - fromX, y - fromY) / 4);
    return Array.from({ length: count + 1 }, (_, at) => ({ x: fromX + ((x - fromX) * at) / count, y: fromY + ((y - fromY) * at) / count }));
  });
}

function around(rx: number, ry: number, turns = 1.02, begin = 0.4): Point[] {
  return Array.from({ length: 90 }, (_, n) => {
    const angle = begin + (n / 89) * turns * 2 * Math.PI;
    return { x: 200 + rx * Math.cos(angle), y: 200 + ry * Math.sin(angle) };
  });
}

const turned = (path: readonly Point[], degrees: number): Point[] => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return path.map(({ x, y }) => ({ x: x * c - y * s, y: x * s + y * c }));
};

test("what a shaking hand draws is what it meant", () => {
  expect(recognised(shaky(along([0, 0], [200, 40])))).toMatchObject({ kind: "line" });
  expect(recognised(shaky(along([0, 0], [200, 0], [160, -30], [200, 0], [165, 32]), 1))).toMatchObject({ kind: "arrow" });
  expect(recognised(shaky(around(80, 84)))).toMatchObject({ kind: "ellipse" });
  expect(recognised(shaky(around(120, 60)))).toMatchObject({ kind: "ellipse" });
  expect(recognised(shaky(along([0, 0], [200, 5], [204, 120], [3, 118], [1, 4])))).toMatchObject({ kind: "rect", rotation: 0 });
  expect(recognised(shaky(along([100, 0], [200, 160], [0, 165], [98, 6])))).toMatchObject({ kind: "triangle" });
});

test("nearly a circle is one, an oval stays as it is", () => {
  const circle = recognised(shaky(around(80, 86), 1));
  expect(circle?.kind === "ellipse" && circle.box.w === circle.box.h).toBe(true);
  const oval = recognised(around(120, 60));
  expect(oval?.kind === "ellipse" && oval.box.w / oval.box.h).toBeCloseTo(2, 1);
});

test.each([0, 25, 40, -30, 80])("a rectangle that lies at %i degrees lies there exactly, wherever it was begun", (degrees) => {
  const loops = [
    along([0, 0], [200, 0], [200, 120], [0, 120], [0, 0]),
    along([100, 0], [200, 0], [200, 120], [0, 120], [0, 0], [100, 0]),
  ];
  for (const loop of loops) {
    const found = recognised(turned(shaky(loop), degrees));
    expect(found?.kind).toBe("rect");
    if (found?.kind !== "rect") return;
    expect(Math.abs(((found.rotation - degrees + 225) % 90) - 45)).toBeLessThan(3);
    expect(Math.max(found.box.w, found.box.h)).toBeGreaterThan(180);
  }
});

test.each<[string, Point[]]>([
  ["a wave", Array.from({ length: 80 }, (_, n) => ({ x: n * 3, y: 30 * Math.sin(n / 8) }))],
  ["a letter", along([0, 0], [30, 60], [60, 0], [90, 60], [120, 0])],
  ["a spiral", Array.from({ length: 160 }, (_, n) => ({ x: n * Math.cos(n / 10), y: n * Math.sin(n / 10) }))],
  ["a figure of eight", Array.from({ length: 100 }, (_, n) => ({ x: 100 * Math.sin(n / 16), y: 60 * Math.sin(n / 8) }))],
  ["a kite", along([100, 0], [160, 60], [100, 200], [40, 60], [100, 0])],
  ["an open hook", along([0, 0], [200, 0], [200, 150])],
  ["a half circle", around(80, 80, 0.5)],
  ["a star", along([100, 0], [160, 190], [0, 70], [200, 70], [40, 190], [100, 0])],
  ["what is as small as a letter", around(6, 6)],
  ["a dot", [{ x: 5, y: 5 }]],
])("%s stays what it is", (_, path) => {
  expect(recognised(path)).toBeNull();
});
