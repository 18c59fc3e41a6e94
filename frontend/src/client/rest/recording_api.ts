/** The calls of the HTTP API that recording needs: the classroom does not load them. */

import { ApiRefusal, Http, problemOf } from "./http.ts";
import type { LoggedOperation, RecordingSettings, Role } from "../wire.ts";

export type TakeKind = RecordingSettings["kinds"][number];

/** A take that chunks may be sent for. `key` opens it for them, and nothing else. */
export interface OpenedTake {
  readonly take_id: string;
  readonly key: string;
  readonly chunk_bytes: number;
}

/** A take as listeners have it. Times are ISO 8601; `gaps` room time in ms. */
export interface ListedTake {
  readonly take_id: string;
  readonly recording_id: string;
  readonly user_id: number;
  readonly kind: TakeKind;
  readonly state: "open" | "closed" | "sealed" | "erased";
  /** Null before it was sealed, and where nothing may be kept. */
  readonly start_at: string | null;
  readonly duration_ms: number;
  readonly size_bytes: number;
  readonly gaps: readonly (readonly [number, number])[];
}

export interface ListedRecording {
  readonly recording_id: string;
  readonly started_at: string;
  readonly stopped_at: string | null;
}

/** A seat as the list of them tells it, as far as recordings go. */
export interface RecordedSeat {
  readonly user_id: number;
  readonly name: string;
  readonly role: Role;
  readonly joined_at: string | null;
  readonly recording_consent: "given" | "declined" | null;
  readonly is_left_out: boolean;
}

/** A change of the board, as the log has it. */
export interface BoardChange {
  readonly seq: number;
  readonly at: string;
  readonly user_id: number | null;
  readonly ops: readonly LoggedOperation[];
}

const session = (id: string): string => `/sessions/${encodeURIComponent(id)}/`;

export class RecordingApi {
  readonly #base: string;
  readonly #http: Http;

  /** @param server its address; `token` is of a user, or the room token of the one session. */
  constructor(server: string, token: string | null) {
    this.#base = `${server.replace(/\/+$/, "")}/api/v1/classroom`;
    this.#http = new Http(this.#base, token);
  }

  /** Says that a session may be recorded, and what its recordings hold. For the host, while none is on. */
  prepare(sessionId: string, recording: RecordingSettings): Promise<unknown> {
    return this.#http.call("PATCH", session(sessionId), { is_recorded: true, settings: { recording } });
  }

  /** Begins to send what is recorded of one of one's own tracks. */
  openTake(sessionId: string, kind: TakeKind, mediaType: string): Promise<OpenedTake> {
    return this.#http.call("POST", `${session(sessionId)}takes/`, { kind, media_type: mediaType });
  }

  /**
   * Sends a chunk.
   *
   * @param at the room time of its end, in ms.
   * @returns the number of the chunk that comes next: all before it are on the server's disk.
   * @throws ApiRefusal the take is closed, or what was sent is no take.
   */
  async sendChunk({ take_id: id, key }: Pick<OpenedTake, "take_id" | "key">, n: number, at: number, bytes: ArrayBuffer): Promise<number> {
    const headers = { "Content-Type": "application/octet-stream", "Take-Key": key, "Take-At": String(Math.round(at)) };
    const request: RequestInit = { method: "PUT", headers, body: bytes, credentials: "omit", cache: "no-store" };
    const response = await fetch(`${this.#base}/takes/${encodeURIComponent(id)}/chunks/${n}`, request);
    if (response.ok) return ((await response.json()) as { next: number }).next;
    // Another one than comes next: the answer says where to go on.
    const next = response.headers.get("Take-Next");
    if (next !== null) return Number(next);
    throw new ApiRefusal(response.status, await problemOf(response));
  }

  /** Says that no chunk follows. */
  async closeTake({ take_id: id, key }: Pick<OpenedTake, "take_id" | "key">, chunks: number): Promise<void> {
    const headers = { "Content-Type": "application/json", "Take-Key": key };
    const request: RequestInit = { method: "POST", headers, body: JSON.stringify({ chunks }), credentials: "omit", cache: "no-store" };
    const response = await fetch(`${this.#base}/takes/${encodeURIComponent(id)}/close/`, request);
    if (!response.ok) throw new ApiRefusal(response.status, await problemOf(response));
  }

  recordings(sessionId: string): Promise<{ readonly items: readonly ListedRecording[]; readonly takes: readonly ListedTake[] }> {
    return this.#http.call("GET", `${session(sessionId)}recordings/`);
  }

  /** A take, sealed with what has come of it by now. */
  take(takeId: string): Promise<ListedTake> {
    return this.#http.call("GET", `/takes/${encodeURIComponent(takeId)}/`);
  }

  /**
   * What was recorded: the time of the file and `start_at` are room time.
   *
   * @param isKept it is to be kept as a file, which fewer may than hear it.
   */
  async media(takeId: string, isKept = false): Promise<Blob> {
    return (await this.#http.request("GET", `/takes/${encodeURIComponent(takeId)}/media${isKept ? "?download=true" : ""}`)).blob();
  }

  /** All changes of the board, oldest first. */
  async changes(sessionId: string): Promise<readonly BoardChange[]> {
    const found: BoardChange[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const page: { items: readonly BoardChange[]; next_after: number | null } = await this.#http.call(
        "GET",
        `${session(sessionId)}replay/?after=${after}`,
      );
      found.push(...page.items);
      after = page.next_after;
    }
    return found;
  }

  async seats(sessionId: string): Promise<readonly RecordedSeat[]> {
    const found: RecordedSeat[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: { items: readonly RecordedSeat[]; next_cursor: string | null } = await this.#http.call(
        "GET",
        `${session(sessionId)}participants/?limit=500${cursor && `&cursor=${cursor}`}`,
      );
      found.push(...page.items);
      cursor = page.next_cursor;
    }
    return found;
  }
}
