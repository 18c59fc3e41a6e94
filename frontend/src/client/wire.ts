/** The messages of `lessonroom.v1`, under the names that the client uses for them. */

import type { Append, ClientSystemCommand, Operation, Permissions, Pointers } from "./wire_types.ts";

export type {
  Arrow,
  Board as BoardData,
  BoardPart,
  ChatFile,
  ChatPolicy,
  HistoryPolicy,
  ClientMessage,
  ClientSystemCommand,
  ConnectionQuality,
  Custom,
  Element,
  Ellipse,
  ErrorCode,
  ErrorData,
  Event,
  Formula,
  Graph,
  IceCandidate,
  IceServer,
  Id,
  Image as ImageElement,
  Layer,
  Limits,
  Line,
  LoggedOperation,
  MediaStateChanged as MediaState,
  Note,
  Notification,
  Operation,
  Page,
  Paper,
  ParticipantStatus,
  Polygon,
  ParticipantView as Participant,
  Timer,
  PeerJoined as PeerIntroduction,
  Permissions,
  PermissionsChanged as PermissionUpdate,
  PointerMove,
  QualityChanged,
  Recording,
  RecordingAccess,
  RecordingSettings,
  Rect,
  Role,
  ServerMessage,
  SessionStatus,
  SessionStatusChanged,
  SessionUpdated,
  SessionView as Session,
  Stroke,
  Style,
  SyncDelta,
  SyncFull,
  Table,
  TableLine,
  TextElement,
  UnrecordedTrack,
  Welcome,
} from "./wire_types.ts";

/**
 * What this client knows of boards; told to the room, which closes the connection where it no longer
 * serves that. 2: an `append` says where it goes (BD-15). 3: pages have ids and paper (PG-3). 4: elements are
 * grouped and locked, and may be formulas, graphs and polygons (BD-18, BD-21, BD-23, BD-24). 5: letters are bold, italic and of a font (BD-26).
 * 6: pages and layers are open (BD-27). 7: groups lie in groups, axes of graphs have names (BD-19, BD-24).
 */
export const BOARD_SCHEMA = 7;

/** An operation as one draws it: where a stroke goes on is known to whoever sends it. */
export type Edit = Exclude<Operation, Append> | (Omit<Append, "at"> & Partial<Pick<Append, "at">>);
export { LONGEST } from "./wire_types.ts";
export type Permission = keyof Permissions;
export type Pointer = Pointers["pointers"][number];
export type View = NonNullable<Pointers["views"]>[number];

/** The calls of `command`, with their arguments. */
export type Commands = {
  readonly [Call in ClientSystemCommand["data"] as Call["name"]]: NonNullable<Call["args"]>;
};
