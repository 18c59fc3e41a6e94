/** The calls of the HTTP API that the report of a lesson needs. */

import { Http } from "../client/rest/http.ts";
import type { Role } from "../client/wire.ts";
import { language } from "../language/language.ts";

export interface PersonReport {
  readonly user_id: number;
  readonly name: string;
  readonly role: Role;
  readonly time_in_room_seconds: number;
  readonly spoke_seconds: number;
  /** Of whom nothing was recorded it is known how long their microphone was on. */
  readonly spoke_from: "takes" | "microphone";
  readonly hands_raised: number;
  readonly chat: { readonly messages: number };
  readonly elements_written: number;
}

export interface PageReport {
  readonly id: string;
  readonly title: string;
  /** Null of a page that is not there any more. */
  readonly number: number | null;
  readonly written: readonly { readonly user_id: number | null; readonly elements: number }[];
}

export interface Report {
  readonly title: string;
  readonly active_seconds: number;
  readonly participants: readonly PersonReport[];
  readonly pages: readonly PageReport[];
  readonly takes_pending: number;
}

export class ReportApi {
  readonly #http: Http;
  readonly #path: string;

  /** @param server its address; `token` is of who leads the session. */
  constructor(server: string, token: string, sessionId: string) {
    this.#http = new Http(`${server.replace(/\/+$/, "")}/api/v1/classroom`, token);
    this.#path = `/sessions/${encodeURIComponent(sessionId)}/report/`;
  }

  report(): Promise<Report> {
    return this.#http.call("GET", this.#path);
  }

  /** The report as a file: a page to print, in one's language and by one's clock, or a table. */
  async file(format: "html" | "csv"): Promise<{ readonly name: string; readonly file: Blob }> {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const query = new URLSearchParams({ format, language: language.value, zone });
    const response = await this.#http.request("GET", `${this.#path}?${query}`);
    const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "");
    return { name: named === null ? `report.${format}` : decodeURIComponent(named[1]!), file: await response.blob() };
  }
}
