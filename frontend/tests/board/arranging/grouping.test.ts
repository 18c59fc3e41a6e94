import { expect, test } from "vitest";
import { DEEPEST, fieldsOf, grouped, groupsOf, inner, ungrouped, unitsOf } from "../../../src/board/arranging/grouping.ts";
import type { Element, Id } from "../../../src/client/wire.ts";

/** An element of these groups, from the outside in. */
const of = (id: string, ...groups: string[]): Element =>
  ({ id, layer: "base", type: "rect", x: 0, y: 0, w: 1, h: 1, ...(groups.length > 0 && fieldsOf(groups)) }) as Element;
const told = (groups: ReadonlyMap<Id, readonly Id[]> | "deep" | null): unknown => (groups instanceof Map ? Object.fromEntries(groups) : groups);
const after = (all: readonly Element[], groups: ReadonlyMap<Id, readonly Id[]>): Element[] =>
  all.map((element) => ({ ...element, ...fieldsOf(groups.get(element.id) ?? groupsOf(element)) }) as Element);

test("[BD-19] a group of groups keeps those that it is of, and gives them back", () => {
  const all = [of("a", "g"), of("b", "g"), of("c", "h"), of("d", "h"), of("e")];
  const made = grouped(all, all, "new");
  expect(told(made)).toEqual({ a: ["new", "g"], b: ["new", "g"], c: ["new", "h"], d: ["new", "h"], e: ["new"] });
  const nested = after(all, made as ReadonlyMap<Id, readonly Id[]>);
  expect(grouped(nested, nested, "again")).toBe(null);
  const back = ungrouped(nested, nested);
  expect(after(nested, back).map(groupsOf)).toEqual(all.map(groupsOf));
  expect(told(ungrouped(after(nested, back), all.slice(0, 2)))).toEqual({ a: [], b: [] });
});

test("[BD-19] some of a group are a group in it, and what is picked alone is taken out of the innermost", () => {
  const all = [of("a", "g"), of("b", "g"), of("c", "g"), of("d")];
  const made = grouped(all, all.slice(0, 2), "new");
  expect(told(made)).toEqual({ a: ["g", "new"], b: ["g", "new"] });
  const nested = after(all, made as ReadonlyMap<Id, readonly Id[]>);
  expect(told(ungrouped(nested, [nested[0]!]))).toEqual({ a: ["g"] });
  expect(told(ungrouped(nested, nested.slice(0, 2)))).toEqual({ a: ["g"], b: ["g"] });
  expect(told(ungrouped(nested, nested.slice(0, 3)))).toEqual({ a: ["new"], b: ["new"], c: [] });
  expect(told(ungrouped(nested, [nested[3]!]))).toEqual({});
});

test("[BD-19] one thing makes no group, and none lies deeper than all can read", () => {
  const groups = Array.from({ length: DEEPEST }, (_, n) => `g${n}`);
  const all = [of("a", ...groups), of("b", ...groups), of("c")];
  expect(grouped(all, [all[2]!], "new")).toBe(null);
  expect(grouped(all, all.slice(0, 2), "new")).toBe(null);
  expect(grouped(all, all, "new")).toBe("deep");
  expect(groupsOf(of("x"))).toEqual([]);
  expect(fieldsOf([])).toEqual({ group: null, inner_groups: [] });
});

test("what is aligned are groups, and within the one that is picked the groups and members in it", () => {
  const all = [of("a", "g", "h"), of("b", "g", "h"), of("c", "g"), of("d", "k"), of("e", "k")];
  const ids = (units: Element[][]): string[] => units.map((unit) => unit.map(({ id }) => id).join(""));
  expect(ids(unitsOf(all))).toEqual(["abc", "de"]);
  expect(ids(unitsOf(all.slice(0, 3)))).toEqual(["ab", "c"]);
  expect(ids(unitsOf(all.slice(0, 2)))).toEqual(["a", "b"]);
  expect(ids(unitsOf(all.slice(0, 1)))).toEqual(["a"]);
  expect(ids(unitsOf([]))).toEqual([]);
});

test("each press of two at a group picks what lies one deeper", () => {
  const all = [of("a", "g", "h"), of("b", "g", "h"), of("c", "g"), of("d")];
  const picked = (...ids: string[]): ReadonlySet<Id> => new Set(ids);
  expect(inner(all, picked("a", "b", "c"), all[0]!)).toEqual(picked("a", "b"));
  expect(inner(all, picked("a", "b"), all[0]!)).toEqual(picked("a"));
  expect(inner(all, picked("a", "b", "c"), all[2]!)).toEqual(picked("c"));
  expect(inner(all, picked(), all[0]!)).toEqual(picked("a"));
});
