/** What a `RoomClient` tells its listeners of. */

import type {
  ErrorData,
  IceCandidate,
  MediaState,
  Notification,
  Operation,
  PeerIntroduction,
  Pointer,
  View,
  Welcome,
} from "../wire.ts";

export interface Occasions {
  /** State, board or status are others than before. */
  change: undefined;
  welcome: Welcome;
  pointers: readonly Pointer[];
  /** What others see of the board, where they told it (BD-14). */
  views: readonly View[];
  refused: { readonly ops: readonly Operation[]; readonly error: ErrorData };
  /** The room counts other steps than were made here: its undo takes back something else (BD-11). */
  regrouped: undefined;
  notification: Notification;
  peerJoined: PeerIntroduction;
  peerLeft: { readonly peer_id: string; readonly user_id: number };
  description: {
    readonly type: "offer" | "answer";
    readonly from_peer: string;
    readonly sdp: string;
  };
  candidate: { readonly from_peer: string; readonly candidate: IceCandidate | null };
  media: MediaState;
  /** The server has answered what was asked at `t`, in ms of this device's clock; and its time then. */
  pong: { readonly t: number | null; readonly server_time: number };
}
