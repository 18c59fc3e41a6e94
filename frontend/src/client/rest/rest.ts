/** The calls of the HTTP API that a classroom needs. Times are ISO 8601. */

import { Http } from "./http.ts";
import type { BoardData, ChatFile, ChatPolicy, HistoryPolicy, Role, SessionStatus } from "../wire.ts";

export interface SessionSummary {
  readonly session_id: string;
  readonly session_type: "lesson" | "solo" | "group" | "demo";
  readonly status: SessionStatus;
  readonly title: string;
  readonly host_id: number;
  readonly created_at: string;
  readonly scheduled_start: string | null;
  readonly scheduled_end: string | null;
  readonly actual_start: string | null;
  readonly actual_end: string | null;
  readonly total_duration_seconds: number;
  readonly is_recorded: boolean;
  /** Lessons that belong together have one. */
  readonly series_id: string;
  /** Only for the host. */
  readonly access_code: string | null;
  readonly settings: {
    readonly history_policy: HistoryPolicy;
    readonly recording: { readonly downloads: "host" | "participants" };
  };
  /** Only for the host: until when it can be had go on after its end. */
  readonly reopens_until: string | null;
}

export interface SignedIn {
  readonly token: string;
  readonly name: string;
}

export interface SignedOut {
  /** Where the browser leaves the school's provider, too. */
  readonly provider_url: string | null;
}

export interface Me {
  readonly user_id: number;
  readonly name: string;
  /** Whether somebody has chosen the name. */
  readonly is_named: boolean;
  /** False for those whom a platform names. */
  readonly may_rename: boolean;
}

export interface Joined {
  readonly token: string;
  readonly ws_url: string;
  readonly participant: { readonly user_id: number; readonly name: string; readonly role: Role };
  readonly session: SessionSummary;
  /** Told to a guest once: with it they have the seat again when their token has ended (SY-9). */
  readonly seat_key: string | null;
}

/** To what one is invited, before one has a seat. */
export interface Invitation {
  readonly title: string;
  /** Empty where the host has been erased. */
  readonly host_name: string;
  readonly status: SessionStatus;
  readonly scheduled_start: string | null;
  readonly scheduled_end: string | null;
  readonly is_being_recorded: boolean;
}

/** A seat as the list of them tells it. */
export interface ListedSeat {
  readonly user_id: number;
  readonly name: string;
  readonly role: Role;
  /** Came by the code and a name, without a token. */
  readonly is_guest: boolean;
}

