/** What arranges a selection: fetched behind the board, so that the first stroke does not wait for it. */

import { speakOfPages } from "../../language/language.ts";

export type Arranging = typeof import("../arranging/index.ts");

/** Its code, and its words. */
export async function arranging(): Promise<Arranging> {
  const [loaded] = await Promise.all([import("../arranging/index.ts"), speakOfPages()]);
  return loaded;
}
