import { expect, test } from "vitest";
import { hindranceOf, isToBeAsked, standingOf } from "../../../src/classroom/recording/standing.ts";
import type { Participant, Recording, Role } from "../../../src/client/wire.ts";

const recording: Recording = { recording_id: "one", kinds: ["audio"], roles: ["host", "student"], started_at: 1, by: 1 };

function seat(recording_consent: Participant["recording_consent"], is_left_out = false, role: Role = "student") {
  return { role, recording_consent, is_left_out };
}

test("[RC-4] who has not said yes is not recorded, nor whom a host keeps out, nor another role", () => {
  const { roles } = recording;
  expect(standingOf(seat("given"), roles)).toBe("recorded");
  expect(standingOf(seat("declined"), roles)).toBe("declined");
  expect(standingOf(seat(null), roles)).toBe("unanswered");
  expect(standingOf(seat("given", true), roles)).toBe("leftOut");
  expect(standingOf(seat("given", false, "viewer"), roles)).toBe("unasked");
});

test("[RC-5] who has not answered is asked while a recording is on, and nobody else", () => {
  expect(isToBeAsked(seat(null), recording)).toBe(true);
  expect(isToBeAsked(seat(null), null)).toBe(false);
  expect(isToBeAsked(null, recording)).toBe(false);
  for (const other of [seat("given"), seat("declined"), seat(null, true), seat(null, false, "viewer")]) {
    expect(isToBeAsked(other, recording)).toBe(false);
  }
});

test("[RC-11] what a browser cannot do is said before what went wrong", () => {
  expect(hindranceOf([{ kind: "audio", why: "full" }])).toEqual({ why: "failed", kinds: ["audio"] });
  const both = [{ kind: "audio", why: "failed" }, { kind: "video", why: "unable" }] as const;
  expect(hindranceOf(both)).toEqual({ why: "unable", kinds: ["video"] });
});