export interface UploadedImage {
  /** For the `asset` of an `image` element. */
  readonly asset: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

export interface TimelineEntry {
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  /** Who caused it; null for the server and the operator. */
  readonly user_id: number | null;
  readonly name: string | null;
  /** What the event says, as on the wire; of a change of the board only its `operations` by kind. */
  readonly data: Readonly<Record<string, unknown>>;
}

export const EXPORT_FORMATS = ["pdf", "lessonroom", "png", "png.zip", "svg", "json"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface BoardFile {
  /** As the server calls it, after the lesson's title. */
  readonly name: string;
  readonly file: Blob;
}

export interface ChatPage {
  readonly items: readonly {
    readonly seq: number;
    readonly at: string;
    readonly user_id: number;
    readonly name: string;
    /** Empty where it was removed. */
    readonly text: string;
    readonly to: number | null;
    readonly reply_to: number | null;
    readonly removed: { readonly by: number | null; readonly at: string } | null;
    readonly file: ChatFile | null;
  }[];
  /** For the page before this one; null at the beginning. */
  readonly next_before: number | null;
}

export interface SessionPage {
  readonly items: readonly SessionSummary[];
  readonly next_cursor: string | null;
}

export interface SessionQuery {
  readonly cursor?: string | null;
  readonly statuses?: readonly SessionStatus[];
  /** ISO 8601: not before, and before. */
  readonly from?: string;
  readonly to?: string;
  /** Is part of the title, in whatever case. */
  readonly title?: string;
  /** Is part of the title or of the name of somebody with a seat, in whatever case. */
  readonly q?: string;
  /** Only those with a planned beginning, or without one. */
  readonly planned?: boolean;
  /** Of one series. */
  readonly series?: string;
  /** `soonest`: by their times, the earliest first. */
  readonly order?: "newest" | "soonest";
  readonly limit?: number;
}

/** What is changed of a session, or said of a new one; null takes a time away. */
export interface SessionPlan {
  readonly title?: string;
  readonly scheduled_start?: string | null;
  readonly scheduled_end?: string | null;
}

/** How far a document is on its way to the board. */
export interface ImportedDocument {
  readonly document_id: string;
  readonly status: "importing" | "done" | "failed" | "cancelled" | "stopped";
  readonly pages_total: number;
  readonly pages_done: number;
  readonly page_ids: readonly string[];
  readonly failed_pages: readonly number[];
  readonly error: string | null;
}

export class ClassroomApi {
  /** For calls that not every page makes, and which stand with those that do. */
  readonly http: Http;

  /**
   * @param server its address, as in `https://lessons.example.org` or `https://example.org/lessons`.
   * @param token of a user, or a room token for the calls of its one session.
   */
  constructor(server: string, token: string | null = null) {
    this.http = new Http(`${server.replace(/\/+$/, "")}/api/v1/classroom`, token);
  }

  /** Exchanges the code of a sign-in link for a user token. It works once. */
  signIn(code: string): Promise<SignedIn> {
    return this.http.call("POST", "/sign-in/", { code });
  }

  /** A new token of the present sign-in by a link, which lasts as long as the first did. */
  renewSignIn(): Promise<SignedIn> {
    return this.http.call("POST", "/sign-in/renew/");
  }

  /** @param everywhere ends all that one has signed in, not only this. */
  signOut(everywhere: boolean): Promise<SignedOut> {
    return this.http.call("POST", "/sign-out/", { everywhere });
  }

  me(): Promise<Me> {
    return this.http.call("GET", "/me/");
  }

  rename(name: string): Promise<Me> {
    return this.http.call("PATCH", "/me/", { name });
  }

  /** One's own sessions, newest first: those of the statuses, within the times, if any are named. */
  mySessions(asked: SessionQuery = {}): Promise<SessionPage> {
    const { cursor = null, statuses = [], from, to, title, q, series, planned, order, limit = 50 } = asked;
    const query = new URLSearchParams({ limit: String(limit) });
    if (title) query.set("title", title);
    if (q) query.set("q", q);
    if (series) query.set("series", series);
    if (planned !== undefined) query.set("planned", String(planned));
    if (order) query.set("order", order);
    for (const status of statuses) query.append("status", status);
    if (from) query.set("from", from);
    if (to) query.set("to", to);
    if (cursor !== null) query.set("cursor", cursor);
    return this.http.call("GET", `/sessions/my/?${query}`);
  }

  /** @param board what it begins with, as a JSON export has it. */
  createLesson(
    title: string,
    settings: { waiting_room?: boolean } = {},
    { board, scheduledStart, scheduledEnd }: {
      readonly board?: BoardData;
      readonly scheduledStart?: string;
      readonly scheduledEnd?: string;
    } = {},
  ): Promise<SessionSummary> {
    return this.http.call("POST", "/sessions/", {
      title,
      settings,
      ...(board && { board }),
      ...(scheduledStart && { scheduled_start: scheduledStart }),
      ...(scheduledEnd && { scheduled_end: scheduledEnd }),
    });
  }

  /** Changes the title or the plan of a session; what is not named stays. For the host. */
  changeLesson(sessionId: string, plan: SessionPlan): Promise<SessionSummary> {
    return this.http.call("PATCH", `/sessions/${encodeURIComponent(sessionId)}/`, plan);
  }

  /** Breaks a session off: nobody comes in any more. */
  terminate(sessionId: string): Promise<SessionSummary> {
    return this.http.call("POST", `/sessions/${encodeURIComponent(sessionId)}/terminate/`, {});
  }

  /** Has a completed session go on, within the time that `reopens_until` says. For the host. */
  reopen(sessionId: string): Promise<SessionSummary> {
    return this.http.call("POST", `/sessions/${encodeURIComponent(sessionId)}/reopen/`);
  }

  /** Deletes a session that is over, with everything in it, for good. For its own host. */
  deleteSession(sessionId: string): Promise<unknown> {
    return this.http.call("DELETE", `/sessions/${encodeURIComponent(sessionId)}/`);
  }

  createSolo(): Promise<Joined> {
    return this.http.call("POST", "/sessions/solo/", {});
  }

  session(sessionId: string): Promise<SessionSummary> {
    return this.http.call("GET", `/sessions/${encodeURIComponent(sessionId)}/`);
  }

  /** To what an invitation invites: with its code, or without one for who is expected. */
  invitation(sessionId: string, code = "", seatKey: string | null = null): Promise<Invitation> {
    const body = { ...(code !== "" && { access_code: code }), ...(seatKey !== null && { seat_key: seatKey }) };
    return this.http.call("POST", `/sessions/${encodeURIComponent(sessionId)}/invitation/`, body);
  }

  /** A host, or who has a seat, needs neither code nor name; a guest needs both, or the key of their seat. */
  join(sessionId: string, guest: { access_code?: string; name?: string; seat_key?: string } = {}): Promise<Joined> {
    return this.http.call("POST", `/sessions/${encodeURIComponent(sessionId)}/join/`, guest);
  }

  /** A page of those with a seat, in the order in which they first took it. */
  participants(
    sessionId: string,
    cursor: string | null = null,
  ): Promise<{ readonly items: readonly ListedSeat[]; readonly next_cursor: string | null }> {
    const query = cursor === null ? "" : `&cursor=${cursor}`;
    return this.http.call("GET", `/sessions/${encodeURIComponent(sessionId)}/participants/?limit=500${query}`);
  }

  /** Another room token of one's seat, without coming in; after the end it opens what can be read. */
  renewToken(sessionId: string, seatKey: string | null = null): Promise<{ readonly token: string }> {
    const body = seatKey === null ? {} : { seat_key: seatKey };
    return this.http.call("POST", `/sessions/${encodeURIComponent(sessionId)}/token/`, body);
  }

  /** Gives a guest's seat up for good: its key and its tokens open nothing any more. */
  leaveForGood(sessionId: string, seatKey: string | null = null): Promise<unknown> {
    const body = seatKey === null ? {} : { seat_key: seatKey };
    return this.http.call("POST", `/sessions/${encodeURIComponent(sessionId)}/leave/`, body);
  }

  /** What was written before event `before`, or the newest, oldest first; of it what has `sought` in it. */
  chat(sessionId: string, before: number | null = null, sought = ""): Promise<ChatPage> {
    const query = (before === null ? "" : `&before=${before}`) + (sought === "" ? "" : `&q=${encodeURIComponent(sought)}`);
    return this.http.call("GET", `/sessions/${encodeURIComponent(sessionId)}/chat/?limit=50${query}`);
  }

  /** Changes how a session is run; what is not named stays. For the host. */
  changeSettings(sessionId: string, settings: { chat_policy?: ChatPolicy; history_policy?: HistoryPolicy }): Promise<SessionSummary> {
    return this.http.call("PATCH", `/sessions/${encodeURIComponent(sessionId)}/`, { settings });
  }

  /**
   * The board as a file.
   *
   * @param version the `seq` after which it was so; null for the newest.
   */
  async exportBoard(sessionId: string, format: ExportFormat, version: number | null): Promise<BoardFile> {
    const query = version === null ? "" : `&version=${version}`;
    const path = `/sessions/${encodeURIComponent(sessionId)}/export/?format=${format}${query}`;
    const response = await this.http.request("GET", path);
    const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "");
    const name = named === null ? `drawing.${format}` : decodeURIComponent(named[1]!);
    return { name, file: await response.blob() };
  }

  /** Takes in an image for the board of one session. */
  async uploadImage(sessionId: string, image: Blob): Promise<UploadedImage> {
    const path = `/sessions/${encodeURIComponent(sessionId)}/assets/`;
    const response = await this.http.request("POST", path, image, image.type);
    return (await response.json()) as UploadedImage;
  }

  /** Has each page of a PDF become a page of the board, behind page `after`; tells how far it is. */
  async importDocument(sessionId: string, file: Blob, query: Record<string, string>, type = "application/pdf"): Promise<ImportedDocument> {
    const path = `/sessions/${encodeURIComponent(sessionId)}/documents/?${new URLSearchParams(query).toString()}`;
    const response = await this.http.request("POST", path, file, type);
    return (await response.json()) as ImportedDocument;
  }

  importedDocument(sessionId: string, documentId: string): Promise<ImportedDocument> {
    return this.http.call(
      "GET",
      `/sessions/${encodeURIComponent(sessionId)}/documents/${encodeURIComponent(documentId)}/`,
    );
  }

  /** Ends the import of a document; what came stays. */
  cancelDocument(sessionId: string, documentId: string): Promise<ImportedDocument> {
    return this.http.call(
      "DELETE",
      `/sessions/${encodeURIComponent(sessionId)}/documents/${encodeURIComponent(documentId)}/`,
    );
  }

  async image(asset: string): Promise<Blob> {
    const response = await this.http.request("GET", `/assets/${encodeURIComponent(asset)}`);
    return response.blob();
  }
}
