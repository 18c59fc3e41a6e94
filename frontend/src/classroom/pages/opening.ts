/** Opening a board file in a lesson (PG-9): the server adds its pages, as one change. */

import { ApiRefusal } from "../../client/rest/http.ts";
import type { Id } from "../../client/wire.ts";
import { t } from "../../language/language.ts";
import { wordsOf } from "../../language/words_of_errors.ts";
import type { Classroom } from "../classroom.ts";

/** The file as a whole, in refusals; a place in it stands behind a dot. */
const FILE = "body";

/**
 * Adds the pages of a board file, or of an export as JSON, behind the page that one looks at.
 *
 * @param type the media type of the file.
 * @returns the pages, which are on the board by then.
 */
export async function openBoard(room: Classroom, file: Blob, type: string): Promise<readonly Id[]> {
  const { lesson, desk } = room;
  const query = new URLSearchParams({ after: desk.page.value.id });
  const path = `/sessions/${encodeURIComponent(lesson.sessionId)}/import/?${query.toString()}`;
  const response = await lesson.api().http.request("POST", path, file, type);
  const { page_ids: pages } = (await response.json()) as { page_ids: readonly Id[] };
  await untilTheyAreThere(room, pages);
  return pages;
}

/** Why it was not opened. What is wrong with one place in the file stands behind, in the server's own words. */
export function wordsForBoard(error: unknown): string {
  if (!(error instanceof ApiRefusal)) return t("app.unreachable");
  const { code, field, message } = error.error;
  if (code === "not_found" && field === FILE) return t("open.missing");
  if (code !== "invalid") return wordsOf(error.error);
  if (field === `${FILE}.format_version`) return t("open.newer");
  return field?.startsWith(`${FILE}.`) ? `${t("open.notOurs")} (${message})` : t("open.notOurs");
}

/** The answer may be here before the event is. */
async function untilTheyAreThere({ client }: Classroom, pages: readonly Id[]): Promise<void> {
  const areThere = (): boolean => pages.every((page) => client.board.pages.some(({ id }) => id === page));
  if (areThere()) return;
  await new Promise<void>((resolve) => {
    const stop = client.on("change", () => {
      if (!areThere()) return;
      stop();
      resolve();
    });
  });
}
