import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import { snapperOf } from "../../../src/board/arranging/snapping.ts";
import type { Desk } from "../../../src/board/desk.ts";
import type { Element, Page } from "../../../src/client/wire.ts";

const box = (id: string, x: number, y: number, more: object = {}): Element =>
  ({ id, layer: "base", type: "rect", x, y, w: 100, h: 50, ...more }) as Element;

/** What a snapper asks of a desk. */
function desk(elements: Element[], { paper = false, others = true, zoom = 1, page = { id: "p1" } as Page } = {}): Desk {
  return {
    board: signal({ page, pages: [page], layers: [{ id: "base" }], elements: new Map(elements.map((one) => [one.id, one])) }),
    page: signal(page),
    camera: signal({ x: 0, y: 0, zoom }),
    viewSize: signal({ width: 1000, height: 800 }),
    aids: { snapsToElements: { isOn: signal(others) }, snapsToPaper: { isOn: signal(paper) } },
  } as unknown as Desk;
}

const moved = box("moved", 0, 0);

test("edges and middles pull what is near, with a line from the one to the other", () => {
  const snapper = snapperOf(desk([moved, box("other", 300, 200)]), [moved]);
  expect(snapper.moved({ x: 304, y: 400, w: 100, h: 50 })).toEqual({
    dx: -4,
    dy: 0,
    guides: [300, 350, 400].map((x) => ({ from: { x, y: 200 }, to: { x, y: 450 } })),
  });
  expect(snapper.moved({ x: 342, y: 600, w: 20, h: 20 }).dx).toBe(-2);
  expect(snapper.moved({ x: 310, y: 400, w: 20, h: 50 })).toEqual({ dx: 0, dy: 0, guides: [] });
});

test("near is what is near on the screen", () => {
  const near = { x: 304, y: 400, w: 100, h: 50 };
  expect(snapperOf(desk([moved, box("other", 300, 200)], { zoom: 4 }), [moved]).moved(near).dx).toBe(0);
});

test("neither ink, nor what is out of view, nor what moves along pulls anything", () => {
  const stroke = { id: "s", layer: "base", type: "stroke", x: 300, y: 200, points: [0, 0, 0.5, 0, 100, 50, 0.5, 9] } as Element;
  const near = { x: 304, y: 400, w: 100, h: 50 };
  for (const other of [stroke, box("far", 300, 2_000)]) {
    expect(snapperOf(desk([moved, other]), [moved]).moved(near).dx).toBe(0);
  }
  const both = [moved, box("along", 300, 200)];
  expect(snapperOf(desk(both), both).moved(near).dx).toBe(0);
  expect(snapperOf(desk([stroke, box("other", 300, 200)]), [stroke]).moved(near).dx).toBe(0);
});

test("a side that is pulled snaps alone", () => {
  const snapper = snapperOf(desk([moved, box("other", 300, 200)]), [moved]);
  const { box: wider, guides } = snapper.stretched({ x: 0, y: 0, w: 297, h: 50 }, "e");
  expect(wider).toEqual({ x: 0, y: 0, w: 300, h: 50 });
  expect(guides).toHaveLength(1);
  expect(snapper.stretched({ x: 297, y: 203, w: 50, h: 47 }, "nw").box).toEqual({ x: 300, y: 200, w: 47, h: 50 });
});

test("the paper pulls by its lines, where one has switched that on", () => {
  const squares = { id: "p1", paper: { kind: "squares", step: 20 } } as Page;
  const place = { x: 43, y: 58, w: 33, h: 33 };
  expect(snapperOf(desk([moved], { paper: true, page: squares }), [moved]).moved(place)).toMatchObject({ dx: -3, dy: 2 });
  expect(snapperOf(desk([moved], { page: squares }), [moved]).moved(place)).toMatchObject({ dx: 0, dy: 0 });
  const lined = { id: "p1", paper: { kind: "lined", step: 20 } } as Page;
  expect(snapperOf(desk([moved], { paper: true, page: lined }), [moved]).moved(place)).toMatchObject({ dx: 0, dy: 2 });
  // Lines that nobody can tell apart pull nothing.
  expect(snapperOf(desk([moved], { paper: true, page: squares, zoom: 0.2 }), [moved]).moved(place)).toMatchObject({ dx: 0 });
});
