/** Each kind of refusal has words of its own, and names what it is about. */

import { expect, test, vi } from "vitest";
import { ApiRefusal } from "../../../src/client/rest/http.ts";
import type { ErrorCode } from "../../../src/client/wire.ts";

vi.stubGlobal("document", { baseURI: "http://lessons.test/", documentElement: { dataset: {} }, querySelector: () => null });
vi.stubGlobal("navigator", { languages: ["en"] });
const { BrokenOff } = await import("../../../src/pages/packs/pack_import_api.ts");
const { refusedPack } = await import("../../../src/pages/packs/refused_pack.ts");
const { speakOfPages } = await import("../../../src/language/language.ts");

await speakOfPages();

const refusal = (status: number, code: ErrorCode, message: string, field?: string): ApiRefusal =>
  new ApiRefusal(status, { code, message, ...(field && { field }) });

test("[LP-6] what is no pack is told from one that was changed, which names the entry", () => {
  const none = [
    refusal(422, "invalid", "this is no ZIP archive", "file"),
    refusal(422, "invalid", "the body is empty", "body"),
    refusal(422, "invalid", "is missing: this is no lesson pack", "manifest.json"),
  ];
  for (const each of none) expect(refusedPack(each)).toMatchObject({ words: expect.stringContaining("no lesson pack"), detail: null });
  const changed = refusedPack(refusal(422, "invalid", "its SHA-256 is another one", "files/ab.png"));
  expect(changed.words).toContain("files/ab.png");
  expect(changed.detail).toBe("files/ab.png: its SHA-256 is another one");
});

test("what there is no room for, what is over, what came too often", () => {
  const words = [
    refusal(413, "too_large", "they have 10 sessions", "as_user"),
    refusal(413, "too_large", "the disk of this server is nearly full"),
    refusal(409, "conflict", "a lesson is kept for 30 days", "session.json"),
    refusal(429, "rate_limited", "too many uploads"),
    refusal(403, "permission_denied", "no"),
    new BrokenOff(false),
    new BrokenOff(true),
    new TypeError("whatever"),
  ].map((each) => refusedPack(each).words);
  expect(new Set(words).size).toBe(words.length);
  for (const each of words) expect(each).not.toMatch(/^pack\./);
});
