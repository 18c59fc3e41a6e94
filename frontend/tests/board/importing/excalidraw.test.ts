import { expect, test } from "vitest";
import { excalidrawIn } from "../../../src/board/importing/excalidraw.ts";
import type { Element } from "../../../src/client/wire.ts";

/** As Excalidraw 0.18 writes them. */
const element = (type: string, more: object = {}): object => ({
  id: `${type}-1`,
  type,
  x: 10,
  y: 20,
  width: 100,
  height: 50,
  angle: 0,
  strokeColor: "#1971c2",
  backgroundColor: "transparent",
  fillStyle: "solid",
  strokeWidth: 2,
  strokeStyle: "solid",
  roughness: 1,
  opacity: 100,
  groupIds: [],
  frameId: null,
  roundness: null,
  seed: 1,
  version: 3,
  versionNonce: 4,
  isDeleted: false,
  boundElements: null,
  updated: 1,
  link: null,
  locked: false,
  ...more,
});
const file = (elements: object[], files: object = {}): string =>
  JSON.stringify({ type: "excalidraw", version: 2, source: "https://excalidraw.com", elements, appState: {}, files });
const made = (elements: object[], files?: object): readonly Element[] => excalidrawIn(file(elements, files))!.elements;
const PIXEL = "data:image/png;base64,iVBORw0KGgo=";

test("shapes keep their place, angle, colours, width, dashes and opacity", () => {
  const [rect, ellipse, diamond] = made([
    element("rectangle", { angle: Math.PI / 6, backgroundColor: "#ffc9c9", strokeStyle: "dashed", opacity: 50, strokeWidth: 4 }),
    element("ellipse"),
    element("diamond"),
  ]);
  expect(rect).toMatchObject({ type: "rect", x: 10, y: 20, w: 100, h: 50 });
  expect(rect!.rotation).toBeCloseTo(30);
  expect(rect!.style).toEqual({ color: "#1971c2", width: 4, opacity: 0.5, dash: "dashed", fill: "#ffc9c9" });
  expect(ellipse).toMatchObject({ type: "ellipse", w: 100 });
  expect(diamond).toMatchObject({ type: "polygon", x: 10, y: 20, points: [50, 0, 100, 25, 50, 50, 0, 25] });
});

test("a drawing by hand keeps the pressure of the pen; without one it has that of a mouse", () => {
  const points = [[0, 0], [5, 5], [9, 3]];
  const [pen, mouse] = made([
    element("freedraw", { points, pressures: [0.1, 0.6, 0.9], simulatePressure: false }),
    element("freedraw", { points, pressures: [], simulatePressure: true }),
  ]);
  expect(pen).toMatchObject({ type: "stroke", x: 10, y: 20, points: [0, 0, 0.1, 0, 5, 5, 0.6, 8, 9, 3, 0.9, 8] });
  expect(mouse).toMatchObject({ points: [0, 0, 0.5, 0, 5, 5, 0.5, 8, 9, 3, 0.5, 8] });
});

test("lines and arrows of two points and of more, open and closed, with heads at either end", () => {
  const points = [[0, 0], [100, 50]];
  const long = [[0, 0], [50, 0], [100, 50]];
  expect(made([element("line", { points })])).toMatchObject([{ type: "line", x1: 10, y1: 20, x2: 110, y2: 70 }]);
  expect(made([element("arrow", { points, endArrowhead: "arrow" })])).toMatchObject([{ type: "arrow", x1: 10, x2: 110 }]);
  expect(made([element("arrow", { points, endArrowhead: null, startArrowhead: "dot" })])).toMatchObject([{ type: "arrow", x1: 110, x2: 10 }]);
  expect(made([element("arrow", { points: long, endArrowhead: "arrow" })])).toMatchObject([
    { type: "polygon", closed: false, points: [10, 20, 60, 20, 110, 70] },
    { type: "arrow", x1: 60, y1: 20, x2: 110, y2: 70 },
  ]);
  const closed = [...long, [0, 0]];
  expect(made([element("line", { points: closed, backgroundColor: "#b2f2bb" })])).toMatchObject([
    { type: "polygon", closed: true, points: [10, 20, 60, 20, 110, 70], style: { fill: "#b2f2bb" } },
  ]);
});

test("texts keep size and alignment; one in a shape goes with it", () => {
  const [rect, text] = made([
    element("rectangle", { id: "box", boundElements: [{ id: "text-1", type: "text" }] }),
    element("text", { text: "x = 3", fontSize: 28, textAlign: "center", containerId: "box" }),
  ]);
  expect(text).toMatchObject({ type: "text", text: "x = 3", w: 100, style: { font_size: 28, align: "center" } });
  expect([rect!.group, text!.group]).toEqual(["box", "box"]);
});

test("groups come as they lie in one another; of an element in none its frame is the group", () => {
  const all = made([
    element("frame", { id: "f1", name: "Task 1" }),
    element("rectangle", { frameId: "f1" }),
    element("ellipse", { groupIds: ["inner", "outer"] }),
  ]);
  expect(all.map(({ type, group, inner_groups }) => [type, group, inner_groups])).toEqual([
    ["rect", "f1", []],
    ["text", "f1", []],
    ["rect", "f1", []],
    ["ellipse", "outer", ["inner"]],
  ]);
});

test("pictures come with their bytes, mirrored ones mirrored; one without a file is named", () => {
  const drawing = excalidrawIn(
    file([element("image", { fileId: "a", scale: [-1, 1] }), element("image", { fileId: "gone", scale: [1, 1] })], {
      a: { mimeType: "image/png", id: "a", dataURL: PIXEL },
    }),
  )!;
  const [picture] = drawing.elements;
  expect(picture).toMatchObject({ type: "image", mirrored: true, w: 100 });
  expect(drawing.pictures.get((picture as Extract<Element, { type: "image" }>).asset)?.type).toBe("image/png");
  expect(drawing.left).toEqual(new Map([["image", 1]]));
});

test("what our boards do not have is named, and what was deleted is not missed", () => {
  const { elements, left } = excalidrawIn(
    file([element("embeddable"), element("iframe"), element("embeddable"), element("rectangle", { isDeleted: true }), element("hologram")]),
  )!;
  expect(elements).toEqual([]);
  expect(left).toEqual(new Map([["embeddable", 2], ["iframe", 1], ["hologram", 1]]));
});

test("the clipboard of Excalidraw is read, and nothing else is taken for it", () => {
  const clipboard = JSON.stringify({ type: "excalidraw/clipboard", elements: [element("rectangle")], files: {} });
  expect(excalidrawIn(clipboard)?.elements).toHaveLength(1);
  for (const text of ["", "excalidraw", "{", '{"type":"excalidrawlib"}', '{"type":"excalidraw","elements":{}}', "[1]"]) {
    expect(excalidrawIn(text)).toBeNull();
  }
});

test("hostile drawings come to nothing that a board could not hold", () => {
  const hostile = [
    null,
    element("rectangle", { x: "1", width: Number.MAX_VALUE }),
    element("freedraw", { points: [["a"], null, [1e99, 2]] }),
    element("line", { points: "none" }),
    element("text", { text: { html: "<script>" } }),
    element("ellipse", { strokeColor: "url(javascript:1)", groupIds: ["__proto__", { a: 1 }] }),
  ] as object[];
  const all = made(hostile);
  expect(JSON.stringify(all)).not.toMatch(/javascript|script|e\+/);
});

test("order is kept: what lies above lies above", () => {
  const zs = made(Array.from({ length: 40 }, () => element("rectangle"))).map(({ z }) => z!);
  expect([...zs].sort()).toEqual(zs);
});
