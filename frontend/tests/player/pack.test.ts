import { expect, test } from "vitest";
import { readPack } from "../../src/player/pack.ts";

const LESSON = { title: "Fractions", recordings: [], takes: [], people: [{ user_id: 7, name: "Ada" }] };
const PUT = { op: "put", element: { id: "r1", type: "rect", layer: "base" } };
const LOG = [
  { seq: 1, type: "session_start", at: 5, user_id: null, data: { status: "active" } },
  { seq: 2, type: "board_op", at: 6, user_id: 7, data: { ops: [PUT, PUT, { op: "remove", ids: ["r1"] }] } },
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join("");

test("events are told as the timeline has them, and changes of the board with their operations", () => {
  const { lesson, events, changes } = readPack((id) => (id === "log" ? LOG : JSON.stringify(LESSON)));
  expect(lesson.title).toBe("Fractions");
  expect(events.map(({ seq, name, at }) => [seq, name, at])).toEqual([
    [1, null, "1970-01-01T00:00:00.005Z"],
    [2, "Ada", "1970-01-01T00:00:00.006Z"],
  ]);
  expect(events[1]!.data["operations"]).toEqual({ put: 2, remove: 1 });
  expect(events[1]!.data["ops"]).toBeUndefined();
  expect(changes.map(({ seq, at, author, ops }) => [seq, at, author, ops.length])).toEqual([[2, 6, 7, 3]]);
});

test("a document that is damaged is refused", () => {
  expect(() => readPack(() => "{")).toThrow(SyntaxError);
});
