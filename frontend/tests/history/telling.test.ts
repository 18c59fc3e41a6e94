import { expect, test, vi } from "vitest";
import type { TimelineEntry } from "../../src/client/rest/rest.ts";

vi.stubGlobal("document", { baseURI: "http://lessons.test/", documentElement: { dataset: {} }, querySelector: () => null });
vi.stubGlobal("navigator", { languages: ["en"] });
const { mediaChanges, sentenceOf, summarised } = await import("../../src/history/telling.ts");
const { speakOfPages } = await import("../../src/language/language.ts");

function event(seq: number, type: string, data: object, user_id: number | null = 2, name: string | null = "Ada"): TimelineEntry {
  return { seq, type, at: "2026-11-29T10:00:00Z", user_id, name, data: data as Record<string, unknown> };
}

/** As people read it, without the marks around names. */
function said(events: readonly TimelineEntry[]): string[] {
  const media = mediaChanges(events);
  const names = new Map([[2, "Ada"]]);
  return events.map((one) => sentenceOf(one, names, media.get(one.seq)).replace(/[\u2068\u2069]/g, ""));
}

test("of microphone, camera and screen it is said what changed, and of whom", async () => {
  await speakOfPages();
  const of = { user_id: 2 };
  expect(
    said([
      event(1, "media_state", { ...of, audio: true, video: false, screen: false }),
      event(2, "media_state", { ...of, audio: true, video: false, screen: true }),
      event(3, "media_state", { ...of, audio: true, video: false, screen: false }),
      // The server carries out that a permission is gone.
      event(4, "media_state", { ...of, audio: false, video: false, screen: false }, null, null),
      event(5, "participant_reconnect", of),
      event(6, "media_state", { ...of, audio: true, video: true, screen: false }),
    ]),
  ).toEqual([
    "Ada turned the microphone on",
    "Ada shared the screen",
    "Ada stopped sharing the screen",
    "Ada: the microphone is no longer allowed, and is off",
    "Ada came back",
    "Ada turned the microphone on; Ada turned the camera on",
  ]);
});

test("[PE-3] of whom a host muted it is said who did it", async () => {
  await speakOfPages();
  const of = { user_id: 2, video: false, screen: false };
  const heard = event(1, "media_state", { ...of, audio: true });
  expect(said([heard, event(2, "media_state", { ...of, audio: false }, 1, "Grace")])).toEqual([
    "Ada turned the microphone on",
    "Grace muted Ada",
  ]);
});

test("a stroke is one however many pieces it came in, and moving is not drawing", () => {
  const ops = (seq: number, operations: object): TimelineEntry => event(seq, "board_op", { operations });
  const lines = summarised([
    ops(1, { put: 1 }),
    ops(2, { append: 1 }),
    ops(3, { append: 1 }),
    ops(4, { put: 1 }),
    ops(5, { append: 1 }),
    ops(6, { patch: 3 }),
    ops(7, { remove: 2 }),
  ]);
  expect(lines.map(({ event: { seq }, count }) => [seq, count])).toEqual([
    [5, 2],
    [6, 3],
    [7, 2],
  ]);
});

test("what was done to pages is said, each page counted", async () => {
  await speakOfPages();
  const pages = (operations: object, seq: number) => event(seq, "board_op", { operations });
  const copied = pages({ add_page: 1, add_layer: 1, put: 200 }, 1);
  expect(said([copied, pages({ remove_page: 1 }, 2), pages({ reorder_pages: 1 }, 3)])).toEqual([
    "Ada added a page",
    "Ada deleted a page",
    "Ada changed the pages",
  ]);
  expect(summarised([copied, pages({ add_page: 2 }, 2)]).map(({ count }) => count)).toEqual([3]);
});

test("[RT-6] how good somebody's line became is said of them", async () => {
  await speakOfPages();
  const of = { user_id: 2 };
  expect(said(["weak", "bad", "good"].map((quality, n) => event(n + 1, "connection_quality", { ...of, quality })))).toEqual([
    "Ada’s line became weak: cameras are sent smaller",
    "Ada’s line became bad: the voice suffers",
    "Ada’s line is good again",
  ]);
});
