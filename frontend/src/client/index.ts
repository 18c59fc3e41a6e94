/** The JavaScript SDK of lessonroom: no page, no framework, browsers and Node 20 or newer. */

export { applyOperations, boardOf, withoutDefaults, STYLE_DEFAULTS, type Board } from "./replica/board.ts";
export { type Ending } from "./connection/closing.ts";
export { randomId } from "./random_id.ts";
export { Refusal } from "./refusal.ts";
export { type Loaded, type PendingStore } from "./connection/keeping.ts";
export { type Kept, type Pending } from "./replica/pending.ts";
export { type Progress } from "./connection/progress.ts";
export { Replica } from "./replica/replica.ts";
export {
  connect,
  RoomClient,
  type ConnectOptions,
  type Connection,
  type Status,
} from "./room_client.ts";
export { applyEvent, hasEnded, permissionsOf, PERMISSIONS, type RoomState } from "./replica/room_state.ts";
export { ApiRefusal } from "./rest/http.ts";
export { ClassroomApi, type Joined, type SessionPage, type SessionSummary } from "./rest/rest.ts";
export type * from "./wire.ts";
