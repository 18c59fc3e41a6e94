/** Written by scripts/write_wire_types.mjs from docs/protocol.schema.json; do not edit. */

/** The client's own event is on disk (BD-5, CH-1); `seq` is in the envelope. */
export type Ack = Readonly<Record<string, never>>;

/** Add a layer on top. */
export type AddLayer = {
  readonly op: "add_layer";
  readonly layer: Layer;
};

/**
 * Add a page with its first layer, as number `at` from 0; at the end where that is absent.
 *
 * Without `layer` that is one with the page's id. It lies on this page whatever its `page` says.
 */
export type AddPage = {
  readonly op: "add_page";
  readonly page: Page;
  readonly layer?: Layer | null;
  readonly at?: number | null;
};

/** `admit`: one who waits in the lobby. */
export type AdmitArgs = {
  readonly user_id: UserId;
};

/** Where text stands within its width. */
export type Align = "center" | "end" | "start";

/**
 * Extend one's own stroke while the pen is down.
 *
 * `at` is the number of points that the stroke has before: where it has another, pieces are
 * missing or others have redrawn it, and nothing is appended (PROTOCOL BD-15).
 */
export type Append = {
  readonly op: "append";
  readonly id: Id;
  readonly points: readonly (Number)[];
  readonly at: number;
};

/** A straight line with a head at (x2, y2). */
export type Arrow = {
  readonly type: "arrow";
  readonly id: Id;
  readonly layer: Id;
  readonly group?: Id | null;
  readonly inner_groups?: readonly (Id)[];
  readonly z?: ZIndex;
  readonly by?: number;
  readonly style?: Style;
  readonly rotation?: Number;
  readonly locked?: boolean;
  readonly x1: Number;
  readonly y1: Number;
  readonly x2: Number;
  readonly y2: Number;
};

/** `ask_unmute`: whom (PE-4). */
export type AskUnmuteArgs = {
  readonly user_id: UserId;
};

/**
 * An image was uploaded; elements may refer to it from now on (BD-13).
 *
 * `asset` is the SHA-256 of its bytes, by which it is fetched; `width` and `height` in pixels.
 */
export type AssetAdded = {
  readonly asset: Sha256;
  readonly media_type: string;
  readonly width: number;
  readonly height: number;
  readonly size_bytes: number;
};

/** Who sees a page besides those who lead the lesson (PROTOCOL AU-1): the `user` of a seat. */
export type Audience = {
  readonly user: UserId;
};

/** `set_away`: whether nobody looks at this page (PE-7). */
export type AwayArgs = {
  readonly is_away: boolean;
};

/**
 * A picture under every layer, which nobody picks or erases: a page of a document.
 *
 * Of an imported one also the `document` that it was, as a PDF without its other pages, `number`
 * there from 1, and what is written on it: both are assets, as the picture is.
 */
export type Background = {
  readonly asset: Sha256;
  readonly x?: Number;
  readonly y?: Number;
  readonly w: Extent;
  readonly h: Extent;
  readonly document?: Sha256 | null;
  readonly number?: number;
  readonly text?: Sha256 | null;
};

/** The elements of a page are painted by the order of their layers, then by `z`, then `id`. Without `pages` it has those that its layers name, a new board `p1`. */
export type Board = {
  readonly pages?: readonly (Page)[];
  readonly layers: readonly (Layer)[];
  readonly elements: Readonly<Record<string, Element>>;
};

/**
 * Operations were applied to the board, all of them, in this order (BD-1).
 *
 * `restored` is the version that they bring back, where the host restored one (BD-12).
 */
export type BoardChanged = {
  readonly ops: readonly (LoggedOperation)[];
  readonly restored?: number | null;
};

/** Operations to apply, all or none, as one event. The message needs an `id` (BD-6). */
export type BoardEvent = {
  readonly ops: readonly (Operation)[];
};

/** The elements that a page had at event `of`, which is the `seq` of the full sync (BD-28). */
export type BoardPart = {
  readonly of: number;
  readonly page: string;
  readonly elements: Readonly<Record<string, Element>>;
};

/** Somebody saved the board by hand; `version` is the `seq` it was saved at. */
export type BoardSaved = {
  readonly version: number;
};

/** Everyone, or `users`, are to look at a page, and at a part of it (PG-4). */
export type BringArgs = {
  readonly page: Id;
  readonly view?: readonly [Number, Number, Extent, Extent] | null;
  readonly users?: readonly (UserId)[] | null;
};

/** What a stroke was drawn with. */
export type Brush = "highlighter" | "pen";

/** An ICE candidate for one peer; null ends the candidates. */
export type Candidate = {
  readonly to: Id;
  readonly candidate: IceCandidate | null;
};

/** A file that came with a message (CH-7); of a picture with its size in pixels. */
export type ChatFile = {
  readonly asset: Sha256;
  readonly name: string;
  readonly media_type: string;
  readonly size_bytes: number;
  readonly width?: number | null;
  readonly height?: number | null;
};

/**
 * Something to say to everyone in the room. The message needs an `id` (CH-1).
 *
 * Or `to` one person, which hosts read as well (CH-4). It may answer another one (CH-5).
 */
export type ChatMessage = {
  /** text without NUL characters */
  readonly text: string;
  readonly to?: UserId | null;
  readonly reply_to?: Seq | null;
};

/**
 * A message of the chat, event `message`, was taken out of it (CH-6).
 *
 * `author` wrote it, `to` one person or to everyone.
 */
export type ChatMessageRemoved = {
  readonly message: number;
  readonly author: number;
  readonly to?: number | null;
};

/**
 * Somebody wrote to everyone in the room (CH-1), or `to` one person and the hosts (CH-4).
 *
 * `reply_to` is the `seq` of the message that it answers (CH-5), `file` what came with it (CH-7).
 * Of one that was `removed` nothing is left but who wrote it, to whom and when (CH-6).
 */
export type ChatMessageSent = {
  readonly text: string;
  readonly to?: number | null;
  readonly reply_to?: number | null;
  readonly removed?: Removal | null;
  readonly file?: ChatFile | null;
};

/** Who may write into the chat (PROTOCOL CH-2). */
export type ChatPolicy = "all" | "host_only" | "off";

/** Remove all elements, of one layer, of one page or of the board. */
export type Clear = {
  readonly op: "clear";
  readonly layer?: Id | null;
  readonly page?: Id | null;
};

export type ClientMessage = ClientBoardBoardEvent | ClientBoardSyncRequest | ClientBoardPointerMove | ClientWebrtcOffer | ClientWebrtcAnswer | ClientWebrtcIceCandidate | ClientWebrtcMediaState | ClientWebrtcConnectionQuality | ClientSystemChatMessage | ClientSystemCommand | ClientSystemPing | ClientSystemPong | ClientSystemToken;

