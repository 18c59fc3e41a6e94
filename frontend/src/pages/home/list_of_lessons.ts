/** The lists behind the home page: each part is asked for on its own, so that none hides another. */

import { computed, signal } from "@preact/signals";
import type { ClassroomApi, SessionQuery, SessionSummary } from "../../client/rest/rest.ts";
import type { SessionStatus } from "../../client/wire.ts";

export type SectionName = "live" | "upcoming" | "drafts" | "past";

export const SECTIONS: Record<SectionName, readonly SessionStatus[]> = {
  live: ["active", "paused"],
  upcoming: ["scheduled", "waiting"],
  drafts: ["scheduled", "waiting"],
  past: ["completed", "terminated", "expired"],
};

const AT_ONCE = 12;

/** What is looked for; a day as an input of dates has it, or nothing. */
export interface Filter {
  readonly title: string;
  readonly from: string;
  readonly to: string;
}

interface Section {
  readonly items: readonly SessionSummary[];
  readonly cursor: string | null;
}

const ALL: Filter = { title: "", from: "", to: "" };

/** The first moment of a day here, of the day after it with `days` 1; nothing for no day. */
export function startOf(day: string, days = 0): string | undefined {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return undefined;
  return new Date(year, month - 1, date + days).toISOString();
}

export class ListOfLessons {
  readonly filter = signal<Filter>(ALL);
  /** Null until they are here. */
  readonly sections = signal<Record<SectionName, Section> | null>(null);
  readonly isFiltered = computed(() => Object.values(this.filter.value).some((value) => value !== ""));
  #asked = 0;

  constructor(readonly api: Pick<ClassroomApi, "mySessions">) {}

  look(change: Partial<Filter>): void {
    this.filter.value = { ...this.filter.value, ...change };
  }

  /** Asks for the beginning of each part; the answers to an earlier filter count no more. */
  async load(): Promise<void> {
    const asked = (this.#asked += 1);
    const names = Object.keys(SECTIONS) as SectionName[];
    const pages = await Promise.all(names.map((name) => this.#page(name, null)));
    if (asked !== this.#asked) return;
    this.sections.value = Object.fromEntries(names.map((name, at) => [name, pages[at]!])) as Record<SectionName, Section>;
  }

  /** Asks for more of one part. */
  async more(name: SectionName): Promise<void> {
    const before = this.sections.value;
    const asked = this.#asked;
    if (before === null || before[name].cursor === null) return;
    const page = await this.#page(name, before[name].cursor);
    const now = this.sections.value;
    if (asked !== this.#asked || now === null) return;
    this.sections.value = { ...now, [name]: { items: [...now[name].items, ...page.items], cursor: page.cursor } };
  }

  /** Whether a lesson comes after another one, or another one that is here belongs to it. */
  isOfSeries({ session_id: id, series_id: series }: SessionSummary): boolean {
    if (series !== id) return true;
    const all = Object.values(this.sections.value ?? {});
    return all.some(({ items }) => items.some((one) => one.series_id === series && one.session_id !== id));
  }

  drop(sessionId: string): void {
    const now = this.sections.value;
    if (now === null) return;
    const without = ({ items, cursor }: Section): Section => ({
      items: items.filter(({ session_id }) => session_id !== sessionId),
      cursor,
    });
    const names = Object.keys(SECTIONS) as SectionName[];
    this.sections.value = Object.fromEntries(names.map((name) => [name, without(now[name])])) as Record<SectionName, Section>;
  }

  async #page(name: SectionName, cursor: string | null): Promise<Section> {
    const { title, from, to } = this.filter.value;
    const [after, before] = [startOf(from), startOf(to, 1)];
    const query: SessionQuery = {
      cursor,
      statuses: SECTIONS[name],
      order: name === "upcoming" ? "soonest" : "newest",
      limit: AT_ONCE,
      ...((name === "upcoming" || name === "drafts") && { planned: name === "upcoming" }),
      ...(title.trim() !== "" && { q: title.trim() }),
      ...(after && { from: after }),
      ...(before && { to: before }),
    };
    const page = await this.api.mySessions(query);
    return { items: page.items, cursor: page.next_cursor };
  }
}

export type When = "today" | "week" | "later";

/** Where a planned lesson stands: today (or not begun yet from before), in the next seven days, later. */
export function whenOf(session: SessionSummary, now = new Date()): When {
  const at = new Date(session.scheduled_start ?? session.created_at);
  const days = (n: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + n);
  return at < days(1) ? "today" : at < days(7) ? "week" : "later";
}
