import { expect, test } from "vitest";
import { defaultPermissions, type RoomState } from "../../src/client/replica/room_state.ts";
import type { Participant, Recording } from "../../src/client/wire.ts";
import { wantedKinds } from "../../src/recording/wanted.ts";

const ON: Recording = { recording_id: "one", kinds: ["audio", "screen"], roles: ["student"], started_at: 1, by: 1 };

function room(seat: Partial<Participant>, recording: Recording | null = ON): RoomState {
  const me = { user_id: 7, role: "student", is_admitted: true, recording_consent: "given", is_left_out: false, ...seat };
  return {
    userId: 7,
    roster: new Map([[7, me]]),
    session: { recording },
    permissions: defaultPermissions("student"),
  } as unknown as RoomState;
}

test("[RC-4] what the server would take is recorded: of who agreed, what they may send", () => {
  expect(wantedKinds(room({}))).toEqual(["audio"]); // a student shares no screen, as a rule
});

test("[RC-4] nothing is recorded of anybody else", () => {
  const others = [
    room({ recording_consent: null }),
    room({ recording_consent: "declined" }),
    room({ is_left_out: true }),
    room({ role: "viewer" }),
    room({ is_admitted: false }),
    room({}, null),
  ];
  for (const other of others) expect(wantedKinds(other)).toEqual([]);
});
