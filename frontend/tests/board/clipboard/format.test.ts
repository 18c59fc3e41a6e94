import { expect, test } from "vitest";
import { packed, unpacked } from "../../../src/board/clipboard/format.ts";
import type { Element } from "../../../src/client/wire.ts";

const BASE = { id: "e", layer: "base" } as const;
const BOX = { x: 1, y: 2, w: 30, h: 40 };
const HASH = "ab".repeat(32);
const ALL = [
  { ...BASE, type: "stroke", x: 1, y: 2, scale_x: -1, brush: "highlighter", points: [0, 0, 0.5, 0, 3, 4, 1, 8] },
  { ...BASE, type: "line", x1: 0, y1: 0, x2: 4, y2: 5, rotation: 30 },
  { ...BASE, type: "arrow", x1: 0, y1: 0, x2: 4, y2: 5 },
  { ...BASE, type: "rect", ...BOX, style: { color: "#e03131", fill: "#ffc9c9", width: 4, dash: "dotted", opacity: 0.5 } },
  { ...BASE, type: "ellipse", ...BOX, group: "g" },
  { ...BASE, type: "polygon", x: 0, y: 0, points: [0, 0, 5, 5, 0, 9], closed: false },
  { ...BASE, type: "text", x: 0, y: 0, w: 90, text: "Рівняння: <b>x² & y\nдалі", style: { font_size: 24, align: "center" } },
  { ...BASE, type: "note", ...BOX, text: "с. 42" },
  { ...BASE, type: "image", ...BOX, asset: HASH, alt: "a cat", mirrored: true },
  { ...BASE, type: "formula", ...BOX, tex: "\\frac12", outline: HASH },
  { ...BASE, type: "graph", ...BOX, view: [-5, 5, -5, 5], curves: [{ expr: "1/x", color: "#e03131", points: [[-5, -0.2, -1, -1], [1, 1, 5, 0.2]] }], axes: false },
  { ...BASE, type: "table", x: 0, y: 0, cols: [{ id: "c", size: 140 }], rows: [{ id: "r", size: 42 }], cells: { "r:c": "7" } },
  { ...BASE, type: "custom", ...BOX, kind: "dice", data: { n: 6 } },
] as unknown as Element[];

test("what is copied comes out as it was, whatever its kind", () => {
  expect(unpacked(packed("s1", "p1", ALL).html)).toEqual({ session: "s1", page: "p1", elements: ALL, left: 0 });
});

test("who made it stays behind", () => {
  const [element] = unpacked(packed("s1", "p1", [{ ...ALL[3]!, by: 7 }]).html)!.elements;
  expect(element).not.toHaveProperty("by");
});

test("other programs get the texts, and no mark of ours", () => {
  const { plain, html } = packed("s1", "p1", ALL);
  expect(plain).toBe("Рівняння: <b>x² & y\nдалі\n\nс. 42\n\na cat\n\n\\frac12");
  expect(html).toContain("<p>Рівняння: &lt;b&gt;x² &amp; y<br>далі</p>");
  expect(html.replace(/data-lessonroom="[^"]*"/, "")).not.toContain("<b>");
});

const carrying = (elements: unknown, more: object = {}): string =>
  `<div data-lessonroom="${Buffer.from(JSON.stringify({ version: 1, session: "s", page: "p", elements, ...more })).toString("base64")}">`;

test.each<[string, string]>([
  ["HTML of another program", "<p>text</p>"],
  ["no base64", '<div data-lessonroom="%%%">'],
  ["no JSON", `<div data-lessonroom="${btoa("{")}">`],
  ["another version", carrying([], { version: 2 })],
  ["no list", carrying({})],
])("nothing comes of %s", (_, html) => {
  expect(unpacked(html)).toBeNull();
});

test("of hostile elements nothing comes in but what is known and sound, and the rest is counted", () => {
  const hostile = [
    null,
    7,
    [],
    { type: "__proto__" },
    { type: "constructor", x: 0 },
    { type: "iframe", ...BOX },
    { type: "rect", ...BOX, w: -1 },
    { type: "rect", ...BOX, x: "0" },
    { type: "rect", ...BOX, x: 1e9 },
    { type: "stroke", points: [0, 0, 0.5] },
    { type: "stroke", points: Array.from({ length: 400_004 }, () => 0) },
    { type: "stroke", points: "many" },
    { type: "image", ...BOX, asset: "../../etc" },
    { type: "text", x: 0, y: 0, text: { toString: "x" } },
  ];
  expect(unpacked(carrying(hostile))).toMatchObject({ elements: [], left: hostile.length });
  const [kept] = unpacked(
    carrying([{ type: "rect", ...BOX, onclick: "x", style: { color: "url(//x)", width: 3, onload: "y" }, group: "a b", by: 1 }]),
  )!.elements;
  expect(kept).toEqual({ type: "rect", id: "pasted", layer: "base", ...BOX, style: { width: 3 } });
});
