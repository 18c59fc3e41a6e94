/** What an invitation says, as it is copied, sent and shared. */

import { inviteLink } from "../../browser/address.ts";
import type { SessionSummary } from "../../client/rest/rest.ts";
import { locale, t } from "../../language/language.ts";

export interface Invitation {
  readonly title: string;
  readonly link: string;
  /** `7KQX-M2PA`: easier to read out. */
  readonly code: string;
  /** Title, time, link and code, a line each. */
  readonly text: string;
}

/** What invites to a session; null where its code is not known here. */
export function invitationTo(session: SessionSummary): Invitation | null {
  const { access_code: code, session_id, scheduled_start: start } = session;
  if (code === null) return null;
  // One line each, whatever somebody called the lesson.
  const title = session.title.replaceAll(/\s+/g, " ").trim() || t("invite.untitled");
  const link = inviteLink(session_id, code);
  const grouped = code.replace(/(.{4})(?=.)/g, "$1-");
  const lines = [
    title,
    ...(start === null ? [] : [t("invite.when", { time: timeWithZone(start) })]),
    t("invite.join", { link }),
    t("invite.withCode", { code: grouped }),
  ];
  return { title, link, code: grouped, text: lines.join("\n") };
}

/** The address that opens a letter with it; to whom is written by hand. */
export function mailOf({ title, text }: Invitation): string {
  const body = text.replaceAll("\n", "\r\n");
  return `mailto:?subject=${encodeURIComponent(title)}&body=${encodeURIComponent(body)}`;
}

/** Whoever reads it may live elsewhere: the zone is said. */
function timeWithZone(at: string): string {
  const format = { dateStyle: "full", timeStyle: "long" } as const;
  return new Intl.DateTimeFormat(locale.value, format).format(new Date(at));
}
