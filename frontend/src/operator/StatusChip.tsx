/** How a session stands. */

import type { VNode } from "preact";
import type { SessionStatus } from "../client/wire.ts";
import { t } from "../language/language.ts";

export function StatusChip({ status }: { readonly status: SessionStatus }): VNode {
  return (
    <span class="chip" data-status={status}>
      <span class="dot" aria-hidden="true" />
      {t(`status.${status}`)}
    </span>
  );
}
