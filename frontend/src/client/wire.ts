/** The messages of `lessonroom.v1`. Field names are those of the wire; times are ms since 1970. */

export type Id = string;

export interface Style {
  readonly color?: string;
  readonly fill?: string;
  readonly width?: number;
  readonly opacity?: number;
  readonly dash?: "solid" | "dashed" | "dotted";
  readonly font_size?: number;
  readonly align?: "start" | "center" | "end";
}

interface AnyElement {
  readonly id: Id;
  readonly layer: Id;
  readonly z?: string;
  readonly by?: number;
  readonly style?: Style;
  /** Degrees, clockwise, about the centre. */
  readonly rotation?: number;
}

export interface Stroke extends AnyElement {
  readonly type: "stroke";
  readonly x?: number;
  readonly y?: number;
  readonly scale_x?: number;
  readonly scale_y?: number;
  readonly brush?: "pen" | "highlighter";
  /** Flat: x, y (relative to the element's), pressure 0 to 1, ms since the previous point. */
  readonly points: readonly number[];
}

interface Segment extends AnyElement {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

interface Box extends AnyElement {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Line extends Segment {
  readonly type: "line";
}
export interface Arrow extends Segment {
  readonly type: "arrow";
}
export interface Rect extends Box {
  readonly type: "rect";
}
export interface Ellipse extends Box {
  readonly type: "ellipse";
}
export interface TextElement extends AnyElement {
  readonly type: "text";
  readonly x: number;
  readonly y: number;
  readonly w?: number | null;
  readonly text: string;
}
export interface Note extends Box {
  readonly type: "note";
  readonly text?: string;
}
export interface ImageElement extends Box {
  readonly type: "image";
  readonly asset: string;
  readonly alt?: string;
}
export interface Custom extends Box {
  readonly type: "custom";
  readonly kind: Id;
  readonly data?: Readonly<Record<string, unknown>>;
}

export type Element =
  | Stroke
  | Line
  | Arrow
  | Rect
  | Ellipse
  | TextElement
  | Note
  | ImageElement
  | Custom;

export interface Layer {
  readonly id: Id;
  readonly name?: string;
  readonly visible?: boolean;
  readonly locked?: boolean;
  readonly page?: number;
}

export type Operation =
  | { readonly op: "put"; readonly element: Element }
  | {
      readonly op: "patch";
      readonly id: Id;
      readonly set?: Readonly<Record<string, unknown>>;
      readonly unset?: readonly string[];
    }
  | { readonly op: "append"; readonly id: Id; readonly points: readonly number[] }
  | { readonly op: "remove"; readonly ids: readonly Id[] }
  | { readonly op: "clear"; readonly layer?: Id }
  | { readonly op: "add_layer"; readonly layer: Layer }
  | { readonly op: "patch_layer"; readonly id: Id; readonly set: Partial<Omit<Layer, "id">> }
  | { readonly op: "remove_layer"; readonly id: Id }
  | { readonly op: "reorder_layers"; readonly order: readonly Id[] };

export interface BoardData {
  readonly layers: readonly Layer[];
  readonly elements: Readonly<Record<Id, Element>>;
}

export type Role = "host" | "student" | "viewer" | "solo";
export type Permission =
  | "can_draw"
  | "can_erase"
  | "can_add_layers"
  | "can_delete_layers"
  | "can_reorder_layers"
  | "can_upload_images"
  | "can_export"
  | "can_clear_board"
  | "can_toggle_video"
  | "can_toggle_audio"
  | "can_share_screen"
  | "can_invite"
  | "can_kick"
  | "can_terminate"
  | "can_pause";
export type Permissions = Readonly<Record<Permission, boolean>>;

export type ParticipantStatus =
  | "invited"
  | "joining"
  | "connected"
  | "reconnecting"
  | "disconnected"
  | "left"
  | "kicked";

export interface Participant {
  readonly user_id: number;
  readonly name: string;
  readonly role: Role;
  readonly status: ParticipantStatus;
  readonly peer_id: string | null;
  readonly video: boolean;
  readonly audio: boolean;
  readonly screen: boolean;
  readonly joined_at: number | null;
}

export type SessionStatus =
  | "scheduled"
  | "waiting"
  | "active"
  | "paused"
  | "completed"
  | "terminated"
  | "expired";

export interface Session {
  readonly session_id: string;
  readonly session_type: "lesson" | "solo" | "group" | "demo";
  readonly status: SessionStatus;
  readonly title: string;
  readonly host_id: number;
  readonly is_recorded: boolean;
  readonly scheduled_start: number | null;
  readonly scheduled_end: number | null;
  readonly actual_start: number | null;
  readonly actual_end: number | null;
  readonly duration_ms: number;
}

export interface Limits {
  readonly elements_per_board: number;
  readonly element_bytes: number;
  readonly points_per_stroke: number;
  readonly board_bytes: number;
  readonly layers: number;
  readonly text_chars: number;
  readonly ops_per_event: number;
  readonly max_message_bytes: number;
  readonly sdp_bytes: number;
  readonly candidate_bytes: number;
  readonly name_chars: number;
  readonly connections_per_participant: number;
}

export interface IceServer {
  readonly urls: string[];
  readonly username?: string;
  readonly credential?: string;
}

export interface Welcome {
  readonly protocol: string;
  readonly connection_id: string;
  readonly peer_id: string;
  readonly participant: Participant;
  readonly session: Session;
  readonly permissions: Permissions;
  readonly roster: readonly Participant[];
  readonly head: number;
  readonly epoch: string;
  readonly ice_servers: readonly IceServer[];
  readonly ice_policy: "all" | "relay";
  readonly limits: Limits;
  readonly server_time: number;
  readonly resume_window: number;
  readonly durability: "power" | "process";
}

export interface SyncFull {
  readonly mode: "full";
  readonly epoch: string;
  readonly seq: number;
  readonly session: Session;
  readonly roster: readonly Participant[];
  readonly permissions: Permissions;
  /** Absent on a view without the board channel. */
  readonly board?: BoardData | null;
}

export interface SyncDelta {
  readonly mode: "delta";
  readonly epoch: string;
  readonly from_seq: number;
  readonly seq: number;
  readonly events: readonly ServerMessage[];
}

export type ErrorCode =
  | "unknown_message"
  | "invalid"
  | "unauthorized"
  | "permission_denied"
  | "wrong_access_code"
  | "kicked"
  | "not_found"
  | "conflict"
  | "room_full"
  | "session_not_active"
  | "session_ended"
  | "too_large"
  | "rate_limited"
  | "unavailable"
  | "internal";

export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field?: string;
  readonly retry_after_ms?: number;
}

export interface PermissionUpdate {
  readonly permissions: Readonly<Partial<Record<Permission, boolean>>>;
  readonly user_id?: number;
  readonly role?: Role;
  readonly overrides?: Readonly<Partial<Record<Permission, boolean>>>;
  /** By user id, as JSON writes it: in strings. */
  readonly effective?: Readonly<Record<string, Permissions>>;
  readonly by?: number;
}

export interface MediaState {
  readonly peer_id: string;
  readonly user_id: number;
  readonly video: boolean;
  readonly audio: boolean;
  readonly screen: boolean;
}

export interface Notification {
  readonly level: "info" | "warning" | "error";
  readonly code: string;
  readonly message: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export type Pointer = readonly [
  user_id: number,
  x: number,
  y: number,
  tool: string | null,
  page: number | null,
];

export interface IceCandidate {
  readonly candidate: string;
  readonly sdpMid?: string | null;
  readonly sdpMLineIndex?: number | null;
  readonly usernameFragment?: string | null;
}

interface Envelope<Channel extends string, Type extends string, Data> {
  readonly ch: Channel;
  readonly type: Type;
  readonly id?: string;
  readonly seq?: number;
  readonly from?: number;
  readonly at?: number;
  readonly data: Data;
}

export interface ParticipantUpdate {
  readonly change: "joined" | "reconnecting" | "left" | "kicked" | "updated";
  readonly participant: Participant;
  readonly reason?: string;
  readonly by?: number;
}

export interface PeerIntroduction {
  readonly peer_id: string;
  readonly user_id: number;
  readonly name: string;
  readonly polite: boolean;
}

export type ServerMessage =
  | Envelope<"board", "board_event", { readonly ops: readonly Operation[] }>
  | Envelope<"board", "ack", Readonly<Record<string, never>>>
  | Envelope<"board", "sync_response", SyncFull | SyncDelta>
  | Envelope<"board", "pointer_move", { readonly pointers: readonly Pointer[] }>
  | Envelope<"webrtc", "offer" | "answer", { readonly from_peer: string; readonly sdp: string }>
  | Envelope<
      "webrtc",
      "ice_candidate",
      { readonly from_peer: string; readonly candidate: IceCandidate | null }
    >
  | Envelope<"webrtc", "media_state", MediaState>
  | Envelope<"webrtc", "participant_joined", PeerIntroduction>
  | Envelope<"webrtc", "participant_left", Omit<PeerIntroduction, "polite">>
  | Envelope<"system", "welcome", Welcome>
  | Envelope<"system", "room_open", { readonly epoch: string }>
  | Envelope<
      "system",
      "session_status",
      { readonly status: SessionStatus; readonly reason?: string }
    >
  | Envelope<"system", "participant_update", ParticipantUpdate>
  | Envelope<"system", "permission_update", PermissionUpdate>
  | Envelope<"system", "board_save", { readonly version: number }>
  | Envelope<"system", "notification", Notification>
  | Envelope<"system", "error", ErrorData>
  | Envelope<"system", "kicked", { readonly by: number | null; readonly reason?: string }>
  | Envelope<"system", "reply", { readonly result: unknown }>
  | Envelope<"system", "ping", { readonly t: number }>
  | Envelope<"system", "pong", { readonly t: number | null; readonly server_time: number }>;

interface Request<Channel extends string, Type extends string, Data> {
  readonly ch: Channel;
  readonly type: Type;
  readonly id?: string;
  readonly data: Data;
}

export interface PointerMove {
  readonly x: number;
  readonly y: number;
  readonly tool?: string;
  readonly page?: number;
}

/** The calls of `command`, with their arguments. */
export interface Commands {
  start: Readonly<Record<string, never>>;
  pause: Readonly<Record<string, never>>;
  resume: Readonly<Record<string, never>>;
  complete: Readonly<Record<string, never>>;
  terminate: { readonly reason?: string };
  kick: { readonly user_id: number; readonly reason?: string };
  invite: { readonly user_id: number; readonly role?: Role };
  set_permissions: {
    readonly permissions: Readonly<Partial<Record<Permission, boolean>>>;
    readonly user_id?: number;
    readonly role?: Role;
  };
  save: Readonly<Record<string, never>>;
}

export type ClientMessage =
  | Request<"board", "board_event", { readonly ops: readonly Operation[] }>
  | Request<"board", "sync_request", { readonly epoch?: string; readonly seq?: number }>
  | Request<"board", "pointer_move", PointerMove>
  | Request<"webrtc", "offer" | "answer", { readonly to: string; readonly sdp: string }>
  | Request<
      "webrtc",
      "ice_candidate",
      { readonly to: string; readonly candidate: IceCandidate | null }
    >
  | Request<
      "webrtc",
      "media_state",
      { readonly video?: boolean; readonly audio?: boolean; readonly screen?: boolean }
    >
  | Request<"system", "command", { readonly name: keyof Commands; readonly args: unknown }>
  | Request<"system", "ping" | "pong", { readonly t?: number }>;
