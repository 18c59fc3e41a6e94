/** What a refusal of the room means to a person. */

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