export type CloseCode = 1000 | 1001 | 1002 | 1007 | 1009 | 1011 | 1012 | 4400 | 4408 | 4409 | 4410 | 4413 | 4429 | 4501 | 4503 | 4504 | 4505 | 4509 | 4510;

/** a CSS hex colour, `transparent`, or the name of a colour of the palette */
export type Color = string;

/** What a person's own page makes of their line (RT-6). */
export type ConnectionQuality = "bad" | "good" | "weak";

/** What somebody answered when asked whether they may be recorded; no answer is a no. */
export type Consent = "declined" | "given";

/** `recording_consent`: whether one may be recorded oneself (RC-4). */
export type ConsentArgs = {
  readonly answer: Consent;
};

/**
 * `copy_page`: of a page, with everything on it, under a new `id` (PG-2).
 *
 * It comes behind page `after`, and behind it copies of `more`. `from_session` is another session,
 * or `from_shelf` an item of a shelf, that they are of (PG-10).
 */
export type CopyArgs = {
  readonly page: Id;
  readonly id: Id;
  readonly after?: Id | null;
  readonly more?: readonly (Id)[];
  readonly from_session?: Id | null;
  readonly from_shelf?: Id | null;
};

/**
 * A function's curve: `points` are runs without a gap, each flat x, y in the graph's units.
 *
 * Its author's client works them out of `expr`, which is for people and never evaluated here.
 */
export type Curve = {
  readonly expr: string;
  readonly color?: Color;
  readonly points?: readonly (readonly (Number)[])[];
};

/** An element of a platform's own; other clients show a box with its `kind`. */
export type Custom = {
  readonly type: "custom";
  readonly id: Id;
  readonly layer: Id;
  readonly group?: Id | null;
  readonly inner_groups?: readonly (Id)[];
  readonly z?: ZIndex;
  readonly by?: number;
  readonly style?: Style;
  readonly rotation?: Number;
  readonly locked?: boolean;
  readonly x: Number;
  readonly y: Number;
  readonly w: Extent;
  readonly h: Extent;
  readonly kind: Id;
  readonly data?: Readonly<Record<string, unknown>>;
};

/** How a line is drawn. */
export type Dash = "dashed" | "dotted" | "solid";

/** An offer or an answer for one peer. */
export type Description = {
  readonly to: Id;
  readonly sdp: PlainText;
};

export type Element = Stroke | Line | Arrow | Rect | Ellipse | Polygon | TextElement | Note | Image | Formula | Graph | Table | Custom;

/** An ellipse within its box. */
export type Ellipse = {
  readonly type: "ellipse";
  readonly id: Id;
  readonly layer: Id;
  readonly group?: Id | null;
  readonly inner_groups?: readonly (Id)[];
  readonly z?: ZIndex;
  readonly by?: number;
  readonly style?: Style;
  readonly rotation?: Number;
  readonly locked?: boolean;
  readonly x: Number;
  readonly y: Number;
  readonly w: Extent;
  readonly h: Extent;
};

export type ErrorCode = "unknown_message" | "invalid" | "unauthorized" | "permission_denied" | "wrong_access_code" | "kicked" | "not_found" | "conflict" | "precondition_failed" | "room_full" | "session_not_active" | "session_ended" | "too_large" | "rate_limited" | "unavailable" | "internal" | "client_too_old" | "server_too_old";

/** Something was refused; nothing of it was applied (EN-2, EN-4). */
export type ErrorData = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field?: string | null;
  readonly retry_after_ms?: number | null;
};

export type Event = ServerSystemRoomOpen | ServerSystemSessionStatus | ServerSystemSessionUpdate | ServerSystemParticipantUpdate | ServerSystemPermissionUpdate | ServerWebrtcMediaState | ServerWebrtcConnectionQuality | ServerBoardBoardEvent | ServerSystemBoardSave | ServerSystemAssetAdd | ServerSystemChatMessage | ServerSystemChatRemove | ServerSystemTimer | ServerSystemRecordingStart | ServerSystemRecordingStop | ServerSystemRecordingTake | ServerBoardHidden;

/** `extend_timer`: by how much (TI-1). */
export type ExtendArgs = {
  readonly seconds: number;
};

export type Extent = number;

/** the name of a field, or of a field of it after a dot: `style.color` */
export type FieldPath = string;

/** What letters look like; each has Latin and Cyrillic letters. */
export type Font = "hand" | "mono" | "sans" | "serif";

/** A formula, written in TeX and drawn with an outline that the server made (PROTOCOL BD-21). */
export type Formula = {
  readonly type: "formula";
  readonly id: Id;
  readonly layer: Id;
  readonly group?: Id | null;
  readonly inner_groups?: readonly (Id)[];
  readonly z?: ZIndex;
  readonly by?: number;
  readonly style?: Style;
  readonly rotation?: Number;
  readonly locked?: boolean;
  readonly x: Number;
  readonly y: Number;
  readonly w: Extent;
  readonly h: Extent;
  readonly tex: string;
  readonly outline: Sha256;
};

export type Fraction = number;

/** Curves of functions in a window of the plane: x from, to, y from, to (PROTOCOL BD-24). */
export type Graph = {
  readonly type: "graph";
  readonly id: Id;
  readonly layer: Id;
  readonly group?: Id | null;
  readonly inner_groups?: readonly (Id)[];
  readonly z?: ZIndex;
  readonly by?: number;
  readonly style?: Style;
  readonly rotation?: Number;
  readonly locked?: boolean;
  readonly x: Number;
  readonly y: Number;
  readonly w: Extent;
  readonly h: Extent;
  readonly view?: readonly [Number, Number, Number, Number];
  readonly x_name?: string;
  readonly y_name?: string;
  readonly curves?: readonly (Curve)[];
  readonly axes?: boolean;
  readonly grid?: boolean;
};

/** An event that is not for this viewer; `seq`, in the envelope, is all of it (CH-4). */
export type Hidden = Readonly<Record<string, never>>;

/** Why a page records nothing of a track that is to be recorded (RC-11). */
export type Hindrance = "failed" | "full" | "refused" | "unable";

/** Who may look at what happened, once the session is over (PROTOCOL SY-12). */
export type HistoryPolicy = "all" | "host_only";

/** An `RTCIceCandidateInit` of the browser. */
export type IceCandidate = {
  readonly candidate: PlainText;
  readonly sdpMid?: string | null;
  readonly sdpMLineIndex?: number | null;
  readonly usernameFragment?: string | null;
};

/** Which ICE candidates browsers may use; `relay` hides people's addresses from each other. */
export type IcePolicy = "all" | "relay";

