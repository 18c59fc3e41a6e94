/** The tables, and their addresses. */

import type { Attempt } from "../attempt.ts";
import type { OperatorApi } from "../operator_api.ts";

export const TABLES = ["sessions", "users", "participants", "snapshots", "events", "shelves", "permissions"] as const;
export type TableName = (typeof TABLES)[number];

/** What each table is given. */
export interface TableViewProps {
  readonly api: OperatorApi;
  readonly attempt: Attempt;
  /** Of this session alone; of all where it is empty. */
  readonly sessionId: string;
}

/** The tables that can be looked through for one session alone. */
const OF_A_SESSION: ReadonlySet<TableName> = new Set(["participants", "snapshots", "events"]);

export function tableOf(name: string): TableName {
  return TABLES.find((table) => table === name) ?? "sessions";
}

/** Which session a table is narrowed to; the empty text where it cannot be. */
export function narrowedTo(table: TableName, sessionId: string): string {
  return OF_A_SESSION.has(table) ? sessionId : "";
}

export function addressOf(table: TableName, sessionId: string): string {
  const session = narrowedTo(table, sessionId);
  return `/operator#table=${table}${session && `&session=${session}`}`;
}
