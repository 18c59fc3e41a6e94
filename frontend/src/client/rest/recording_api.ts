/** The calls of the HTTP API that recording needs: the classroom does not load them. */

import { ApiRefusal, Http, problemOf } from "./http.ts";
import type { RecordingSettings } from "../wire.ts";

export type TakeKind = RecordingSettings["kinds"][number];

/** A take that chunks may be sent for. `key` opens it for them, and nothing else. */
export interface OpenedTake {
  readonly take_id: string;
  readonly key: string;
  readonly chunk_bytes: number;
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
}