/** An `RTCIceServer` of the browser (RT-5). */
export type IceServer = {
  readonly urls: readonly (string)[];
  readonly username?: string | null;
  readonly credential?: string | null;
};

/** an id: 1 to 64 of A-Z a-z 0-9 _ -, and no name of an object's prototype */
export type Id = string;

/** A picture that was uploaded as an asset before. */
export type Image = {
  readonly type: "image";
  readonly id: Id;
  readonly layer: Id;
  readonly group?: Id | null;
  readonly inner_groups?: readonly (Id)[];
  readonly z?: ZIndex;
  readonly by?: number;
  readonly style?: Style;
  readonly rotation?: Number;
  readonly locked?: boolean;
  readonly x: Number;
  readonly y: Number;
  readonly w: Extent;
  readonly h: Extent;
  readonly asset: Sha256;
  readonly alt?: string;
  readonly mirrored?: boolean;
};

/** `invite`: also one who was kicked. */
export type InviteArgs = {
  readonly user_id: UserId;
  readonly role?: Role | null;
};

/** `kick`; with `lock_link` the access code changes, too. */
export type KickArgs = {
  readonly user_id: UserId;
  readonly reason?: string | null;
  readonly lock_link?: boolean;
};

/** This participant was removed; the connection closes with 4503. */
export type Kicked = {
  readonly by: number | null;
  readonly reason?: string | null;
};

/**
 * A sheet of a page, which elements lie on. On a `locked` layer nothing can be changed.
 *
 * On an `open` one everyone who may draw moves what others made, too (PROTOCOL BD-27).
 * `page` may be the number n of before pages had ids: it becomes `pn` (PROTOCOL PG-3).
 */
export type Layer = {
  readonly id: Id;
  readonly name?: string;
  readonly visible?: boolean;
  readonly locked?: boolean;
  readonly page?: Id | number;
  readonly open?: boolean;
};

/** What a board and a message may hold at most (PROTOCOL BD-9, EN-3); sent in `welcome`. */
export type Limits = {
  readonly elements_per_board: number;
  readonly element_bytes: number;
  readonly points_per_stroke: number;
  readonly board_bytes: number;
  readonly pages: number;
  readonly layers: number;
  readonly text_chars: number;
  readonly lines_per_text: number;
  readonly text_chars_per_board: number;
  readonly assets_per_session: number;
  readonly asset_bytes_per_session: number;
  readonly ops_per_event: number;
  readonly max_message_bytes: number;
  readonly sdp_bytes: number;
  readonly candidate_bytes: number;
  readonly name_chars: number;
  readonly seats_per_session: number;
  readonly log_bytes_per_person: number;
  readonly log_bytes_per_session: number;
  readonly log_bytes_per_owner: number;
  readonly connections_per_participant: number;
};

/** A straight line from (x1, y1) to (x2, y2). */
export type Line = {
  readonly type: "line";
  readonly id: Id;
  readonly layer: Id;
  readonly group?: Id | null;
  readonly inner_groups?: readonly (Id)[];
  readonly z?: ZIndex;
  readonly by?: number;
  readonly style?: Style;
  readonly rotation?: Number;
  readonly locked?: boolean;
  readonly x1: Number;
  readonly y1: Number;
  readonly x2: Number;
  readonly y2: Number;
};

/** An `append` as logs have it: older ones do not say where they go on. */
export type LoggedAppend = {
  readonly op: "append";
  readonly id: Id;
  readonly points: readonly (Number)[];
  readonly at?: number;
};

export type LoggedOperation = Put | Patch | LoggedAppend | Remove | Clear | AddLayer | PatchLayer | RemoveLayer | ReorderLayers | AddPage | PatchPage | RemovePage | ReorderPages;

/** `lower_hand`: one's own, or, for the host, that of `user_id` (SY-10). */
export type LowerHandArgs = {
  readonly user_id?: UserId | null;
};

/** Which of one's own tracks are on from now; what is absent stays as it is. */
export type MediaRequest = {
  readonly video?: boolean | null;
  readonly audio?: boolean | null;
  readonly screen?: boolean | null;
};

/** A peer's tracks went on or off. */
export type MediaStateChanged = {
  readonly peer_id: string;
  readonly user_id: number;
  readonly video: boolean;
  readonly audio: boolean;
  readonly screen: boolean;
};

/** a message's id: 1 to 128 visible ASCII characters */
export type MessageId = string;

/** `mute`: one person, or everyone but the hosts (PE-3). */
export type MuteArgs = {
  readonly user_id?: UserId | null;
};

/** A call without arguments. */
export type NoArgs = Readonly<Record<string, never>>;

/** A sticky note. */
export type Note = {
  readonly type: "note";
  readonly id: Id;
  readonly layer: Id;
  readonly group?: Id | null;
  readonly inner_groups?: readonly (Id)[];
  readonly z?: ZIndex;
  readonly by?: number;
  readonly style?: Style;
  readonly rotation?: Number;
  readonly locked?: boolean;
  readonly x: Number;
  readonly y: Number;
  readonly w: Extent;
  readonly h: Extent;
  readonly text?: Text;
};

/** Something a person should know. `code` is stable, `message` is English. */
export type Notification = {
  readonly level: "error" | "info" | "warning";
  readonly code: string;
  readonly message: string;
  readonly params?: Readonly<Record<string, unknown>> | null;
};

export type Number = number;

export type Operation = Put | Patch | Append | Remove | Clear | AddLayer | PatchLayer | RemoveLayer | ReorderLayers | AddPage | PatchPage | RemovePage | ReorderPages;

/**
 * A part of the board that is shown at once: its layers name it.
 *
 * It is a sheet of `size` (width, height) from the origin, or endless. Where it is `open` all its
 * layers are. Without an `audience` everyone sees it.
 */
export type Page = {
  readonly id: Id;
  readonly title?: string;
  readonly paper?: Paper;
  readonly size?: readonly [number, number] | null;
  readonly background?: Background | null;
  readonly open?: boolean;
  readonly audience?: Audience | null;
};

/** Paper, with its marks `step` board units apart; without a colour they have a quiet one. */
export type Paper = {
  readonly kind?: PaperKind;
  readonly step?: number;
  readonly color?: Color | null;
};

/** What is printed on the paper. */
export type PaperKind = "axes" | "blank" | "dots" | "isometric" | "lined" | "millimetre" | "music" | "seyes" | "squares";

/** What happened to a participant, in the words of `participant_update`. */
export type ParticipantChange = "joined" | "kicked" | "left" | "reconnecting" | "updated";

/**
 * A participant took a seat, waits, was admitted, came, dropped, came back, left or was kicked.
 *
 * An invitation is such a change too, and so are a hand that goes up or down, and what somebody
 * answers who is asked whether they may be recorded.
 */
