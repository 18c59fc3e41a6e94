/** The calls that need a user token of scope `operator`. */

import type { EventType } from "../client/event_types.ts";
import { Http } from "../client/rest/http.ts";
import type { SessionSummary } from "../client/rest/rest.ts";
import type { ParticipantStatus, Permissions, Role, SessionStatus } from "../client/wire.ts";

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Rows that the disk has changed, in the place of items. */
  readonly damaged?: readonly DamagedRow[];
  readonly next_cursor: string | null;
}

export interface DamagedRow {
  readonly session_id: string;
  readonly session_title: string;
  readonly seq: number;
}

export interface LiveRoom {
  readonly session_id: string;
  readonly title: string;
  readonly status: SessionStatus;
  /** Who is present. */
  readonly participants: number;
  readonly connections: number;
  readonly events_per_s: number;
  readonly elements: number;
  readonly board_bytes: number;
  readonly opened_at: string;
}

export interface Seat {
  readonly user_id: number;
  readonly name: string;
  readonly role: Role;
  readonly status: ParticipantStatus;
  readonly joined_at: string | null;
  readonly total_time_seconds: number;
  readonly reconnect_count: number;
}

export interface RoomDetails {
  readonly session: SessionSummary;
  readonly participants: readonly Seat[];
}

interface OfSession {
  readonly session_id: string;
  readonly session_title: string;
}

export interface ListedSeat extends Seat, OfSession {}

export interface ListedSnapshot extends OfSession {
  readonly type: "auto" | "join" | "leave" | "terminate" | "manual";
  readonly version: number;
  readonly size_bytes: number;
  readonly participant_count: number;
  readonly created_at: string;
}

export interface ListedEvent extends OfSession {
  readonly seq: number;
  readonly type: EventType;
  readonly at: string;
  /** Who caused it; null for the server and the operator. */
  readonly user_id: number | null;
  readonly name: string | null;
  readonly size_bytes: number;
  readonly data: unknown;
}

/** Something on anybody's shelf. */
export interface ShelfItem {
  readonly item_id: string;
  readonly name: string;
  readonly pages: number;
  readonly size_bytes: number;
  readonly is_shared: boolean;
  readonly created_at: string;
  readonly user_id: number;
  readonly owner: string;
}

export type UserRole = "teacher" | "operator";

/** Somebody whom the server knows. */
export interface KnownUser {
  readonly user_id: number;
  readonly name: string;
  readonly kind: "registered" | "guest";
  /** Who vouches for them: `lessonroom` by its links. */
  readonly issuer: string;
  readonly subject: string;
  /** Null: what their token says. */
  readonly role: UserRole | null;
  readonly is_barred: boolean;
  readonly created_at: string;
}

export interface UserPatch {
  readonly role?: UserRole;
  readonly is_barred?: boolean;
}

/** Filters by name; one that is empty does not matter. */
type Query = Readonly<Record<string, string>>;

export class OperatorApi {
  readonly #http: Http;
  /** What the hosts of lessons may do, too. */
  readonly #classroom: Http;

  constructor(server: string, token: string) {
    this.#http = new Http(`${server}/api/v1/operator`, token);
    this.#classroom = new Http(`${server}/api/v1/classroom`, token);
  }

  async rooms(): Promise<readonly LiveRoom[]> {
    const { items } = await this.#http.call<{ items: readonly LiveRoom[] }>("GET", "/rooms/");
    return items;
  }

  sessions(query: Query, cursor: string | null): Promise<Page<SessionSummary>> {
    return this.#list("sessions", query, cursor);
  }

  seats(query: Query, cursor: string | null): Promise<Page<ListedSeat>> {
    return this.#list("participants", query, cursor);
  }

  snapshots(query: Query, cursor: string | null): Promise<Page<ListedSnapshot>> {
    return this.#list("snapshots", query, cursor);
  }

  events(query: Query, cursor: string | null): Promise<Page<ListedEvent>> {
    return this.#list("events", query, cursor);
  }

  shelves(query: Query, cursor: string | null): Promise<Page<ShelfItem>> {
    return this.#list("shelf", query, cursor);
  }

  users(query: Query, cursor: string | null): Promise<Page<KnownUser>> {
    return this.#list("users", query, cursor);
  }

  addUser(name: string, role: UserRole): Promise<KnownUser> {
    return this.#http.call("POST", "/users/", { name, role });
  }

  changeUser(userId: number, change: UserPatch): Promise<KnownUser> {
    return this.#http.call("PATCH", `/users/${userId}/`, change);
  }

  /** Forgets who somebody is, for good. */
  eraseUser(userId: number): Promise<unknown> {
    return this.#http.call("POST", `/users/${userId}/erase/`);
  }

  /** A link that signs somebody of this server's own in: once, within so many hours. */
  async signInLink({ subject }: KnownUser, hours: number): Promise<string> {
    const body = { subject, lasts_h: hours };
    return (await this.#http.call<{ url: string }>("POST", "/sign-in-links/", body)).url;
  }

  /** Has everyone on this server use an item of a shelf, or its owner alone again. */
  share(itemId: string, isShared: boolean): Promise<ShelfItem> {
    return this.#http.call("PUT", `/shelf/${encodeURIComponent(itemId)}/`, { is_shared: isShared });
  }

  room(sessionId: string): Promise<RoomDetails> {
    return this.#http.call("GET", `/rooms/${encodeURIComponent(sessionId)}/`);
  }

  terminate(sessionId: string): Promise<unknown> {
    return this.#http.call("POST", `/rooms/${encodeURIComponent(sessionId)}/terminate/`, {});
  }

  /** Has a completed session go on, however long ago it ended. */
  reopen(sessionId: string): Promise<unknown> {
    return this.#classroom.call("POST", `/sessions/${encodeURIComponent(sessionId)}/reopen/`);
  }

  kick(sessionId: string, userId: number): Promise<unknown> {
    return this.#http.call("POST", `/rooms/${encodeURIComponent(sessionId)}/kick/${userId}/`, {});
  }

  /** What each role may do. */
  async permissions(): Promise<ReadonlyMap<Role, Permissions>> {
    const { items } = await this.#http.call<{
      items: readonly { role: Role; permissions: Permissions }[];
    }>("GET", "/permissions/");
    return new Map(items.map(({ role, permissions }) => [role, permissions]));
  }

  async setPermissions(role: Role, permissions: Permissions): Promise<Permissions> {
    const path = `/permissions/${role}/`;
    return (await this.#http.call<{ permissions: Permissions }>("PUT", path, { permissions })).permissions;
  }

  #list<Item>(table: string, query: Query, cursor: string | null): Promise<Page<Item>> {
    const named = Object.entries({ ...query, cursor: cursor ?? "" }).filter(([, value]) => value !== "");
    return this.#http.call("GET", `/${table}/?${new URLSearchParams(named)}`);
  }
}
