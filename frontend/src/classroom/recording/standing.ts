/** Who is in a recording, and why somebody is not. */

import type { Participant, Recording, UnrecordedTrack } from "../../client/wire.ts";

/**
 * `unasked`: their role is one of whom nothing is kept. Who has not answered is not recorded, nor is
 * one whom a host keeps out, whatever they said (RC-4).
 */
export type RecordedStanding = "recorded" | "declined" | "unanswered" | "leftOut" | "unasked";

type Seat = Pick<Participant, "role" | "recording_consent" | "is_left_out">;

export function standingOf(seat: Seat, roles: Recording["roles"]): RecordedStanding {
  if (!roles.includes(seat.role)) return "unasked";
  if (seat.is_left_out) return "leftOut";
  if (seat.recording_consent === null) return "unanswered";
  return seat.recording_consent === "given" ? "recorded" : "declined";
}

/** Why what somebody agreed to is not recorded, and of what: what their browser cannot do before what went wrong. */
export function hindranceOf(tracks: readonly UnrecordedTrack[]): { readonly why: "unable" | "failed"; readonly kinds: Recording["kinds"] } {
  const unable = tracks.filter(({ why }) => why === "unable");
  const told = unable.length > 0 ? unable : tracks;
  return { why: unable.length > 0 ? "unable" : "failed", kinds: told.map(({ kind }) => kind) };
}

/** Whether somebody is to be asked now: a recording is on, and they have not answered. */
export function isToBeAsked(seat: Seat | null, recording: Recording | null): boolean {
  return seat !== null && recording !== null && standingOf(seat, recording.roles) === "unanswered";
}
