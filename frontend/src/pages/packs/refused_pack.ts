/** Why a lesson pack was not taken up, in the words of a person who holds the file. */

import { ApiRefusal } from "../../client/rest/http.ts";
import { isolated, t } from "../../language/language.ts";
import { wordsOf } from "../../language/words_of_errors.ts";
import { BrokenOff } from "./pack_import_api.ts";

export interface Refused {
  readonly words: string;
  /** What the server says of it, for whoever made the pack. */
  readonly detail: string | null;
}

/** Fields of the answer that are the file as a whole, and no entry of it. */
const WHOLE = new Set(["file", "body", ""]);

export function refusedPack(error: unknown): Refused {
  if (error instanceof BrokenOff) return { words: t(error.wasSent ? "pack.unanswered" : "pack.brokenOff"), detail: null };
  if (!(error instanceof ApiRefusal)) return { words: t("app.unreachable"), detail: null };
  const { code, message } = error.error;
  const field = error.error.field ?? "";
  const wait_ms = error.error.retry_after_ms ?? 0;
  const detail = WHOLE.has(field) ? message : `${field}: ${message}`;
  switch (code) {
    case "invalid":
      // A file of another kind is told from one of ours that was changed on its way.
      return field === "file" || field === "body" || (field === "manifest.json" && message.includes("no lesson pack"))
        ? { words: t("pack.isNone"), detail: null }
        : { words: t("pack.isWrong", { entry: isolated(field) }), detail };
    case "too_large":
      return { words: t(field === "as_user" ? "pack.tooManyLessons" : "pack.noRoom"), detail };
    case "conflict":
      return { words: t("pack.isOver"), detail: null };
    case "rate_limited":
      return { words: t("pack.tooOften", { seconds: Math.max(1, Math.ceil(wait_ms / 1000)) }), detail: null };
    default:
      return { words: wordsOf(error.error), detail: null };
  }
}
