/** What everyone is told of a document that becomes pages of the board (PG-7). */

import type { Notification } from "../../client/wire.ts";

export const DOCUMENT_STATUSES = ["importing", "done", "failed", "cancelled", "stopped"] as const;

export interface DocumentProgress {
  readonly document_id: string;
  readonly user_id: number;
  readonly title: string;
  readonly status: (typeof DOCUMENT_STATUSES)[number];
  readonly pages_done: number;
  readonly pages_total: number;
}

/** How far a document is; null where that is no such notification, or one of a newer server. */
export function progressOf({ code, params }: Notification): DocumentProgress | null {
  if (code !== "document" || params == null) return null;
  const told = params as Partial<Record<keyof DocumentProgress, unknown>>;
  const status = DOCUMENT_STATUSES.find((known) => known === told.status);
  const { document_id, user_id, title, pages_done, pages_total } = told;
  if (
    status === undefined ||
    typeof document_id !== "string" ||
    typeof user_id !== "number" ||
    typeof title !== "string" ||
    typeof pages_done !== "number" ||
    typeof pages_total !== "number"
  ) {
    return null;
  }
  return { document_id, user_id, title, status, pages_done, pages_total };
}
