import { expect, test } from "vitest";
import { copied } from "../../../src/board/arranging/copies.ts";
import { permitted } from "../../../src/board/editing/permitted.ts";
import type { Board } from "../../../src/client/replica/board.ts";
import type { Edit, Element } from "../../../src/client/wire.ts";

const box = (id: string, more: object = {}): Element =>
  ({ id, layer: "base", type: "rect", x: 0, y: 0, w: 1, h: 1, ...more }) as Element;
const board = (...elements: Element[]): Board => ({
  pages: [{ id: "p1" }],
  layers: [{ id: "base", name: "Layer 1" }, { id: "over" }],
  elements: new Map(elements.map((element) => [element.id, element])),
});

test("copies lie above all else, in the order that they have among themselves", () => {
  const elements = [box("b", { z: "a5" }), box("a", { z: "a1" }), box("c", { z: "a9" })];
  const copies = copied(board(...elements), elements.slice(0, 2), ({ layer }) => layer);
  expect(copies.map(({ z }) => z! > "a9")).toEqual([true, true]);
  expect(copies[0]!.z! < copies[1]!.z!).toBe(true);
  expect(copies.map(({ id }) => elements.some((one) => one.id === id))).toEqual([false, false]);
});

test("[BD-19] a copied group is one of its own, and nobody's copy is locked or somebody else's", () => {
  const elements = [box("a", { group: "g", by: 7, locked: true }), box("b", { group: "g" }), box("c", { group: "h" })];
  const copies = copied(board(...elements), elements, () => "over");
  expect(copies[0]!.group).toBe(copies[1]!.group);
  expect(new Set([copies[0]!.group, copies[2]!.group, "g", "h"]).size).toBe(4);
  for (const copy of copies) {
    expect(copy).not.toHaveProperty("by");
    expect(copy).not.toHaveProperty("locked");
    expect(copy.layer).toBe("over");
  }
});

test("[BD-19] groups in a copied group are of their own, and lie in one another as they did", () => {
  const elements = [box("a", { group: "g", inner_groups: ["h"] }), box("b", { group: "g", inner_groups: ["h"] }), box("c", { group: "g" })];
  const copies = copied(board(...elements), elements, () => "over");
  const [a, b, c] = copies.map(({ group, inner_groups }) => [group, ...(inner_groups ?? [])]);
  expect(a).toEqual(b);
  expect(a).toHaveLength(2);
  expect(c).toEqual([a![0]]);
  expect(new Set([...a!, "g", "h"]).size).toBe(4);
});

test("what lies on several layers keeps the order of the layers", () => {
  const elements = [box("top", { layer: "over", z: "a0" }), box("low", { z: "z9" })];
  const copies = copied(board(...elements), elements, () => "base");
  expect(copies.map(({ z }) => z).sort()).toEqual(copies.map(({ z }) => z));
  expect(copies[0]!.z! < copies[1]!.z!).toBe(true);
});

test("[BD-18][BD-17] what the room would refuse is not asked for, but for unlocking", () => {
  const elements = new Map([box("own"), box("held", { locked: true }), box("others", { by: 9 })].map((one) => [one.id, one]));
  const mayChange = ({ by = 0 }: Element): boolean => by === 0;
  const left = (op: Edit): Edit[] => permitted(op, elements, mayChange);
  const patch = (id: string, set: Record<string, unknown>, unset?: string[]): Edit => ({ op: "patch", id, set, ...(unset && { unset }) });
  expect(left(patch("own", { x: 1 }))).toHaveLength(1);
  expect(left(patch("held", { x: 1 }))).toEqual([]);
  expect(left(patch("held", { x: 1, locked: false }))).toHaveLength(1);
  expect(left(patch("held", { x: 1 }, ["locked"]))).toHaveLength(1);
  expect(left(patch("others", { locked: false }))).toEqual([]);
  expect(left({ op: "put", element: box("held") })).toEqual([]);
  expect(left({ op: "remove", ids: ["own", "held", "others", "gone"] })).toEqual([{ op: "remove", ids: ["own", "gone"] }]);
});

test("[BD-27] on what is open others' work is moved, and nothing else is done to it", () => {
  const elements = new Map([box("others", { by: 9, rotation: 1 }), box("held", { by: 9, locked: true })].map((one) => [one.id, one]));
  const left = (op: Edit): Edit[] => permitted(op, elements, () => false, () => true);
  const patch = (id: string, set: Record<string, unknown>, unset?: string[]): Edit => ({ op: "patch", id, set, ...(unset && { unset }) });
  expect(left(patch("others", { x: 1, y: 2, rotation: 3, z: "b" }))).toHaveLength(1);
  expect(left(patch("others", {}, ["rotation"]))).toHaveLength(1);
  expect(left(patch("others", { x: 1, w: 2 }))).toEqual([]);
  expect(left(patch("others", { x: 1 }, ["style.color"]))).toEqual([]);
  expect(left(patch("held", { x: 1 }))).toEqual([]);
  expect(left({ op: "remove", ids: ["others"] })).toEqual([]);
  expect(left({ op: "put", element: box("others") })).toEqual([]);
});
