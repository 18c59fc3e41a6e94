/** What a room's events come to: a pure fold, the same on every client. */

import { applyLogged, boardOf, EMPTY_BOARD, type Board } from "./board.ts";
import { changed, type Rest } from "./rest.ts";
import type {
  ChatFile,
  Event,
  MediaState,
  Participant,
  Permission,
  Permissions,
  PermissionUpdate,
  QualityChanged,
  RecordingSettings,
  Role,
  Session,
  SessionStatus,
  SessionStatusChanged,
  SessionUpdated,
  SyncFull,
  Welcome,
} from "../wire.ts";

/** Who took a message out of the chat, null is the operator, and when. */
export interface Removal {
  readonly by: number | null;
  readonly at: number;
}

/** What somebody wrote; `at` in ms since the Unix epoch. */
export interface ChatLine {
  readonly seq: number;
  readonly from: number;
  readonly at: number;
  readonly text: string;
  /** To which one person, besides the hosts (CH-4). */
  readonly to?: number | null;
  /** The `seq` of the message that it answers (CH-5). */
  readonly reply_to?: number | null;
  readonly removed?: Removal | null;
  /** What came with it (CH-7). */
  readonly file?: ChatFile | null;
}

export interface RoomState {
  /** The last event applied, and the epoch it belongs to; null before the first sync. */
  readonly epoch: string | null;
  readonly seq: number;
  readonly userId: number;
  readonly session: Session;
  /** The server's time, in ms, at which `session.duration_ms` was true. */
  readonly measuredAt: number;
  /** Whether the session's time stands still, because nobody was there (SY-5). */
  readonly isIdle: boolean;
  readonly roster: ReadonlyMap<number, Participant>;
  /** What this participant may do now. */
  readonly permissions: Permissions;
  /** What each role may do here, before what was set for one person. */
  readonly rolePermissions: Readonly<Record<Role, Permissions>>;
  readonly board: Board;
  /** What of the board has not come yet; null: it is whole. */
  readonly rest: Rest | null;
  /** What was written after event `chatSince`, oldest first; the rest is had over HTTP (CH-3). */
  readonly chat: readonly ChatLine[];
  readonly chatSince: number;
  /** What was removed from the chat since, by its `seq`, also of what is had over HTTP. */
  readonly chatRemoved: ReadonlyMap<number, Removal>;
}

export const PERMISSIONS = [
  "can_draw",
  "can_erase",
  "can_add_layers",
  "can_delete_layers",
  "can_reorder_layers",
  "can_upload_images",
  "can_export",
  "can_clear_board",
  "can_toggle_video",
  "can_toggle_audio",
  "can_share_screen",
  "can_invite",
  "can_kick",
  "can_terminate",
  "can_pause",
  "can_edit_others",
] as const satisfies readonly Permission[];

const STUDENT: ReadonlySet<Permission> = new Set<Permission>([
  "can_draw",
  "can_erase",
  "can_upload_images",
  "can_export",
  "can_toggle_video",
  "can_toggle_audio",
]);

const NOBODY: ReadonlySet<Permission> = new Set();

/** What a role may do where nothing else was set: `DEFAULT_PERMISSIONS` of the server. */
export function defaultPermissions(role: Role): Permissions {
  const granted = { host: new Set(PERMISSIONS), solo: new Set(PERMISSIONS), student: STUDENT, viewer: NOBODY }[role];
  return Object.fromEntries(PERMISSIONS.map((name) => [name, granted.has(name)])) as Permissions;
}

const NOTHING: ReadonlyMap<number, Removal> = new Map();

const DEFAULTS: Readonly<Record<Role, Permissions>> = {
  host: defaultPermissions("host"),
  student: defaultPermissions("student"),
  viewer: defaultPermissions("viewer"),
  solo: defaultPermissions("solo"),
};

