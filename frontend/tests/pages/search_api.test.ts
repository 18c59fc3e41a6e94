import { expect, test } from "vitest";
import { marked, placeOf, WRITTEN, type Hit } from "../../src/pages/home/search_api.ts";

const HIT: Hit = {
  session: { session_id: "a", title: "", status: "completed", at: "2026-11-01T10:00:00Z" },
  kind: "text",
  page: "p2",
  element: "e1",
  cell: null,
  seq: 7,
  at: "2026-11-01T10:00:00Z",
  user_id: 1,
  name: "Ada",
  excerpt: "",
  marks: [],
};

test("a hit leads to its page at its moment", () => {
  expect(placeOf(HIT)).toBe("/history/a#version=7&page=p2&element=e1");
  expect(placeOf({ ...HIT, kind: "chat", page: null, element: null })).toBe("/history/a#version=7");
});

test("marks are counted in characters, not in halves of them", () => {
  expect(marked("😀 дроби", [[2, 6]])).toEqual(["😀 ", "дроб", "и"]);
  expect(marked("one two", [[0, 3], [4, 7]])).toEqual(["", "one", " ", "two", ""]);
  expect(marked("none", [])).toEqual(["none"]);
});

test("what lessons and people are called is in the list of lessons", () => {
  expect(WRITTEN).not.toContain("title");
  expect(WRITTEN).toContain("chat");
});
