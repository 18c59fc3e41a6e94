/** What a refusal of the room means to a person. */

import { Refusal } from "../client/refusal.ts";
import { ApiRefusal } from "../client/rest/http.ts";
import type { ErrorData } from "../client/wire.ts";
import { t } from "./language.ts";

export function wordsOf({ code, message }: ErrorData): string {
  switch (code) {
    case "permission_denied":
    case "session_not_active":
    case "too_large":
    case "rate_limited":
    case "unavailable":
      return t(`error.${code}`);
    case "conflict":
      return t("error.conflict", { message });
    default:
      return t("error.other", { message });
  }
}

/** What went wrong with a call, whatever it was: without an answer the server is not to be reached. */
export function wordsFor(error: unknown): string {
  return error instanceof ApiRefusal || error instanceof Refusal ? wordsOf(error.error) : t("app.unreachable");
}
