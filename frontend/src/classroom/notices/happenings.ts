/** What somebody in a lesson would notice if all sat in one room: who comes, knocks, goes, says something. */

import type { ChatLine, RoomState } from "../../client/replica/room_state.ts";
import type { Participant } from "../../client/wire.ts";

export type HappeningKind = "knocks" | "came" | "back" | "dropped" | "left" | "asks" | "wrote";

export interface Happening {
  readonly kind: HappeningKind;
  readonly person: Participant;
  /** What was written. */
  readonly text?: string;
}

/** What happened between two states of a room, to others than oneself. */
export function happenings(before: RoomState, after: RoomState): Happening[] {
  const found: Happening[] = [];
  if (before.roster !== after.roster) {
    for (const person of after.roster.values()) {
      const kind = person.user_id === after.userId ? null : kindOf(before.roster.get(person.user_id), person);
      if (kind !== null) found.push({ kind, person });
    }
  }
  const heard = before.chat === after.chat ? [] : newer(after.chat, before.seq);
  for (const line of heard) {
    const { from, removed } = line;
    const person = after.roster.get(from);
    if (person !== undefined && from !== after.userId && !removed) found.push({ kind: "wrote", person, text: said(line) });
  }
  return found;
}

/** What a message says; a file is called by its name. */
export function said({ text, file }: ChatLine): string {
  return text || (file?.name ?? "");
}

function newer(lines: readonly ChatLine[], seq: number): readonly ChatLine[] {
  return lines.filter((line) => line.seq > seq);
}

function kindOf(was: Participant | undefined, is: Participant): HappeningKind | null {
  if (is.hand_raised_at !== null && was !== undefined && was.hand_raised_at !== is.hand_raised_at) return "asks";
  if (was?.status === is.status && was.is_admitted === is.is_admitted) return null;
  const wasThere = was?.status === "connected" || was?.status === "reconnecting";
  switch (is.status) {
    case "joining":
      return is.is_admitted ? null : "knocks";
    case "connected":
      if (was?.status === "reconnecting") return "back";
      return wasThere ? null : "came";
    case "reconnecting":
      return was?.status === "connected" ? "dropped" : null;
    case "disconnected":
    case "left":
      return wasThere ? "left" : null;
    default:
      return null;
  }
}