export type ParticipantChanged = {
  readonly change: ParticipantChange;
  readonly participant: ParticipantView;
  readonly reason?: string | null;
  readonly by?: number | null;
};

/** Where a participant stands, as far as the others can tell. */
export type ParticipantStatus = "connected" | "disconnected" | "invited" | "joining" | "kicked" | "left" | "reconnecting";

/**
 * A participant as the roster of the wire shows them. `joined_at`: ms since the Unix epoch.
 *
 * `hand_raised_at`, of the same kind, is null while their hand is down; hands are in its order.
 * `custom_permissions` holds what was granted to or withdrawn from this person alone.
 * `connection_quality` is null until their page has told how good their line is (RT-6).
 * `recording_consent` is null until they have answered; one who `is_left_out` is not recorded.
 */
export type ParticipantView = {
  readonly user_id: number;
  readonly name: string;
  readonly role: Role;
  readonly status: ParticipantStatus;
  readonly peer_id: string | null;
  readonly video: boolean;
  readonly audio: boolean;
  readonly screen: boolean;
  readonly joined_at: number | null;
  readonly is_admitted: boolean;
  readonly custom_permissions: Readonly<Record<string, boolean>>;
  readonly hand_raised_at: number | null;
  readonly connection_quality: ConnectionQuality | null;
  readonly recording_consent: Consent | null;
  readonly is_left_out: boolean;
};

/** Merge fields into an element; `unset` puts fields back to their defaults. */
export type Patch = {
  readonly op: "patch";
  readonly id: Id;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly unset?: readonly (FieldPath)[];
};

/** Merge fields into a layer. */
export type PatchLayer = {
  readonly op: "patch_layer";
  readonly id: Id;
  readonly set: Readonly<Record<string, unknown>>;
};

/** Merge fields into a page; `unset` puts fields back to their defaults. */
export type PatchPage = {
  readonly op: "patch_page";
  readonly id: Id;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly unset?: readonly (FieldPath)[];
};

/** A peer can be called. `polite`: whether the receiver is the polite side (RT-4). */
export type PeerJoined = {
  readonly peer_id: string;
  readonly user_id: number;
  readonly name: string;
  readonly polite: boolean;
};

/** A peer is gone. */
export type PeerLeft = {
  readonly peer_id: string;
  readonly user_id: number;
  readonly name: string;
};

export type Permissions = {
  readonly can_draw: boolean;
  readonly can_erase: boolean;
  readonly can_add_layers: boolean;
  readonly can_delete_layers: boolean;
  readonly can_reorder_layers: boolean;
  readonly can_upload_images: boolean;
  readonly can_export: boolean;
  readonly can_clear_board: boolean;
  readonly can_toggle_video: boolean;
  readonly can_toggle_audio: boolean;
  readonly can_share_screen: boolean;
  readonly can_invite: boolean;
  readonly can_kick: boolean;
  readonly can_terminate: boolean;
  readonly can_pause: boolean;
  readonly can_edit_others: boolean;
};

/** `set_permissions`: of one participant, or of a role in this session. */
export type PermissionsArgs = {
  readonly permissions: Readonly<Partial<Record<"can_draw" | "can_erase" | "can_add_layers" | "can_delete_layers" | "can_reorder_layers" | "can_upload_images" | "can_export" | "can_clear_board" | "can_toggle_video" | "can_toggle_audio" | "can_share_screen" | "can_invite" | "can_kick" | "can_terminate" | "can_pause" | "can_edit_others", boolean>>>;
  readonly user_id?: UserId | null;
  readonly role?: Role | null;
};

/**
 * Permissions of one participant or of a whole role were changed.
 *
 * For one participant `permissions` is their full effective set, `overrides` what was set for
 * them. For a role `permissions` holds the names that were set, and `effective` the full sets of
 * everyone it concerns. `tools_down` says that all but hosts lay their tools down, or take them up
 * again (PE-5): `effective` has everyone's, and nothing was set for a role or a person.
 */
export type PermissionsChanged = {
  readonly permissions: Readonly<Partial<Record<"can_draw" | "can_erase" | "can_add_layers" | "can_delete_layers" | "can_reorder_layers" | "can_upload_images" | "can_export" | "can_clear_board" | "can_toggle_video" | "can_toggle_audio" | "can_share_screen" | "can_invite" | "can_kick" | "can_terminate" | "can_pause" | "can_edit_others", boolean>>>;
  readonly user_id?: number | null;
  readonly role?: Role | null;
  readonly overrides?: Readonly<Partial<Record<"can_draw" | "can_erase" | "can_add_layers" | "can_delete_layers" | "can_reorder_layers" | "can_upload_images" | "can_export" | "can_clear_board" | "can_toggle_video" | "can_toggle_audio" | "can_share_screen" | "can_invite" | "can_kick" | "can_terminate" | "can_pause" | "can_edit_others", boolean>>>;
  readonly effective?: Readonly<Record<string, Permissions>>;
  readonly by?: number | null;
  readonly tools_down?: boolean | null;
};

/** Asks for a `pong` with the same `t`. */
export type Ping = {
  readonly t?: Timestamp | null;
};

/** text without NUL characters */
export type PlainText = string;

/**
 * Where this person's pointer is, in board units.
 *
 * `view` is the part of the board that they see, `[x, y, width, height]`: for those who follow
 * them (BD-14). `page` is the one that they look at; the number n of an older client becomes `pn`.
 */
export type PointerMove = {
  readonly x: Number;
  readonly y: Number;
  readonly tool?: Id | null;
  readonly page?: Id | number | null;
  readonly view?: readonly [Number, Number, Extent, Extent] | null;
};

/**
 * The newest pointer of each user since the last flush: `[user_id, x, y, tool, page]`.
 *
 * `views` is there when somebody told theirs: `[user_id, x, y, width, height]` (BD-14).
 */
export type Pointers = {
  readonly pointers: readonly (readonly [number, number, number, string | null, string | null])[];
  readonly views?: readonly (readonly [number, number, number, number, number])[];
};

/**
 * Straight lines from corner to corner, and back to the first where it is `closed` (BD-23).
 *
 * `points` is flat: x, y of each corner, relative to the element's x, y.
 */
export type Polygon = {
  readonly type: "polygon";
  readonly id: Id;
  readonly layer: Id;
  readonly group?: Id | null;
  readonly inner_groups?: readonly (Id)[];
  readonly z?: ZIndex;
  readonly by?: number;
  readonly style?: Style;
  readonly rotation?: Number;
  readonly locked?: boolean;
  readonly x?: Number;
  readonly y?: Number;
  readonly closed?: boolean;
  readonly points: readonly (Number)[];
};

