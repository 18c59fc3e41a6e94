/** A lesson as a pack: no lesson loads this. */

import type { BoardFile, ClassroomApi } from "../client/rest/rest.ts";

/** All of a session in one file. For the host. */
export async function packOf({ http }: ClassroomApi, sessionId: string): Promise<BoardFile> {
  const response = await http.request("GET", `/sessions/${encodeURIComponent(sessionId)}/pack/`);
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "");
  return { name: named === null ? "lesson.zip" : decodeURIComponent(named[1]!), file: await response.blob() };
}
