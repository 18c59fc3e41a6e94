import { expect, test } from "vitest";
import { sheetName } from "../../src/classroom/pages/sheets.ts";

test.each([
  [[793.33, 1122.67], "A4"],
  [[1122.67, 793.33], "A4 ↔"],
  [[612 / 0.75, 792 / 0.75], "Letter"],
  [[1920, 1080], "16:9 (1920 × 1080)"],
  [[720, 1280], "9:16 (720 × 1280)"],
  [[1024, 768], "4:3 (1024 × 768)"],
  [[500.4, 123.456], "500 × 123"],
] as const)("%j is %s", (size, name) => {
  expect(sheetName(size)).toBe(name);
});