/** The answer to the server's `ping`. */
export type Pong = {
  readonly t?: Timestamp | null;
};

/**
 * Add an element, or replace it whole.
 *
 * A new one that names another in `of` is a part of it, and has its creator (PROTOCOL BD-20).
 * Logs have that in `by`, and never `of`.
 */
export type Put = {
  readonly op: "put";
  readonly element: Element;
  readonly of?: Id | null;
};

/** A person's line became better or worse, by what their own page makes of it (RT-6). */
export type QualityChanged = {
  readonly user_id: number;
  readonly quality: ConnectionQuality;
};

/** How good one's own line is, by what the calls come to (RT-6). */
export type QualityReport = {
  readonly quality: ConnectionQuality;
};

/** `react`: with what (PE-1). */
export type ReactArgs = {
  readonly reaction: Reaction;
};

/** One of few, so that every client has a picture of each, and no text is shouted. */
export type Reaction = "clap" | "faster" | "heart" | "laugh" | "no" | "slower" | "surprise" | "yes";

/** `record_participant`: whether somebody is in recordings, if they agree (RC-4). */
export type RecordArgs = {
  readonly user_id: UserId;
  readonly is_recorded: boolean;
};

/** A recording that is on. `started_at` is in ms since the Unix epoch, `by` who started it. */
export type Recording = {
  readonly recording_id: string;
  readonly kinds: readonly (TakeKind)[];
  readonly roles: readonly (Role)[];
  readonly started_at: number;
  readonly by: number | null;
};

/** Who may listen to what was recorded, or download it. */
export type RecordingAccess = "host" | "participants";

/** What a recording of a session holds, and who may have it (RC-3). */
export type RecordingSettings = {
  readonly kinds: readonly (TakeKind)[];
  readonly roles: readonly (Role)[];
  readonly listeners: RecordingAccess;
  readonly downloads: RecordingAccess;
  readonly retention_days: number | null;
};

/**
 * A recording is on from here: of those who agree, and whom nobody leaves out (RC-2).
 *
 * `roles` are those of whom something is kept; what the log does not say is not kept.
 */
export type RecordingStarted = {
  readonly recording_id: string;
  readonly kinds: readonly (TakeKind)[];
  readonly roles: readonly (Role)[];
  readonly by?: number | null;
};

/** The recording is off from here (RC-2). */
export type RecordingStopped = {
  readonly recording_id: string;
  readonly reason: StopReason;
};

/** A rectangle. */
export type Rect = {
  readonly type: "rect";
  readonly id: Id;
  readonly layer: Id;
  readonly group?: Id | null;
  readonly inner_groups?: readonly (Id)[];
  readonly z?: ZIndex;
  readonly by?: number;
  readonly style?: Style;
  readonly rotation?: Number;
  readonly locked?: boolean;
  readonly x: Number;
  readonly y: Number;
  readonly w: Extent;
  readonly h: Extent;
};

/** An ICE candidate of another peer; null ends them. */
export type RelayedCandidate = {
  readonly from_peer: string;
  readonly candidate: IceCandidate | null;
};

/** An offer or an answer of another peer (RT-2). */
export type RelayedDescription = {
  readonly from_peer: string;
  readonly sdp: string;
};

/** Who took a message out of the chat, None is the operator, and when, in ms since the epoch. */
export type Removal = {
  readonly by: number | null;
  readonly at: number;
};

/** Remove elements; those that are gone already are passed over. */
export type Remove = {
  readonly op: "remove";
  readonly ids: readonly (Id)[];
};

/** `remove_message`: the `seq` of a message of the chat (CH-6). */
export type RemoveArgs = {
  readonly message: Seq;
};

/** Remove a layer with its elements; never the last one of its page. */
export type RemoveLayer = {
  readonly op: "remove_layer";
  readonly id: Id;
};

/** Remove a page with its layers and their elements; never the last one. */
export type RemovePage = {
  readonly op: "remove_page";
  readonly id: Id;
};

/** Put the layers in another order; `order` is a permutation of their ids. */
export type ReorderLayers = {
  readonly op: "reorder_layers";
  readonly order: readonly (Id)[];
};

/** Put the pages in another order; `order` is a permutation of their ids. */
export type ReorderPages = {
  readonly op: "reorder_pages";
  readonly order: readonly (Id)[];
};

/** The result of a `command`. */
export type Reply = {
  readonly result: unknown;
};

/** `restore`: the board as it was after event `version`. */
export type RestoreArgs = {
  readonly version: UserId;
};

/** The part a participant plays in a lesson. */
export type Role = "host" | "solo" | "student" | "viewer";

/** `set_role`: make somebody a host, or a student or viewer again. */
export type RoleArgs = {
  readonly user_id: UserId;
  readonly role: Role;
};

/**
 * The room was opened; a `seq` from here on is valid only within this epoch (BD-7).
 *
 * Whoever was connected before is `reconnecting` from this moment. They were last there at the
 * log's last event, or where that is known to be later, at `last_there`, in ms since the Unix
 * epoch by `user_id`: so that the log alone tells how long everybody was there.
 */
export type RoomOpened = {
  readonly epoch: string;
  readonly last_there?: Readonly<Record<string, number>>;
};

export type Seq = number;

export type ServerMessage = ServerBoardBoardEvent | ServerBoardAck | ServerBoardSyncResponse | ServerBoardBoardPart | ServerBoardPointerMove | ServerWebrtcOffer | ServerWebrtcAnswer | ServerWebrtcIceCandidate | ServerWebrtcMediaState | ServerWebrtcConnectionQuality | ServerWebrtcParticipantJoined | ServerWebrtcParticipantLeft | ServerSystemWelcome | ServerSystemRoomOpen | ServerSystemSessionStatus | ServerSystemSessionUpdate | ServerSystemParticipantUpdate | ServerSystemPermissionUpdate | ServerSystemBoardSave | ServerSystemAssetAdd | ServerSystemChatMessage | ServerSystemChatRemove | ServerBoardHidden | ServerSystemTimer | ServerSystemRecordingStart | ServerSystemRecordingStop | ServerSystemRecordingTake | ServerSystemAck | ServerSystemNotification | ServerSystemError | ServerSystemKicked | ServerSystemReply | ServerSystemPing | ServerSystemPong | ServerSystemToken;

/** Asks for a `pong` with the same `t`. */
export type ServerPing = {
  readonly t: number;
};

/** The answer to the client's `ping`. */
export type ServerPong = {
  readonly t: number | null;
  readonly server_time: number;
};

