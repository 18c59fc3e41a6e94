/** How a lesson is run, as the forms have it. */

import type { ChatPolicy, HistoryPolicy } from "../client/wire.ts";

export interface Settings {
  readonly allow_guests: boolean;
  readonly guest_role: "student" | "viewer";
  readonly waiting_room: boolean;
  readonly chat_policy: ChatPolicy;
  readonly signal_policy: "all" | "host_only";
  /** Who may look back once the lesson is over. */
  readonly history_policy: HistoryPolicy;
  /** Null: as long as the server keeps lessons. */
  readonly retention_days: number | null;
  readonly permissions: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
}

export const USUAL: Settings = {
  allow_guests: true,
  guest_role: "student",
  waiting_room: false,
  chat_policy: "all",
  signal_policy: "all",
  history_policy: "all",
  retention_days: null,
  permissions: {},
};

export const SWITCHES = ["allow_guests", "waiting_room"] as const;

/** What each choice may be, in the order in which it is offered. */
export const CHOICES = {
  guest_role: ["student", "viewer"],
  chat_policy: ["all", "host_only", "off"],
  signal_policy: ["all", "host_only"],
  history_policy: ["all", "host_only"],
} as const;

export const KEPT_DAYS = [null, 0, 30, 90, 365] as const;

/** What students may do, of what tutors decide; the rest is the server's. */
export const STUDENTS_MAY = [
  "can_draw",
  "can_edit_others",
  "can_upload_images",
  "can_export",
  "can_toggle_audio",
  "can_toggle_video",
  "can_share_screen",
] as const;

/** What differs from how lessons are usually run. */
export function chosen(settings: Settings): Partial<Settings> {
  return Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(USUAL[name as keyof Settings])),
  );
}
