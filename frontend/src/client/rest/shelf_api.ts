/** The calls of the HTTP API for one's shelf: what is kept for other lessons. With a user token. */

import type { BoardData, Id } from "../wire.ts";
import { Http } from "./http.ts";

export interface ShelfItem {
  readonly item_id: string;
  readonly name: string;
  /** `pages` come as pages, a `selection` is put on a page that is there. */
  readonly kind: "pages" | "selection";
  readonly pages: number;
  readonly elements: number;
  /** An image of its first page; null where there is none. */
  readonly picture: string | null;
  readonly is_own: boolean;
  /** Everyone on the server may use it. */
  readonly is_shared: boolean;
  readonly created_at: string;
}

export interface ShelfPage {
  readonly items: readonly ShelfItem[];
  readonly next_cursor: string | null;
}

export interface ShelfQuery {
  readonly q?: string;
  readonly kind?: ShelfItem["kind"];
  readonly cursor?: string | null;
  readonly limit?: number;
}

/** What is kept: these pages, or these elements of one page, or else the whole board. */
export interface Kept {
  readonly name: string;
  readonly pages?: readonly Id[];
  readonly elements?: readonly Id[];
}

const inSession = (sessionId: string): string => `/sessions/${encodeURIComponent(sessionId)}/shelf/`;
const ofItem = (itemId: string): string => `/shelf/${encodeURIComponent(itemId)}/`;

export class ShelfApi {
  readonly #http: Http;

  constructor(server: string, token: string | null) {
    this.#http = new Http(`${server.replace(/\/+$/, "")}/api/v1/classroom`, token);
  }

  /** What one may use, newest first. */
  items({ q, kind, cursor = null, limit = 30 }: ShelfQuery = {}): Promise<ShelfPage> {
    const query = new URLSearchParams({ limit: String(limit) });
    if (q) query.set("q", q);
    if (kind) query.set("kind", kind);
    if (cursor !== null) query.set("cursor", cursor);
    return this.#http.call("GET", `/shelf/?${query}`);
  }

  /** Keeps a copy of what is on the disk of a lesson's board. */
  put(sessionId: string, kept: Kept): Promise<ShelfItem> {
    return this.#http.call("POST", inSession(sessionId), kept);
  }

  board(itemId: string): Promise<BoardData> {
    return this.#http.call("GET", `${ofItem(itemId)}board/`);
  }

  rename(itemId: string, name: string): Promise<ShelfItem> {
    return this.#http.call("PATCH", ofItem(itemId), { name });
  }

  async remove(itemId: string): Promise<void> {
    await this.#http.request("DELETE", ofItem(itemId));
  }

  /** Has a lesson's board be able to show the images of an item, for elements that one puts there. */
  bringImages(sessionId: string, itemId: string): Promise<unknown> {
    return this.#http.call("POST", `${inSession(sessionId)}${encodeURIComponent(itemId)}/images/`);
  }
}