/** What the owner of a session chose; unknown keys are refused. */
export type SessionSettings = {
  readonly allow_guests?: boolean;
  readonly guest_role?: Role;
  readonly waiting_room?: boolean;
  readonly grace_s?: number | null;
  readonly signal_policy?: SignalPolicy;
  readonly ice_policy?: IcePolicy;
  readonly chat_policy?: ChatPolicy;
  readonly history_policy?: HistoryPolicy;
  readonly retention_days?: number | null;
  readonly permissions?: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  readonly tools_down?: boolean;
  readonly recording?: RecordingSettings;
};

/** Where a session stands. */
export type SessionStatus = "active" | "completed" | "expired" | "paused" | "scheduled" | "terminated" | "waiting";

/**
 * The session moved to another status, or its time stands still or goes on.
 *
 * `as_of` is when that took effect, in ms since the Unix epoch, where it was before the event:
 * nobody was there since. While `is_idle` the session is active and its time stands still.
 */
export type SessionStatusChanged = {
  readonly status: SessionStatus;
  readonly reason?: string | null;
  readonly as_of?: number | null;
  readonly is_idle?: boolean;
};

/** What kind of lesson a session is. */
export type SessionType = "demo" | "group" | "lesson" | "solo";

/**
 * The session was planned anew, or is run differently from now on: all of it as it now is.
 *
 * Times are milliseconds since the Unix epoch.
 */
export type SessionUpdated = {
  readonly title: string;
  readonly max_participants: number;
  readonly scheduled_start: number | null;
  readonly scheduled_end: number | null;
  readonly settings: SessionSettings;
  readonly booking_id: string | null;
  readonly by: number | null;
  readonly host_id: number | null;
  readonly is_recorded: boolean | null;
};

/** A session as its participants see it. */
export type SessionView = {
  readonly session_id: string;
  readonly session_type: SessionType;
  readonly status: SessionStatus;
  readonly title: string;
  readonly host_id: number;
  readonly is_recorded: boolean;
  readonly chat_policy: ChatPolicy;
  readonly scheduled_start: number | null;
  readonly scheduled_end: number | null;
  readonly actual_start: number | null;
  readonly actual_end: number | null;
  readonly duration_ms: number;
  readonly timer: Timer | null;
  readonly tools_down: boolean;
  readonly recording: Recording | null;
  readonly recording_settings: RecordingSettings | null;
};

/** a SHA-256 in 64 lower-case hex digits */
export type Sha256 = string;

/** Who may call whom (PROTOCOL RT-1). */
export type SignalPolicy = "all" | "host_only";

/** `spotlight`: whom everyone is to see large, or whose screen (PE-6). */
export type SpotlightArgs = {
  readonly user_id: UserId;
  readonly is_screen?: boolean;
};

/** Why a recording ended. */
export type StopReason = "full" | "host" | "server" | "session";

/**
 * A line drawn by hand.
 *
 * `points` is flat: x, y (relative to the element's x, y), pressure (0 to 1), milliseconds since
 * the previous point. It is encoded last, so that `append` can extend the encoded bytes.
 */
export type Stroke = {
  readonly type: "stroke";
  readonly id: Id;
  readonly layer: Id;
  readonly group?: Id | null;
  readonly inner_groups?: readonly (Id)[];
  readonly z?: ZIndex;
  readonly by?: number;
  readonly style?: Style;
  readonly rotation?: Number;
  readonly locked?: boolean;
  readonly x?: Number;
  readonly y?: Number;
  readonly scale_x?: Number;
  readonly scale_y?: Number;
  readonly brush?: Brush;
  readonly points: readonly (Number)[];
};

/** How an element looks. */
export type Style = {
  readonly color?: Color;
  readonly fill?: Color;
  readonly width?: Extent;
  readonly opacity?: Fraction;
  readonly dash?: Dash;
  readonly font_size?: Extent;
  readonly align?: Align;
  readonly font?: Font;
  readonly bold?: boolean;
  readonly italic?: boolean;
};

export type SubmissionId = string;

/** The events after `from_seq` up to `seq`, as they would have been sent one by one. */
export type SyncDelta = {
  readonly mode: "delta";
  readonly epoch: string;
  readonly from_seq: number;
  readonly seq: number;
  readonly events: readonly (Event)[];
};

/**
 * The whole state at `seq`. `board` is null on a view without the board channel.
 *
 * `role_permissions` is what each role may do in this session, before what was set for one person.
 * `rest` names the pages of which `board` has no elements yet: each comes as a `board_part`, in
 * this order (BD-28).
 */
export type SyncFull = {
  readonly mode: "full";
  readonly epoch: string;
  readonly seq: number;
  readonly session: SessionView;
  readonly roster: readonly (ParticipantView)[];
  readonly permissions: Permissions;
  readonly role_permissions: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  readonly rest: readonly (string)[];
  readonly board: Board | null;
};

/**
 * Ask for everything after the last event applied; without one, for the whole board.
 *
 * With `parts` a board may come page by page (BD-28).
 */
export type SyncRequest = {
  readonly epoch?: string | null;
  readonly seq?: Seq | null;
  readonly parts?: boolean;
};

/**
 * A table: columns as wide as they say, rows as high as their texts need (PROTOCOL BD-25).
 *
 * `cells` are texts by the ids of row and column; what names none that is there is not shown.
 */
export type Table = {
  readonly type: "table";
  readonly id: Id;
  readonly layer: Id;
  readonly group?: Id | null;
  readonly inner_groups?: readonly (Id)[];
  readonly z?: ZIndex;
  readonly by?: number;
  readonly style?: Style;
  readonly rotation?: Number;
  readonly locked?: boolean;
  readonly x: Number;
  readonly y: Number;
  readonly cols: readonly (TableLine)[];
  readonly rows: readonly (TableLine)[];
  readonly cells?: Readonly<Record<string, Text>>;
};

/** A row or a column of a table: its id, and how high or wide it is at least. */
export type TableLine = {
  /** the id of a row or a column: 1 to 32 of A-Z a-z 0-9 _ - */
  readonly id: string;
  readonly size: number;
};

/** What of a person is recorded. */
export type TakeKind = "audio" | "screen" | "video";

/** A browser begins to record one of its own tracks, and will send it (RC-7). */
export type TakeOpened = {
  readonly take_id: string;
  readonly user_id: number;
  readonly kind: TakeKind;
  readonly media_type: string;
};

export type Text = string;

/** Text at (x, y); wrapped where it has a width. */
export type TextElement = {
  readonly type: "text";
  readonly id: Id;
  readonly layer: Id;
  readonly group?: Id | null;
  readonly inner_groups?: readonly (Id)[];
  readonly z?: ZIndex;
  readonly by?: number;
  readonly style?: Style;
  readonly rotation?: Number;
  readonly locked?: boolean;
  readonly x: Number;
  readonly y: Number;
  readonly w?: Extent | null;
  readonly text: Text;
};

