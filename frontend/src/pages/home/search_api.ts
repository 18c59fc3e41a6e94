/** The search over what was written in lessons. */

import { Http } from "../../client/rest/http.ts";
import type { SessionStatus } from "../../client/wire.ts";

export const KINDS = ["text", "note", "table", "formula", "graph", "image", "page", "document", "chat", "title", "person"] as const;
export type HitKind = (typeof KINDS)[number];

/** What was written, but what lessons and people are called: the list of lessons has that. */
export const WRITTEN: readonly HitKind[] = KINDS.filter((kind) => kind !== "title" && kind !== "person");

export interface Hit {
  readonly session: {
    readonly session_id: string;
    readonly title: string;
    readonly status: SessionStatus;
    readonly at: string;
  };
  readonly kind: HitKind;
  readonly page: string | null;
  readonly element: string | null;
  readonly cell: string | null;
  /** The version of the board that has it. */
  readonly seq: number | null;
  readonly at: string;
  readonly user_id: number | null;
  readonly name: string | null;
  readonly excerpt: string;
  /** Where the words stand: from, to, in characters. */
  readonly marks: readonly (readonly [number, number])[];
}

export interface HitPage {
  readonly items: readonly Hit[];
  readonly next_cursor: string | null;
}

export interface Question {
  readonly q: string;
  readonly series?: string;
  readonly perLesson?: number;
  readonly cursor?: string | null;
}

export class SearchApi {
  readonly #http: Http;

  constructor(server: string, token: string) {
    this.#http = new Http(`${server.replace(/\/+$/, "")}/api/v1/classroom`, token);
  }

  find({ q, series, perLesson, cursor }: Question): Promise<HitPage> {
    const query = new URLSearchParams({ q, limit: "20" });
    for (const kind of WRITTEN) query.append("kind", kind);
    if (series) query.set("series", series);
    if (perLesson) query.set("per_lesson", String(perLesson));
    if (cursor) query.set("cursor", cursor);
    return this.#http.call("GET", `/search/?${query.toString()}`);
  }
}

/** Where the history of a lesson shows what was found, as it was when it was written. */
export function placeOf({ session, seq, page, element }: Hit): string {
  const there = new URLSearchParams();
  if (seq !== null) there.set("version", String(seq));
  if (page !== null) there.set("page", page);
  if (element !== null) there.set("element", element);
  return `/history/${session.session_id}#${there.toString()}`;
}

/** A text in parts, in turn beside the marks and in them. */
export function marked(text: string, marks: Hit["marks"]): readonly string[] {
  // The server counts characters, a string here its halves of pairs.
  const signs = [...text];
  const parts: string[] = [];
  let end = 0;
  for (const [from, to] of marks) {
    parts.push(signs.slice(end, from).join(""), signs.slice(from, to).join(""));
    end = to;
  }
  parts.push(signs.slice(end).join(""));
  return parts;
}
