import { expect, test } from "vitest";
import type { SessionSummary } from "../../../src/client/rest/rest.ts";
import { fileNameOf, mayKeep } from "../../../src/history/replay/keeping.ts";
import type { Playable } from "../../../src/history/replay/voices.ts";

const session = (access_code: string | null, downloads: "host" | "participants"): SessionSummary =>
  ({ access_code, settings: { history_policy: "all", recording: { downloads } } }) as unknown as SessionSummary;

test("who leads a lesson may keep its voices, others where that is so", () => {
  expect(mayKeep(null)).toBe(false);
  expect(mayKeep(session("7KQXM2PA", "host"))).toBe(true);
  expect(mayKeep(session(null, "host"))).toBe(false);
  expect(mayKeep(session(null, "participants"))).toBe(true);
});

test("files of one person are told apart, and said whose they are", () => {
  const take = (takeId: string, userId: number, kind: Playable["kind"]): Playable => ({ takeId, userId, kind, begin: 0, end: 1 });
  const takes = [take("a", 7, "audio"), take("b", 7, "video"), take("c", 8, "audio"), take("d", 7, "audio")];
  const words = { lesson: "Дроби", name: "Ada", kind: "voice" };
  expect(fileNameOf(takes[0]!, takes, words)).toBe("Дроби – Ada, voice 1.webm");
  expect(fileNameOf(takes[3]!, takes, words)).toBe("Дроби – Ada, voice 2.webm");
  expect(fileNameOf(takes[1]!, takes, { ...words, kind: "face" })).toBe("Дроби – Ada, face.webm");
});