/**
 * A countdown that everyone in the lesson sees (PROTOCOL TI-1).
 *
 * Either it runs, and `ends_at` is when it is over, in ms since the Unix epoch, or it stands, with
 * `left_ms` to go.
 */
export type Timer = {
  readonly seconds: number;
  readonly title?: string;
  readonly ends_at?: number | null;
  readonly left_ms?: number | null;
};

/** `start_timer`: for how long, and what for (TI-1). */
export type TimerArgs = {
  readonly seconds: number;
  /** text without NUL characters */
  readonly title?: string;
};

/** The countdown was set, stopped, goes on, or was put away: as it is from now on (TI-1). */
export type TimerChanged = {
  readonly timer: Timer | null;
};

export type Timestamp = number;

/** Another room token of the same seat, for this connection to live on by (HS-8). */
export type TokenRenewal = {
  /** text without NUL characters */
  readonly token: string;
};

/** The connection lives on by the token that was shown (HS-8): until `expires_at`, in ms. */
export type TokenTaken = {
  readonly expires_at: number;
  readonly ice_servers: readonly (IceServer)[];
};

/** `set_tools`: whether all but hosts lay them down (PE-5). */
export type ToolsArgs = {
  readonly are_down: boolean;
};

/** `undo` and `redo`: one's own, or, for the host, what somebody else did. */
export type UndoArgs = {
  readonly user_id?: UserId | null;
};

/** `set_unrecorded`: what this page does not record though it should (RC-11). */
export type UnrecordedArgs = {
  readonly tracks: readonly (UnrecordedTrack)[];
};

/** A track that its person agreed to have recorded, and that is not. */
export type UnrecordedTrack = {
  readonly kind: TakeKind;
  readonly why: Hindrance;
};

export type UserId = number;

/** The first message on a connection (HS-5). */
export type Welcome = {
  readonly protocol: string;
  readonly board_schema: number;
  readonly connection_id: string;
  readonly peer_id: string;
  readonly participant: ParticipantView;
  readonly session: SessionView;
  readonly permissions: Permissions;
  readonly roster: readonly (ParticipantView)[];
  readonly head: number;
  readonly epoch: string;
  readonly ice_servers: readonly (IceServer)[];
  readonly ice_policy: IcePolicy;
  readonly limits: Limits;
  readonly server_time: number;
  readonly resume_window: number;
  readonly durability: "power" | "process";
};

/** `terminate`. */
export type WithReason = {
  readonly reason?: string | null;
};

/** a fractional index, 1 to 64 of A-Z a-z 0-9: elements are painted in its order */
export type ZIndex = string;

export type ClientBoardBoardEvent = {
  readonly ch: "board";
  readonly type: "board_event";
  readonly id: SubmissionId;
  readonly data: BoardEvent;
};

export type ClientBoardPointerMove = {
  readonly ch: "board";
  readonly type: "pointer_move";
  readonly id?: MessageId;
  readonly data: PointerMove;
};

export type ClientBoardSyncRequest = {
  readonly ch: "board";
  readonly type: "sync_request";
  readonly id?: MessageId;
  readonly data: SyncRequest;
};

export type ClientSystemChatMessage = {
  readonly ch: "system";
  readonly type: "chat_message";
  readonly id: SubmissionId;
  readonly data: ChatMessage;
};

export type ClientSystemCommand = {
  readonly ch: "system";
  readonly type: "command";
  readonly id?: MessageId;
  readonly data: {
  readonly name: "start";
  readonly args?: NoArgs;
} | {
  readonly name: "pause";
  readonly args?: NoArgs;
} | {
  readonly name: "resume";
  readonly args?: NoArgs;
} | {
  readonly name: "complete";
  readonly args?: NoArgs;
} | {
  readonly name: "terminate";
  readonly args?: WithReason;
} | {
  readonly name: "kick";
  readonly args: KickArgs;
} | {
  readonly name: "invite";
  readonly args: InviteArgs;
} | {
  readonly name: "admit";
  readonly args: AdmitArgs;
} | {
  readonly name: "start_timer";
  readonly args: TimerArgs;
} | {
  readonly name: "pause_timer";
  readonly args?: NoArgs;
} | {
  readonly name: "resume_timer";
  readonly args?: NoArgs;
} | {
  readonly name: "extend_timer";
  readonly args: ExtendArgs;
} | {
  readonly name: "stop_timer";
  readonly args?: NoArgs;
} | {
  readonly name: "raise_hand";
  readonly args?: NoArgs;
} | {
  readonly name: "lower_hand";
  readonly args?: LowerHandArgs;
} | {
  readonly name: "lower_hands";
  readonly args?: NoArgs;
} | {
  readonly name: "react";
  readonly args: ReactArgs;
} | {
  readonly name: "pick";
  readonly args?: NoArgs;
} | {
  readonly name: "mute";
  readonly args?: MuteArgs;
} | {
  readonly name: "ask_unmute";
  readonly args: AskUnmuteArgs;
} | {
  readonly name: "set_tools";
  readonly args: ToolsArgs;
} | {
  readonly name: "start_recording";
  readonly args?: NoArgs;
} | {
  readonly name: "stop_recording";
  readonly args?: NoArgs;
} | {
  readonly name: "recording_consent";
  readonly args: ConsentArgs;
} | {
  readonly name: "record_participant";
  readonly args: RecordArgs;
} | {
  readonly name: "remove_message";
  readonly args: RemoveArgs;
} | {
  readonly name: "bring";
  readonly args: BringArgs;
} | {
  readonly name: "release";
  readonly args?: NoArgs;
} | {
  readonly name: "spotlight";
  readonly args: SpotlightArgs;
} | {
  readonly name: "end_spotlight";
  readonly args?: NoArgs;
} | {
  readonly name: "set_away";
  readonly args: AwayArgs;
} | {
  readonly name: "set_unrecorded";
  readonly args: UnrecordedArgs;
} | {
  readonly name: "set_permissions";
  readonly args: PermissionsArgs;
} | {
  readonly name: "set_role";
  readonly args: RoleArgs;
} | {
  readonly name: "save";
  readonly args?: NoArgs;
} | {
  readonly name: "restore";
  readonly args: RestoreArgs;
} | {
  readonly name: "copy_page";
  readonly args: CopyArgs;
} | {
  readonly name: "undo";
  readonly args?: UndoArgs;
} | {
  readonly name: "redo";
  readonly args?: UndoArgs;
};
};

export type ClientSystemPing = {
  readonly ch: "system";
  readonly type: "ping";
  readonly id?: MessageId;
  readonly data: Ping;
};

export type ClientSystemPong = {
  readonly ch: "system";
  readonly type: "pong";
  readonly id?: MessageId;
  readonly data: Pong;
};

