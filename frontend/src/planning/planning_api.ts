/** The calls of the HTTP API that planning needs: the classroom does not load them. */

import { Http } from "../client/rest/http.ts";
import type { SessionSummary } from "../client/rest/rest.ts";
import type { Settings } from "./settings.ts";

/** The next lesson of a series; times in ISO 8601. What is not said is as in the last one. */
export interface NextLesson {
  readonly title?: string;
  readonly scheduled_start?: string | null;
  readonly scheduled_end?: string | null;
  readonly with_board?: boolean;
  readonly with_people?: boolean;
  /** False: a copy that begins a series of its own. */
  readonly in_series?: boolean;
  /** A lesson that is planned already, and keeps its title and time: no new one is made. */
  readonly into?: string;
}

export interface NewLesson {
  readonly title: string;
  readonly settings: Partial<Settings>;
  readonly people: readonly number[];
  readonly scheduled_start?: string;
  readonly scheduled_end?: string;
  /** What it begins with: of one's shelf, or shared. */
  readonly template?: string;
}

/** Lessons that repeat; `start` by the clock on the wall of `zone`, as in `2026-12-01T16:00`. */
export interface NewSeries {
  readonly title: string;
  readonly settings: Partial<Settings>;
  readonly people: readonly number[];
  readonly rule: string;
  readonly start: string;
  readonly zone: string;
  readonly minutes: number;
  readonly template?: string;
}

/** What is changed of the lessons to come; `from_session`: of that one and those after it. */
export interface SeriesChange {
  readonly from_session?: string;
  readonly title?: string;
  readonly time?: string;
  readonly days?: number;
  readonly zone?: string;
  readonly minutes?: number;
}

export interface Series {
  readonly series_id: string;
  readonly items: readonly SessionSummary[];
  readonly skipped: readonly string[];
}

export interface KnownPerson {
  readonly user_id: number;
  readonly name: string;
}

export interface CalendarAddress {
  /** Null where there is none. */
  readonly url: string | null;
  readonly made_at: string | null;
}

const session = (id: string): string => `/sessions/${encodeURIComponent(id)}/`;

export class PlanningApi {
  readonly #http: Http;

  /** @param server its address; `token` is of a user, or for the settings of one session its room token. */
  constructor(server: string, token: string) {
    this.#http = new Http(`${server.replace(/\/+$/, "")}/api/v1/classroom`, token);
  }

  /** Makes the lesson after another one, with its board, people and settings. For its own host. */
  continueLesson(sessionId: string, next: NextLesson = {}): Promise<SessionSummary> {
    return this.#http.call("POST", `${session(sessionId)}continue/`, next);
  }

  createLesson(lesson: NewLesson): Promise<SessionSummary> {
    return this.#http.call("POST", "/sessions/", lesson);
  }

  createSeries(series: NewSeries): Promise<Series> {
    return this.#http.call("POST", "/series/", series);
  }

  changeSeries(seriesId: string, change: SeriesChange): Promise<Series> {
    return this.#http.call("PATCH", `/series/${encodeURIComponent(seriesId)}/`, change);
  }

  /** Calls lessons to come off: all, or one and those after it. */
  cancelSeries(seriesId: string, from: string | null): Promise<Series> {
    const body = from === null ? {} : { from_session: from };
    return this.#http.call("POST", `/series/${encodeURIComponent(seriesId)}/cancel/`, body);
  }

  /** All lessons that one hosts, as one file. */
  async allLessons(): Promise<Blob> {
    return (await this.#http.request("GET", "/me/lessons.zip")).blob();
  }

  /** Whom one has taught, those of the newest lessons first. */
  people(): Promise<{ readonly items: readonly KnownPerson[] }> {
    return this.#http.call("GET", "/people/");
  }

  calendar(): Promise<CalendarAddress> {
    return this.#http.call("GET", "/me/calendar/");
  }

  /** Another address; the one before is void. */
  renewCalendar(): Promise<CalendarAddress> {
    return this.#http.call("POST", "/me/calendar/");
  }

  closeCalendar(): Promise<CalendarAddress> {
    return this.#http.call("DELETE", "/me/calendar/");
  }

  async settings(sessionId: string): Promise<Settings> {
    return (await this.#http.call<{ settings: Settings }>("GET", session(sessionId))).settings;
  }

  changeSettings(sessionId: string, settings: Partial<Settings>): Promise<unknown> {
    return this.#http.call("PATCH", session(sessionId), { settings });
  }

  setStudentsMay(sessionId: string, permissions: Readonly<Record<string, boolean>>): Promise<unknown> {
    return this.#http.call("POST", `${session(sessionId)}permissions/`, { role: "student", permissions });
  }
}
