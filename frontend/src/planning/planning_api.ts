/** The calls of the HTTP API that planning needs: the classroom does not load them. */

import { Http } from "../client/rest/http.ts";
import type { SessionSummary } from "../client/rest/rest.ts";

/** The next lesson of a series; times in ISO 8601. What is not said is as in the last one. */
export interface NextLesson {
  readonly title?: string;
  readonly scheduled_start?: string | null;
  readonly scheduled_end?: string | null;
  readonly with_board?: boolean;
  readonly with_people?: boolean;
}

export class PlanningApi {
  readonly #http: Http;

  /** @param server its address; `token` is of a user. */
  constructor(server: string, token: string) {
    this.#http = new Http(`${server.replace(/\/+$/, "")}/api/v1/classroom`, token);
  }

  /** Makes the lesson after another one, with its board, people and settings. For its own host. */
  continueLesson(sessionId: string, next: NextLesson = {}): Promise<SessionSummary> {
    return this.#http.call("POST", `/sessions/${encodeURIComponent(sessionId)}/continue/`, next);
  }
}
