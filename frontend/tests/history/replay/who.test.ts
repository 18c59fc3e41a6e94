import { expect, test } from "vitest";
import type { ListedRecording, ListedTake, RecordedSeat } from "../../../src/client/rest/recording_api.ts";
import { spanOf, whoIsHeard } from "../../../src/history/replay/who.ts";

const T0 = Date.parse("2026-11-30T10:00:00Z");
const at = (ms: number): string => new Date(T0 + ms).toISOString();
const recordings: readonly ListedRecording[] = [{ recording_id: "one", started_at: at(0), stopped_at: at(9_000) }];

function seat(user_id: number, changes: Partial<RecordedSeat> = {}): RecordedSeat {
  return { user_id, name: `Person ${user_id}`, role: "student", joined_at: at(0), recording_consent: "given", is_left_out: false, ...changes };
}

function take(user_id: number, changes: Partial<ListedTake> = {}): ListedTake {
  const whole = { take_id: `t${user_id}`, recording_id: "one", kind: "audio", state: "sealed", size_bytes: 9, gaps: [] } as const;
  return { ...whole, user_id, start_at: at(1_000), duration_ms: 5_000, ...changes };
}

test("who is heard has the parts that there are, and what is missing in their midst is named", () => {
  const gap = [T0 + 2_000, T0 + 3_000] as const;
  const outside = [T0 + 7_000, T0 + 8_000] as const;
  const [ada] = whoIsHeard([take(1, { gaps: [gap, outside] })], [seat(1)], recordings);
  expect(ada).toEqual({
    userId: 1,
    name: "Person 1",
    parts: [[T0 + 1_000, T0 + 2_000], [T0 + 3_000, T0 + 6_000]],
    gaps: [gap],
    why: null,
    isOpen: false,
  });
});

test("[RC-4] who is silent is named, with why, behind those who are heard", () => {
  const seats = [
    seat(1, { recording_consent: "declined" }),
    seat(2, { recording_consent: null }),
    seat(3, { is_left_out: true }),
    seat(4),
    seat(5, { joined_at: null }),
    seat(6, { role: "viewer" }),
    seat(7),
  ];
  const heard = whoIsHeard([take(7, { state: "open" }), take(4, { state: "erased" })], seats, recordings);
  expect(heard.map(({ userId, why }) => [userId, why])).toEqual([
    [7, null],
    [1, "declined"],
    [2, "unanswered"],
    [3, "leftOut"],
    [4, "silent"],
  ]);
  expect(heard[0]!.isOpen).toBe(true);
});

test("what was never sealed, or of which nothing may be kept, is nothing; nor is a lesson that was not recorded", () => {
  expect([spanOf(take(1, { start_at: null })), spanOf(take(1, { size_bytes: 0 }))]).toEqual([null, null]);
  expect(whoIsHeard([], [seat(1)], [])).toEqual([]);
});
