/** The calls of the HTTP API for files of the chat (CH-7). */

import type { ClassroomApi } from "../../client/rest/rest.ts";

/** What is said of a file that is sent. */
export interface FileQuery {
  readonly name: string;
  /** Of this file alone: sent again, it is there once. */
  readonly client_id: string;
  readonly text?: string;
  readonly to?: number;
  readonly reply_to?: number;
}

/** Sends a file: a message, with a text or without one. */
export async function sendFile({ http }: ClassroomApi, sessionId: string, file: Blob, type: string, query: FileQuery): Promise<void> {
  const words = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  await http.request("POST", `/sessions/${encodeURIComponent(sessionId)}/files/?${words.toString()}`, file, type);
}

/** The file that came with message `seq`. */
export async function chatFile({ http }: ClassroomApi, sessionId: string, seq: number): Promise<Blob> {
  const response = await http.request("GET", `/sessions/${encodeURIComponent(sessionId)}/chat/${seq}/file/`);
  return response.blob();
}