/** What a participant may do: what was set for them, over what their role may do here. */
export function permissionsOf(state: RoomState, participant: Participant): Permissions {
  if (participant.user_id === state.userId) return state.permissions;
  return { ...state.rolePermissions[participant.role], ...participant.custom_permissions };
}

/** Takes up a `welcome`, keeping board and place in the log from before an interruption. */
export function welcomed(before: RoomState | null, welcome: Welcome): RoomState {
  return {
    epoch: before?.epoch ?? null,
    seq: before?.seq ?? 0,
    userId: welcome.participant.user_id,
    session: welcome.session,
    measuredAt: welcome.server_time,
    isIdle: false,
    roster: rosterOf(welcome.roster),
    permissions: welcome.permissions,
    rolePermissions: before?.rolePermissions ?? DEFAULTS,
    board: before?.board ?? EMPTY_BOARD,
    rest: before?.rest ?? null,
    chat: before?.chat ?? [],
    chatSince: before?.chatSince ?? 0,
    chatRemoved: before?.chatRemoved ?? NOTHING,
  };
}

/** The host has let this participant in (WR-4). */
export function admitted(state: RoomState, permissions: Permissions): RoomState {
  return { ...state, permissions };
}

/** Takes up a full sync. Without a board in it, the board stays. */
export function replaced(state: RoomState, full: SyncFull): RoomState {
  const board = full.board ? boardOf(full.board) : state.board;
  return {
    ...state,
    epoch: full.epoch,
    seq: full.seq,
    session: full.session,
    roster: rosterOf(full.roster),
    permissions: full.permissions,
    rolePermissions: { ...DEFAULTS, ...full.role_permissions },
    board,
    rest: full.rest?.length ? { of: full.seq, pages: full.rest, told: board, since: [] } : null,
    chat: [],
    chatSince: full.seq,
    chatRemoved: NOTHING,
  };
}

/** Returns the state after the next event of the log; whether it is the next is not checked. */
export function applyEvent(state: RoomState, event: Event): RoomState {
  const next = { ...state, seq: event.seq };
  switch (event.type) {
    case "board_event":
      return changed(next, (board) => applyLogged(board, event.data.ops, event.from ?? 0));
    case "room_open":
      return { ...next, epoch: event.data.epoch, roster: allReconnecting(state.roster) };
    case "session_status":
      return moved(next, event.data, event.at);
    case "participant_update":
      return { ...next, roster: seated(state.roster, event.data.participant) };
    case "permission_update":
      return withPermissions(next, event.data);
    case "session_update":
      return { ...next, session: planned(state.session, event.data) };
    case "timer":
      return { ...next, session: { ...state.session, timer: event.data.timer } };
    case "recording_start":
      return { ...next, session: { ...state.session, recording: { ...event.data, by: event.data.by ?? null, started_at: event.at } } };
    case "recording_stop":
      return { ...next, session: { ...state.session, recording: null } };
    case "connection_quality":
      return { ...next, roster: withQuality(state.roster, event.data) };
    case "chat_message":
      return heard(next, { ...event.data, seq: event.seq, from: event.from ?? 0, at: event.at });
    case "chat_remove":
      return withoutText(next, event.data.message, { by: event.from ?? null, at: event.at });
    case "media_state":
      return { ...next, roster: withMedia(state.roster, event.data) };
    default:
      return next;
  }
}

/** Takes up what was written. */
export function heard(state: RoomState, line: ChatLine): RoomState {
  return { ...state, chat: [...state.chat, line] };
}

/** What is left of a message that was removed (CH-6). */
export function takenOut({ file: _, ...line }: ChatLine, removed: Removal): ChatLine {
  return { ...line, text: "", removed };
}

function withoutText(state: RoomState, message: number, removed: Removal): RoomState {
  return {
    ...state,
    chat: state.chat.map((line) => (line.seq === message ? takenOut(line, removed) : line)),
    chatRemoved: new Map(state.chatRemoved).set(message, removed),
  };
}

function rosterOf(participants: readonly Participant[]): ReadonlyMap<number, Participant> {
  return new Map(participants.map((participant) => [participant.user_id, participant]));
}

