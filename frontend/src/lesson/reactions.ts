/** What one can show without words (PE-1), each with its face. */

import type { Commands } from "../client/wire.ts";

export type Reaction = Commands["react"]["reaction"];

export const FACES: Readonly<Record<Reaction, string>> = {
  yes: "👍",
  no: "👎",
  clap: "👏",
  heart: "❤️",
  laugh: "😄",
  surprise: "😮",
  slower: "🐢",
  faster: "🚀",
};
