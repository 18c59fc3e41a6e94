/** The name of a row's lesson; narrows the table to it. */

import type { VNode } from "preact";
import { t } from "../language/language.ts";
import { goTo } from "../browser/address.ts";
import { addressOf, type TableName } from "./records/records.ts";

interface LessonLinkProps {
  readonly table: TableName;
  readonly row: { readonly session_id: string; readonly session_title: string };
}

export function LessonLink({ table, row }: LessonLinkProps): VNode {
  return (
    <button type="button" class="text-link" onClick={() => goTo(addressOf(table, row.session_id))}>
      <bdi>{row.session_title || t("home.untitled")}</bdi>
    </button>
  );
}
