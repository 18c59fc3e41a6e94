/** The calls of the HTTP API that recording needs: the classroom does not load them. */

import { Http } from "./http.ts";
import type { RecordingSettings } from "../wire.ts";

const session = (id: string): string => `/sessions/${encodeURIComponent(id)}/`;

export class RecordingApi {
  readonly #http: Http;

  /** @param server its address; `token` is of a user, or the room token of the one session. */
  constructor(server: string, token: string | null) {
    this.#http = new Http(`${server.replace(/\/+$/, "")}/api/v1/classroom`, token);
  }

  /** Says that a session may be recorded, and what its recordings hold. For the host, while none is on. */
  prepare(sessionId: string, recording: RecordingSettings): Promise<unknown> {
    return this.#http.call("PATCH", session(sessionId), { is_recorded: true, settings: { recording } });
  }
}
