import { expect, test } from "vitest";
import { boardTypeOf } from "../../../src/board/input/board_files.ts";

const file = (content: string, name = "file"): File => new File([content], name);

test("a board file is told by what it holds, whatever it is called", async () => {
  const zip = `PK\x03\x04${"\0".repeat(26)}board.json`;
  expect(await boardTypeOf(file(zip, "algebra.zip"))).toBe("application/vnd.lessonroom.board+zip");
  expect(await boardTypeOf(file('{"format":"lessonroom.board","format_version":1}'))).toBe("application/json");
});

test("archives and drawings of others are none", async () => {
  expect(await boardTypeOf(file(`PK\x03\x04${"\0".repeat(26)}word/document.xml`, "a.lessonroom"))).toBe(null);
  expect(await boardTypeOf(file('{"type":"excalidraw","elements":[]}', "a.json"))).toBe(null);
  expect(await boardTypeOf(file(""))).toBe(null);
});
