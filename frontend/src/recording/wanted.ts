/** What of oneself is to be recorded now: what the server would take, and nothing else (RC-4). */

import type { RoomState } from "../client/replica/room_state.ts";
import type { TakeKind } from "../client/rest/recording_api.ts";
import type { Permission } from "../client/wire.ts";

const NEEDED: Readonly<Record<TakeKind, Permission>> = {
  audio: "can_toggle_audio",
  video: "can_toggle_video",
  screen: "can_share_screen",
};

export function wantedKinds(state: Pick<RoomState, "session" | "roster" | "userId" | "permissions">): readonly TakeKind[] {
  const { recording } = state.session;
  const me = state.roster.get(state.userId);
  if (recording === null || me === undefined || !me.is_admitted) return [];
  if (me.recording_consent !== "given" || me.is_left_out || !recording.roles.includes(me.role)) return [];
  return recording.kinds.filter((kind) => state.permissions[NEEDED[kind]]);
}
