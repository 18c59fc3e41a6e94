import { expect, test } from "vitest";
import { bulleted, isBulleted } from "../../../src/board/editing/bullets.ts";
import { nextItem } from "../../../src/board/text/lists.ts";

test.each([
  ["- one", "- "],
  ["  • one", "  • "],
  ["9. nine", "10. "],
  ["3) c", "4) "],
  ["— так", "— "],
  ["- ", ""],
  ["2. ", ""],
  ["plain", null],
  ["-5 is a number", null],
  ["1.5 metres", null],
  ["12345. too many", null],
  ["", null],
])("below %j comes %j", (line, next) => {
  expect(nextItem(line)).toBe(next);
});

test("lines become items, and what they were again", () => {
  const text = "one\n\n  two\nшість";
  const list = bulleted(text, true);
  expect(list).toBe("• one\n\n  • two\n• шість");
  expect([isBulleted(text), isBulleted(list), isBulleted(""), isBulleted("\n")]).toEqual([false, true, false, false]);
  expect(bulleted(list, false)).toBe(text);
  expect(bulleted(list, true)).toBe(list);
  expect(bulleted("- a\n* b", true)).toBe("• a\n• b");
});
