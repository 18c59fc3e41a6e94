import { expect, test } from "vitest";
import { happenings } from "../../../src/classroom/notices/happenings.ts";
import type { RoomState } from "../../../src/client/replica/room_state.ts";
import type { Participant, ParticipantStatus } from "../../../src/client/wire.ts";

function person(user_id: number, status: ParticipantStatus, is_admitted = true): Participant {
  return { user_id, name: `Person ${user_id}`, status, is_admitted } as unknown as Participant;
}

function room(people: readonly Participant[], chat: RoomState["chat"] = [], seq = 10): RoomState {
  return { userId: 1, roster: new Map(people.map((one) => [one.user_id, one])), chat, seq } as unknown as RoomState;
}

function kinds(before: readonly Participant[], after: readonly Participant[]): string[] {
  return happenings(room(before), room(after)).map(({ kind, person: { user_id } }) => `${kind} ${user_id}`);
}

test("who comes, knocks, drops, comes back and goes is told of once", () => {
  expect(kinds([], [person(2, "connected")])).toEqual(["came 2"]);
  expect(kinds([person(2, "invited")], [person(2, "connected")])).toEqual(["came 2"]);
  expect(kinds([person(2, "left")], [person(2, "connected")])).toEqual(["came 2"]);
  expect(kinds([], [person(2, "joining", false)])).toEqual(["knocks 2"]);
  expect(kinds([person(2, "joining", false)], [person(2, "connected")])).toEqual(["came 2"]);
  expect(kinds([person(2, "connected")], [person(2, "reconnecting")])).toEqual(["dropped 2"]);
  expect(kinds([person(2, "reconnecting")], [person(2, "connected")])).toEqual(["back 2"]);
  for (const was of ["connected", "reconnecting"] as const) {
    expect(kinds([person(2, was)], [person(2, "left")])).toEqual(["left 2"]);
    expect(kinds([person(2, was)], [person(2, "disconnected")])).toEqual(["left 2"]);
  }
});

test("nothing is told of oneself, of who was only invited, of who has not changed, of who was removed", () => {
  expect(kinds([], [person(1, "connected")])).toEqual([]);
  expect(kinds([], [person(2, "invited")])).toEqual([]);
  expect(kinds([person(2, "connected")], [person(2, "connected")])).toEqual([]);
  expect(kinds([person(2, "joining", false)], [person(2, "joining", false)])).toEqual([]);
  expect(kinds([person(2, "connected")], [person(2, "kicked")])).toEqual([]);
  expect(kinds([person(2, "invited")], [person(2, "left")])).toEqual([]);
});

test("what others wrote since is told, and nothing that was written before", () => {
  const lines = [
    { seq: 9, from: 2, at: 0, text: "before" },
    { seq: 11, from: 2, at: 0, text: "news" },
    { seq: 12, from: 1, at: 0, text: "one's own" },
  ];
  const people = [person(1, "connected"), person(2, "connected")];
  const told = happenings(room(people, [], 10), room(people, lines, 12));
  expect(told.map(({ kind, text }) => [kind, text])).toEqual([["wrote", "news"]]);
});

test("a hand that goes up is told of, and neither one that stays up nor one that goes down", () => {
  const asking = (at: number | null): Participant => ({ ...person(2, "connected"), hand_raised_at: at });
  expect(kinds([asking(null)], [asking(7)])).toEqual(["asks 2"]);
  expect(kinds([asking(7)], [asking(7)])).toEqual([]);
  expect(kinds([asking(7)], [asking(null)])).toEqual([]);
  expect(kinds([], [asking(7)])).toEqual(["came 2"]);
});