export type ClientSystemToken = {
  readonly ch: "system";
  readonly type: "token";
  readonly id?: MessageId;
  readonly data: TokenRenewal;
};

export type ClientWebrtcAnswer = {
  readonly ch: "webrtc";
  readonly type: "answer";
  readonly id?: MessageId;
  readonly data: Description;
};

export type ClientWebrtcConnectionQuality = {
  readonly ch: "webrtc";
  readonly type: "connection_quality";
  readonly id?: MessageId;
  readonly data: QualityReport;
};

export type ClientWebrtcIceCandidate = {
  readonly ch: "webrtc";
  readonly type: "ice_candidate";
  readonly id?: MessageId;
  readonly data: Candidate;
};

export type ClientWebrtcMediaState = {
  readonly ch: "webrtc";
  readonly type: "media_state";
  readonly id?: MessageId;
  readonly data: MediaRequest;
};

export type ClientWebrtcOffer = {
  readonly ch: "webrtc";
  readonly type: "offer";
  readonly id?: MessageId;
  readonly data: Description;
};

export type ServerBoardAck = {
  readonly ch: "board";
  readonly type: "ack";
  readonly id: SubmissionId;
  readonly seq: Seq;
  readonly data: Ack;
};

export type ServerBoardBoardEvent = {
  readonly ch: "board";
  readonly type: "board_event";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly id?: SubmissionId;
  readonly data: BoardChanged;
};

export type ServerBoardBoardPart = {
  readonly ch: "board";
  readonly type: "board_part";
  readonly data: BoardPart;
};

export type ServerBoardHidden = {
  readonly ch: "board";
  readonly type: "hidden";
  readonly seq: Seq;
  readonly data: Hidden;
};

export type ServerBoardPointerMove = {
  readonly ch: "board";
  readonly type: "pointer_move";
  readonly data: Pointers;
};

export type ServerBoardSyncResponse = {
  readonly ch: "board";
  readonly type: "sync_response";
  readonly id?: MessageId;
  readonly data: SyncFull | SyncDelta;
};

export type ServerSystemAck = {
  readonly ch: "system";
  readonly type: "ack";
  readonly id: SubmissionId;
  readonly seq: Seq;
  readonly data: Ack;
};

export type ServerSystemAssetAdd = {
  readonly ch: "system";
  readonly type: "asset_add";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly data: AssetAdded;
};

export type ServerSystemBoardSave = {
  readonly ch: "system";
  readonly type: "board_save";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly data: BoardSaved;
};

export type ServerSystemChatMessage = {
  readonly ch: "system";
  readonly type: "chat_message";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly id?: SubmissionId;
  readonly data: ChatMessageSent;
};

export type ServerSystemChatRemove = {
  readonly ch: "system";
  readonly type: "chat_remove";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly data: ChatMessageRemoved;
};

export type ServerSystemError = {
  readonly ch: "system";
  readonly type: "error";
  readonly id?: MessageId;
  readonly data: ErrorData;
};

export type ServerSystemKicked = {
  readonly ch: "system";
  readonly type: "kicked";
  readonly data: Kicked;
};

export type ServerSystemNotification = {
  readonly ch: "system";
  readonly type: "notification";
  readonly data: Notification;
};

export type ServerSystemParticipantUpdate = {
  readonly ch: "system";
  readonly type: "participant_update";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly data: ParticipantChanged;
};

export type ServerSystemPermissionUpdate = {
  readonly ch: "system";
  readonly type: "permission_update";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly data: PermissionsChanged;
};

export type ServerSystemPing = {
  readonly ch: "system";
  readonly type: "ping";
  readonly data: ServerPing;
};

export type ServerSystemPong = {
  readonly ch: "system";
  readonly type: "pong";
  readonly id?: MessageId;
  readonly data: ServerPong;
};

export type ServerSystemRecordingStart = {
  readonly ch: "system";
  readonly type: "recording_start";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly data: RecordingStarted;
};

export type ServerSystemRecordingStop = {
  readonly ch: "system";
  readonly type: "recording_stop";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly data: RecordingStopped;
};

export type ServerSystemRecordingTake = {
  readonly ch: "system";
  readonly type: "recording_take";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly data: TakeOpened;
};

export type ServerSystemReply = {
  readonly ch: "system";
  readonly type: "reply";
  readonly id?: MessageId;
  readonly data: Reply;
};

export type ServerSystemRoomOpen = {
  readonly ch: "system";
  readonly type: "room_open";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly data: RoomOpened;
};

export type ServerSystemSessionStatus = {
  readonly ch: "system";
  readonly type: "session_status";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly data: SessionStatusChanged;
};

export type ServerSystemSessionUpdate = {
  readonly ch: "system";
  readonly type: "session_update";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly data: SessionUpdated;
};

export type ServerSystemTimer = {
  readonly ch: "system";
  readonly type: "timer";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly data: TimerChanged;
};

export type ServerSystemToken = {
  readonly ch: "system";
  readonly type: "token";
  readonly id?: MessageId;
  readonly data: TokenTaken;
};

export type ServerSystemWelcome = {
  readonly ch: "system";
  readonly type: "welcome";
  readonly data: Welcome;
};

export type ServerWebrtcAnswer = {
  readonly ch: "webrtc";
  readonly type: "answer";
  readonly data: RelayedDescription;
};

export type ServerWebrtcConnectionQuality = {
  readonly ch: "webrtc";
  readonly type: "connection_quality";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly data: QualityChanged;
};

export type ServerWebrtcIceCandidate = {
  readonly ch: "webrtc";
  readonly type: "ice_candidate";
  readonly data: RelayedCandidate;
};

export type ServerWebrtcMediaState = {
  readonly ch: "webrtc";
  readonly type: "media_state";
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from?: UserId;
  readonly data: MediaStateChanged;
};

export type ServerWebrtcOffer = {
  readonly ch: "webrtc";
  readonly type: "offer";
  readonly data: RelayedDescription;
};

export type ServerWebrtcParticipantJoined = {
  readonly ch: "webrtc";
  readonly type: "participant_joined";
  readonly data: PeerJoined;
};

export type ServerWebrtcParticipantLeft = {
  readonly ch: "webrtc";
  readonly type: "participant_left";
  readonly data: PeerLeft;
};

/** The longest texts that the protocol allows, in code points; others are in `Welcome.limits`. */
export const LONGEST = {
  "ChatMessage.text": 2000,
  "Curve.expr": 200,
  "Formula.tex": 2000,
  "Graph.x_name": 32,
  "Graph.y_name": 32,
  "Image.alt": 1000,
  "Layer.name": 64,
  "Page.title": 128,
  "TimerArgs.title": 128,
  "TokenRenewal.token": 8192,
} as const;
