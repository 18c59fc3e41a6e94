/** The board at any moment of a lesson, its strokes as far as the hand had drawn them. */

import { BoardDraft, EMPTY_BOARD, type Board } from "../../client/replica/board.ts";
import type { Id, LoggedOperation, Stroke } from "../../client/wire.ts";

export interface Change {
  readonly seq: number;
  /** Room time, in ms since the Unix epoch. */
  readonly at: number;
  readonly author: number;
  readonly ops: readonly LoggedOperation[];
}

/** x, y, pressure, milliseconds. */
const PER_POINT = 4;
/** A hand that rests is not waited for. */
const LONGEST_REST_MS = 1_000;
/** Past that it is no hand that draws, but something that was pasted, or came from elsewhere. */
const MOST_OPS = 4;
/** A board of so many changes is remembered, to go back to. */
const EVERY = 256;

export class Changes {
  readonly #all: readonly Change[];
  /** When each begins to be seen. */
  readonly #begins: readonly number[];
  readonly #longestMs: number;
  readonly #kept = new Map<number, Board>([[0, EMPTY_BOARD]]);
  #board: Board = EMPTY_BOARD;
  #count = 0;

  /** @param all in the order of the log. */
  constructor(all: readonly Change[]) {
    this.#all = all;
    const lasts = drawnMs(all);
    this.#begins = all.map(({ at }, n) => at - lasts[n]!);
    this.#longestMs = lasts.reduce((longest, ms) => Math.max(longest, ms), 0);
  }

  /** When something is first seen, and when the last thing is done; null where nothing was drawn. */
  get span(): readonly [begin: number, end: number] | null {
    const last = this.#all.at(-1);
    return last === undefined ? null : [Math.min(...this.#begins.slice(0, EVERY)), last.at];
  }

  /** When something is drawn: from the beginning of each change to its end. */
  get parts(): readonly (readonly [begin: number, end: number])[] {
    return this.#all.map(({ at }, n) => [this.#begins[n]!, at]);
  }

  /** The same changes for somebody who looks at another moment of them. */
  apart(): Changes {
    return new Changes(this.#all);
  }

  /** When the next change begins to be seen after a moment; null: there is none. */
  nextAfter(ms: number): number | null {
    const from = this.#countAt(ms);
    const next = this.#begins.slice(from, from + EVERY).filter((begin) => begin > ms);
    return next.length === 0 ? null : Math.min(...next);
  }

  /** The `seq` of the last change that is whole at a moment; 0: none is. */
  seqAt(ms: number): number {
    return this.#all[this.#countAt(ms) - 1]?.seq ?? 0;
  }

  /** When something was done; null where that `seq` changed nothing on the board. */
  timeOf(seq: number): number | null {
    return this.#all.find((change) => change.seq === seq)?.at ?? null;
  }

  /** The board with what is whole at a moment, and what is being drawn then as far as it is drawn. */
  at(ms: number): Board {
    this.#goTo(this.#countAt(ms));
    const drawn = new Map<Id, Stroke>();
    for (let n = this.#count; n < this.#all.length && this.#all[n]!.at - this.#longestMs < ms; n += 1) {
      const begin = this.#begins[n]!;
      if (begin < ms && begin < this.#all[n]!.at) this.#draw(this.#all[n]!, ms - begin, drawn);
    }
    if (drawn.size === 0) return this.#board;
    return { ...this.#board, elements: new Map([...this.#board.elements, ...drawn]) };
  }

  /** The board with what is whole at a moment. */
  wholeAt(ms: number): Board {
    this.#goTo(this.#countAt(ms));
    return this.#board;
  }

  #draw({ ops, author }: Change, elapsedMs: number, drawn: Map<Id, Stroke>): void {
    for (const op of ops) {
      if (op.op === "put" && op.element.type === "stroke") {
        const points = begun(op.element.points, elapsedMs);
        if (points.length > 0) drawn.set(op.element.id, { ...op.element, by: op.element.by ?? author, points });
      } else if (op.op === "append" && !drawn.has(op.id)) {
        const stroke = this.#board.elements.get(op.id);
        if (stroke?.type === "stroke") drawn.set(op.id, { ...stroke, points: [...stroke.points, ...begun(op.points, elapsedMs)] });
      }
    }
  }

  #goTo(count: number): void {
    if (count === this.#count) return;
    const isNear = count > this.#count && count - this.#count <= EVERY;
    if (!isNear) {
      const from = Math.max(...[...this.#kept.keys()].filter((known) => known <= count));
      this.#board = this.#kept.get(from)!;
      this.#count = from;
    }
    while (this.#count < count) {
      // One copy of the board for all up to the next that is remembered.
      const to = Math.min(count, (Math.floor(this.#count / EVERY) + 1) * EVERY);
      const draft = new BoardDraft(this.#board, { isLogged: true });
      for (const { ops, author } of this.#all.slice(this.#count, to)) draft.apply(ops, author);
      this.#board = draft.board();
      this.#count = to;
      if (to % EVERY === 0) this.#kept.set(to, this.#board);
    }
  }

  /** How many changes are whole at a moment. */
  #countAt(ms: number): number {
    let low = 0;
    let high = this.#all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#all[middle]!.at <= ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** For how long each change was drawn. What was there before, and came back, was not drawn again. */
function drawnMs(all: readonly Change[]): readonly number[] {
  const seen = new Set<Id>();
  return all.map(({ ops }) => {
    let longest = 0;
    for (const op of ops) {
      if (op.op === "put") {
        if (op.element.type === "stroke" && !seen.has(op.element.id)) longest = Math.max(longest, lastsMs(op.element.points));
        seen.add(op.element.id);
      } else if (op.op === "append") longest = Math.max(longest, lastsMs(op.points));
    }
    return ops.length > MOST_OPS ? 0 : longest;
  });
}

function restMs(points: readonly number[], at: number): number {
  return Math.min(LONGEST_REST_MS, Math.max(0, points[at + 3] ?? 0));
}

function lastsMs(points: readonly number[]): number {
  let ms = 0;
  for (let at = 0; at < points.length; at += PER_POINT) ms += restMs(points, at);
  return ms;
}

/** The points that are there after so long. */
function begun(points: readonly number[], elapsedMs: number): readonly number[] {
  let ms = 0;
  for (let at = 0; at < points.length; at += PER_POINT) {
    ms += restMs(points, at);
    if (ms > elapsedMs) return points.slice(0, at);
  }
  return points;
}
