import { expect, test } from "vitest";
import { permitted } from "../../../src/board/editing/permitted.ts";
import type { Edit, Element } from "../../../src/client/wire.ts";

const RECT: Element = { id: "r", layer: "base", type: "rect", x: 0, y: 0, w: 10, h: 10, style: { color: "#c92a2a" }, by: 7 };
const elements = new Map([["r", RECT]]);
const left = (op: Edit): Edit[] => permitted(op, elements, () => true);
const { by: _, ...own } = RECT as Element & { by: number };

test.each<[string, Edit]>([
  ["where it is already", { op: "patch", id: "r", set: { x: 0, y: 0 } }],
  ["a default that is not written", { op: "patch", id: "r", set: { rotation: 0 } }],
  ["the colour that it has", { op: "patch", id: "r", set: { style: { color: "#c92a2a" } } }],
  ["a width as usual", { op: "patch", id: "r", set: { style: { width: 2 } } }],
  ["what was not set", { op: "patch", id: "r", unset: ["style.dash", "group"] }],
  ["nothing", { op: "patch", id: "r", set: {} }],
  ["itself", { op: "put", element: own as Element }],
])("[BD-11] what the room makes no step of is not sent: %s", (_, op) => {
  expect(left(op)).toEqual([]);
});

test.each<[string, Edit]>([
  ["one of two fields", { op: "patch", id: "r", set: { x: 0, y: 1 } }],
  ["another colour", { op: "patch", id: "r", set: { style: { color: "#000000" } } }],
  ["no colour", { op: "patch", id: "r", unset: ["style.color"] }],
  ["a default in place of what was set", { op: "patch", id: "r", set: { style: { color: "#1e1e1e" } } }],
  ["one that nobody knows here", { op: "patch", id: "other", set: { x: 0 } }],
  ["another in its place", { op: "put", element: { ...own, w: 11 } as Element }],
  ["one that is new", { op: "put", element: { ...own, id: "new" } as Element }],
])("[BD-11] what changes something is: %s", (_, op) => {
  expect(left(op)).toEqual([op]);
});
