/** What is shown of a lesson that was: its board at a moment, and what happened. */

import { batch, computed, signal } from "@preact/signals";
import { EMPTY_BOARD, type Board } from "../client/replica/board.ts";
import type { TimelineEntry } from "../client/rest/rest.ts";
import type { Id } from "../client/wire.ts";
import { subjectOf } from "./telling.ts";
import { pageChanged } from "./turning.ts";

export const KINDS = ["board", "people", "lesson"] as const;
export type Kind = (typeof KINDS)[number];

export function kindOf({ type }: TimelineEntry): Kind {
  if (type.startsWith("board_")) return "board";
  return type.startsWith("session_") || type === "room_open" ? "lesson" : "people";
}

/** Whether a person did it, or it was done to them. */
function isAbout(event: TimelineEntry, userId: number): boolean {
  return event.user_id === userId || subjectOf(event).userId === userId;
}

export class Shown {
  readonly events = signal<readonly TimelineEntry[]>([]);
  readonly version = signal(0);
  readonly board = signal<Board>(EMPTY_BOARD);
  /** Of what version `board` is: while the slider moves, not yet that of the slider. */
  readonly shownVersion = signal(0);
  /** The page that is looked at: the one that changed last, until somebody turns to another. */
  readonly page = signal<Id | null>(null);
  /** An element that somebody was led to; shown until they go on. */
  readonly sought = signal<Id | null>(null);
  readonly person = signal<number | null>(null);
  readonly kind = signal<Kind | null>(null);

  readonly head = computed(() => this.events.value.at(-1)?.seq ?? 0);
  readonly people = computed(() => {
    const names = new Map<number, string>();
    for (const event of this.events.value) {
      const subject = subjectOf(event);
      if (subject.userId !== null && subject.name !== null) names.set(subject.userId, subject.name);
      if (event.user_id !== null && event.name !== null) names.set(event.user_id, event.name);
    }
    return names;
  });
  readonly shown = computed(() =>
    this.events.value.filter(
      (event) =>
        (this.person.value === null || isAbout(event, this.person.value)) &&
        (this.kind.value === null || kindOf(event) === this.kind.value),
    ),
  );

  /** Shows a moment that somebody else has made: the board, and the last event that is whole in it. */
  showMoment(board: Board, version: number, isAnother: boolean): void {
    batch(() => {
      if (isAnother) this.turn(this.board.value, board);
      this.sought.value = null;
      this.board.value = board;
      this.version.value = version;
      this.shownVersion.value = version;
    });
  }

  protected turn(before: Board, after: Board): void {
    this.page.value = pageChanged(before, after) ?? this.page.value;
  }
}
