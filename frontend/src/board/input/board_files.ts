/** Board files: boards that were saved with all that they show. */

import { lettersOf } from "./converting.ts";

/** What their names end in. */
export const BOARD_FILES = ".lessonroom";

/** The media type of a file that holds a board, by its content; null where it holds none. */
export async function boardTypeOf(file: File): Promise<string | null> {
  const letters = await lettersOf(file, 64);
  if (letters.startsWith("PK") && letters.includes("board.json")) return "application/vnd.lessonroom.board+zip";
  return letters.includes('"lessonroom.board"') ? "application/json" : null;
}
