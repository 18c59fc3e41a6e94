/** The JavaScript SDK of lessonroom: no page, no framework, browsers and Node 20 or newer. */

export { applyOperations, boardOf, withoutDefaults, STYLE_DEFAULTS, type Board } from "./board.ts";
export { type Ending } from "./closing.ts";
export { randomId } from "./random_id.ts";
export { Refusal } from "./refusal.ts";
export { type Loaded, type PendingStore } from "./keeping.ts";
export { type Kept, type Pending } from "./pending.ts";
export { type Progress } from "./progress.ts";
export { Replica } from "./replica.ts";
export {
  connect,
  RoomClient,
  type ConnectOptions,
  type Connection,
  type Status,
} from "./room_client.ts";
export { applyEvent, hasEnded, permissionsOf, PERMISSIONS, type RoomState } from "./room_state.ts";
export { ApiRefusal } from "./http.ts";
export { ClassroomApi, type Joined, type SessionPage, type SessionSummary } from "./rest.ts";
export type * from "./wire.ts";