function seated(
  roster: ReadonlyMap<number, Participant>,
  participant: Participant,
): ReadonlyMap<number, Participant> {
  return new Map(roster).set(participant.user_id, participant);
}

function allReconnecting(
  roster: ReadonlyMap<number, Participant>,
): ReadonlyMap<number, Participant> {
  const next = new Map(roster);
  for (const participant of roster.values()) {
    if (participant.status === "connected") {
      next.set(participant.user_id, { ...participant, status: "reconnecting" });
    }
  }
  return next;
}

function withMedia(
  roster: ReadonlyMap<number, Participant>,
  media: MediaState,
): ReadonlyMap<number, Participant> {
  const participant = roster.get(media.user_id);
  return participant === undefined ? roster : seated(roster, { ...participant, ...media });
}

function withQuality(
  roster: ReadonlyMap<number, Participant>,
  { user_id: userId, quality }: QualityChanged,
): ReadonlyMap<number, Participant> {
  const participant = roster.get(userId);
  return participant === undefined ? roster : seated(roster, { ...participant, connection_quality: quality });
}

const ENDED: ReadonlySet<SessionStatus> = new Set(["completed", "terminated", "expired"]);

export function hasEnded(status: SessionStatus): boolean {
  return ENDED.has(status);
}

/** What recordings hold where nothing else was said: the defaults of the server's `RecordingSettings`. */
const RECORDED: RecordingSettings = {
  kinds: ["audio"],
  roles: ["host", "student", "solo"],
  listeners: "participants",
  downloads: "host",
  retention_days: null,
};

function planned(session: Session, update: SessionUpdated): Session {
  const { title, scheduled_start, scheduled_end, settings } = update;
  const isRecorded = update.is_recorded ?? session.is_recorded;
  return {
    ...session,
    title,
    scheduled_start,
    scheduled_end,
    host_id: update.host_id ?? session.host_id,
    chat_policy: settings.chat_policy ?? "all",
    is_recorded: isRecorded,
    recording_settings: isRecorded ? (settings.recording ?? RECORDED) : null,
  };
}

/** Nobody's time counts: an empty lesson stood still since `as_of` until somebody came. */
function moved(state: RoomState, { status, as_of: asOf, is_idle: isIdle }: SessionStatusChanged, now: number): RoomState {
  const { session } = state;
  const at = asOf ?? now;
  const goesOn = session.status === "active" && !state.isIdle;
  const elapsed = goesOn ? Math.max(0, at - state.measuredAt) : 0;
  return {
    ...state,
    measuredAt: now,
    isIdle: isIdle ?? false,
    session: {
      ...session,
      status,
      timer: hasEnded(status) ? null : session.timer,
      duration_ms: session.duration_ms + elapsed,
      actual_start: status === "active" ? (session.actual_start ?? at) : session.actual_start,
      actual_end: hasEnded(status) ? at : session.actual_end,
    },
  };
}

function withPermissions(state: RoomState, update: PermissionUpdate): RoomState {
  const { user_id: userId, role, permissions, overrides, effective, tools_down: areDown } = update;
  if (areDown != null) {
    return {
      ...state,
      permissions: { ...state.permissions, ...effective?.[state.userId] },
      session: { ...state.session, tools_down: areDown },
    };
  }
  if (role != null) {
    const ofRole = { ...state.rolePermissions[role], ...permissions };
    return {
      ...state,
      permissions: { ...state.permissions, ...effective?.[state.userId] },
      rolePermissions: { ...state.rolePermissions, [role]: ofRole },
    };
  }
  const participant = userId == null ? undefined : state.roster.get(userId);
  if (participant === undefined) return state;
  const changed = { ...participant, custom_permissions: overrides ?? {} };
  return {
    ...state,
    permissions: userId === state.userId ? { ...state.permissions, ...permissions } : state.permissions,
    roster: seated(state.roster, changed),
  };
}
