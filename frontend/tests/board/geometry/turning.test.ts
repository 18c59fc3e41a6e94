import { expect, test } from "vitest";
import { absolutePoints, boundsOf, centre, cornersOf, type Point } from "../../../src/board/geometry/geometry.ts";
import {
  angle,
  flipping,
  outerBounds,
  placing,
  stretching,
  turning,
  type Axis,
} from "../../../src/board/geometry/turning.ts";
import type { Element, Stroke } from "../../../src/client/wire.ts";

const BASE = { id: "e", layer: "base" } as const;
const BOX = { x: 100, y: 200, w: 60, h: 20 };
const KINDS: Readonly<Record<Element["type"], Element>> = {
  stroke: { ...BASE, type: "stroke", x: 10, y: 20, scale_x: 2, points: [0, 0, 0.5, 0, 10, 20, 0.5, 8, 30, 5, 0.5, 8] },
  line: { ...BASE, type: "line", x1: 0, y1: 0, x2: 40, y2: 10 },
  arrow: { ...BASE, type: "arrow", x1: 0, y1: 0, x2: 40, y2: 10 },
  rect: { ...BASE, type: "rect", ...BOX },
  ellipse: { ...BASE, type: "ellipse", ...BOX },
  text: { ...BASE, type: "text", x: 5, y: 6, w: 80, text: "abc" },
  note: { ...BASE, type: "note", ...BOX, h: 120, text: "abc" },
  image: { ...BASE, type: "image", ...BOX, asset: "ab" },
  polygon: { ...BASE, type: "polygon", x: 10, y: 20, points: [0, 0, 40, 10, 15, 60] },
  formula: { ...BASE, type: "formula", ...BOX, tex: "x", outline: "ab" },
  graph: { ...BASE, type: "graph", ...BOX },
  table: { ...BASE, type: "table", x: 5, y: 6, cols: [{ id: "a", size: 60 }], rows: [{ id: "b", size: 30 }] },
  custom: { ...BASE, type: "custom", ...BOX, kind: "dice" },
} as Readonly<Record<Element["type"], Element>>;
const ALL = Object.entries(KINDS);

function changed(element: Element, fields: object): Element {
  return { ...element, ...fields } as Element;
}

function turned(point: Point, about: Point, degrees: number): Point {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  const [dx, dy] = [point.x - about.x, point.y - about.y];
  return { x: about.x + dx * cos - dy * sin, y: about.y + dx * sin + dy * cos };
}

/** Points of an element as they are seen: what a picture of it would show. */
function seen(element: Element): Point[] {
  const box = boundsOf(element);
  const { x, y, w, h } = box;
  const corners = [
    { x, y },
    { x: x + w, y },
    { x: x + w, y: y + h },
    { x, y: y + h },
  ];
  const own =
    element.type === "polygon"
      ? cornersOf(element)
      : element.type === "stroke"
      ? absolutePoints(element)
      : element.type === "line" || element.type === "arrow"
        ? [
            { x: element.x1, y: element.y1 },
            { x: element.x2, y: element.y2 },
          ]
        : element.type === "image" && element.mirrored
          ? [corners[1]!, corners[0]!, corners[3]!, corners[2]!]
          : corners;
  return own.map((point) => turned(point, centre(box), element.rotation ?? 0));
}

function isNear(found: readonly Point[], wanted: readonly Point[]): void {
  expect(found.length).toBe(wanted.length);
  for (const [n, point] of found.entries()) {
    expect(Math.hypot(point.x - wanted[n]!.x, point.y - wanted[n]!.y)).toBeLessThan(0.2);
  }
}

test.each(ALL)("%s: every point turns about the same one, whatever it was turned by before", (_, element) => {
  const about = { x: 7, y: -3 };
  for (const rotation of [0, 30, 200]) {
    const before = { ...element, rotation };
    isNear(seen(changed(before, turning(before, about, 75))), seen(before).map((point) => turned(point, about, 75)));
  }
});

test.each(ALL)("%s: mirrored twice it is what it was", (_, element) => {
  for (const axis of ["across", "down"] as Axis[]) {
    for (const rotation of [0, 30]) {
      const before = { ...element, rotation };
      const about = { x: 50, y: 60 };
      const once = changed(before, flipping(before, axis, about));
      const twice = changed(once, flipping(once, axis, about));
      isNear(seen(twice), seen(before));
    }
  }
});

test.each(ALL.filter(([kind]) => ["stroke", "line", "arrow", "image", "polygon"].includes(kind)))(
  "%s: each point is mirrored",
  (_, element) => {
    const about = { x: 50, y: 60 };
    for (const rotation of [0, 30, 90]) {
      const before = { ...element, rotation };
      const across = changed(before, flipping(before, "across", about));
      isNear(seen(across), seen(before).map(({ x, y }) => ({ x: 100 - x, y })));
      const down = changed(before, flipping(before, "down", about));
      isNear(seen(down), seen(before).map(({ x, y }) => ({ x, y: 120 - y })));
    }
  },
);

test.each(ALL)("%s: the box around it is mirrored, its writing is not", (_, element) => {
  const before = { ...element, rotation: 20 };
  const after = changed(before, flipping(before, "across", { x: 50, y: 0 }));
  const [was, is] = [outerBounds(before), outerBounds(after)];
  isNear([{ x: is.x, y: is.y }], [{ x: 100 - was.x - was.w, y: was.y }]);
  if ("text" in before) expect("text" in after && after.text).toBe(before.text);
});

test.each(ALL)("%s: of a selection that is stretched evenly, what is turned keeps its shape and place", (_, element) => {
  const from = { x: 0, y: 0, w: 200, h: 400 };
  const to = { x: 10, y: 20, w: 400, h: 800 };
  for (const rotation of [0, 45, 90]) {
    const before = { ...element, rotation };
    const after = changed(before, placing(before, from, to));
    const middle = centre(outerBounds(before));
    isNear([centre(outerBounds(after))], [{ x: 10 + middle.x * 2, y: 20 + middle.y * 2 }]);
  }
});

test("what stands at a right angle is stretched the other way round", () => {
  const rect = { ...KINDS.rect, rotation: 90 } as Element;
  const box = outerBounds(rect);
  const wider = changed(rect, placing(rect, box, { ...box, w: box.w * 3 }));
  expect(outerBounds(wider)).toMatchObject({ w: box.w * 3, h: box.h });
});

test("a turned element that is stretched on one side keeps the other where it was", () => {
  const rect = { ...KINDS.rect, rotation: 30 } as Element;
  const box = boundsOf(rect);
  const after = changed(rect, stretching(rect, { ...box, w: box.w * 2 }));
  const [before, now] = [seen(rect), seen(after)];
  isNear([now[0]!, now[3]!], [before[0]!, before[3]!]);
  expect(boundsOf(after).w).toBe(box.w * 2);
});

test("a line has its angle in its ends, which one can take hold of", () => {
  const line = { ...KINDS.line, rotation: 90 } as Element;
  const after = changed(line, turning(line, { x: 20, y: 5 }, 90)) as Extract<Element, { type: "line" }>;
  expect(after.rotation).toBe(0);
  expect([after.x1, after.y1, after.x2, after.y2]).toEqual([40, 10, 0, 0]);
});

test("a stroke that is flipped keeps its pressure", () => {
  const stroke = KINDS.stroke as Stroke;
  expect(flipping(stroke, "across", { x: 0, y: 0 })).not.toHaveProperty("points");
});

test("angles are from 0 to 360", () => {
  expect([angle(-15), angle(725), angle(359.999), angle(0)]).toEqual([345, 5, 0, 0]);
});
