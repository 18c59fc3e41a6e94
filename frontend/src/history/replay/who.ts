/** Who is heard when in a lesson that was recorded, who is not, and what is missing. */

import type { ListedRecording, ListedTake, RecordedSeat } from "../../client/rest/recording_api.ts";

export type Part = readonly [begin: number, end: number];

export interface Heard {
  readonly userId: number;
  readonly name: string;
  /** Parts of room time, in ms, that there is something of: with nothing missing in them. */
  readonly parts: readonly Part[];
  /** Parts in the midst of their takes that are missing: lost, or not to be kept. */
  readonly gaps: readonly Part[];
  /** Why nothing is heard of them at all; null where something is. */
  readonly why: "declined" | "unanswered" | "leftOut" | "silent" | null;
  /** Something may still come, from a device that was offline. */
  readonly isOpen: boolean;
}

/** Everyone who was there, those who are heard first. */
export function whoIsHeard(
  takes: readonly ListedTake[],
  seats: readonly RecordedSeat[],
  recordings: readonly ListedRecording[],
): readonly Heard[] {
  if (recordings.length === 0) return [];
  const known = seats.filter(({ user_id, joined_at, role }) => takes.some((take) => take.user_id === user_id) || (joined_at !== null && role !== "viewer"));
  const heard = known.map((seat): Heard => {
    const own = takes.filter(({ user_id, state }) => user_id === seat.user_id && state !== "erased");
    const all = own.flatMap((take) => (spanOf(take) ? [{ span: spanOf(take)!, gaps: take.gaps }] : []));
    const gaps = all.flatMap(({ span: [begin, end], gaps: missing }) =>
      missing.map(([from, to]): Part => [Math.max(begin, from), Math.min(end, to)]).filter(([from, to]) => to > from),
    );
    return {
      userId: seat.user_id,
      name: seat.name,
      parts: all.flatMap(({ span }) => without(span, gaps)),
      gaps,
      why: all.length > 0 ? null : whyNot(seat),
      isOpen: own.some(({ state }) => state === "open"),
    };
  });
  return heard.sort((a, b) => Number(a.why !== null) - Number(b.why !== null) || a.name.localeCompare(b.name));
}

/** From when to when there is something of a take, in room time; null where there is nothing. */
export function spanOf({ start_at: start, duration_ms: ms, size_bytes: size }: ListedTake): Part | null {
  if (start === null || size === 0) return null;
  const begin = Date.parse(start);
  return [begin, begin + ms];
}

function whyNot(seat: RecordedSeat): Heard["why"] {
  if (seat.is_left_out) return "leftOut";
  if (seat.recording_consent === "declined") return "declined";
  return seat.recording_consent === null ? "unanswered" : "silent";
}

function without([begin, end]: Part, gaps: readonly Part[]): readonly Part[] {
  const parts: Part[] = [];
  let from = begin;
  for (const [gapFrom, gapTo] of [...gaps].sort(([a], [b]) => a - b)) {
    if (gapFrom >= end || gapTo <= from) continue;
    if (gapFrom > from) parts.push([from, gapFrom]);
    from = gapTo;
  }
  if (from < end) parts.push([from, end]);
  return parts;
}
