/** The calls that need a user token of scope `operator`. */

import { Http } from "../client/http.ts";
import type { SessionPage, SessionSummary } from "../client/rest.ts";
import type { ParticipantStatus, Permissions, Role, SessionStatus } from "../client/wire.ts";

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
  readonly total_time_seconds: number;
}

export interface RoomDetails {
  readonly session: SessionSummary;
  readonly participants: readonly Seat[];
}

export class OperatorApi {
  readonly #http: Http;

  constructor(origin: string, token: string) {
    this.#http = new Http(`${origin}/api/v1/operator`, token);
  }

  async rooms(): Promise<readonly LiveRoom[]> {
    const { items } = await this.#http.call<{ items: readonly LiveRoom[] }>("GET", "/rooms/");
    return items;
  }

  sessions(cursor: string | null = null): Promise<SessionPage> {
    const query = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    return this.#http.call("GET", `/sessions/?limit=50${query}`);
  }

  room(sessionId: string): Promise<RoomDetails> {
    return this.#http.call("GET", `/rooms/${encodeURIComponent(sessionId)}/`);
  }

  terminate(sessionId: string): Promise<unknown> {
    return this.#http.call("POST", `/rooms/${encodeURIComponent(sessionId)}/terminate/`, {});
  }

  kick(sessionId: string, userId: number): Promise<unknown> {
    return this.#http.call("POST", `/rooms/${encodeURIComponent(sessionId)}/kick/${userId}/`, {});
  }

  async permissions(role: Role): Promise<Permissions> {
    const path = `/permissions/${role}/`;
    return (await this.#http.call<{ permissions: Permissions }>("GET", path)).permissions;
  }

  async setPermissions(role: Role, permissions: Permissions): Promise<Permissions> {
    const path = `/permissions/${role}/`;
    return (await this.#http.call<{ permissions: Permissions }>("PUT", path, { permissions })).permissions;
  }
}
