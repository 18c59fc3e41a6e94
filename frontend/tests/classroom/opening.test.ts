import { expect, test, vi } from "vitest";
import type { ErrorData } from "../../src/client/wire.ts";

vi.stubGlobal("document", { baseURI: "http://lessons.test/", documentElement: { dataset: {} }, querySelector: () => null });
vi.stubGlobal("navigator", { languages: ["en"] });
const { ApiRefusal } = await import("../../src/client/rest/http.ts");
const { speakOfPages } = await import("../../src/language/language.ts");
const { wordsForBoard } = await import("../../src/classroom/pages/opening.ts");
await speakOfPages();

const refused = (error: ErrorData): string => wordsForBoard(new ApiRefusal(422, error));

test("[PG-9] what is no board file is said once", () => {
  const words = refused({ code: "invalid", field: "body", message: "this is not a board that was saved here, or it is damaged" });
  expect(words).toBe("This file was not saved by such a server, or it is damaged.");
});

test("[PG-9] a place in the file is named", () => {
  const message = "board.elements.r.w: Expected `float`";
  expect(refused({ code: "invalid", field: "body.board.elements.r.w", message })).toMatch(/damaged\. \(board\.elements\.r\.w: .*\)$/);
});

test("[PG-9] a newer server is another matter than damage", () => {
  const words = refused({ code: "invalid", field: "body.format_version", message: "this board was saved by a newer server than this one" });
  expect(words).toMatch(/^A newer server/);
});

test("[PG-9] pictures that are missing, and what is said of other things", () => {
  expect(refused({ code: "not_found", field: "body", message: "1 of its pictures" })).toMatch(/pictures are not on this server/);
  expect(refused({ code: "not_found", field: "after", message: "there is no page p9" })).toMatch(/p9/);
  expect(wordsForBoard(new TypeError("fetch failed"))).not.toMatch(/fetch/);
});
