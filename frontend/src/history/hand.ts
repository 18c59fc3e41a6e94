/** Strokes as the hand drew them: their points carry the milliseconds since the one before. */

import type { Board } from "../client/replica/board.ts";
import type { Id, Stroke } from "../client/wire.ts";

/** x, y, pressure, milliseconds. */
const PER_POINT = 4;
/** A hand that rests is not waited for. */
const LONGEST_REST_MS = 1_000;

interface Growth {
  readonly stroke: Stroke;
  /** For each point that is new, when it is drawn: milliseconds from the beginning. */
  readonly times: readonly number[];
}

/** What is drawn between one board and the next. */
export class Hand {
  readonly durationMs: number;
  readonly #after: Board;
  readonly #growing: ReadonlyMap<Id, Growth>;

  constructor(before: Board, after: Board) {
    this.#after = after;
    this.#growing = growing(before, after);
    this.durationMs = Math.max(0, ...[...this.#growing.values()].map(({ times }) => times.at(-1) ?? 0));
  }

  /** The next board, with its strokes as far as they are drawn after so long. */
  boardAfter(elapsedMs: number): Board {
    if (elapsedMs >= this.durationMs) return this.#after;
    const elements = new Map(this.#after.elements);
    for (const [id, { stroke, times }] of this.#growing) {
      const undrawn = times.filter((time) => time > elapsedMs).length;
      const points = stroke.points.slice(0, stroke.points.length - undrawn * PER_POINT);
      if (points.length === 0) elements.delete(id);
      else elements.set(id, { ...stroke, points });
    }
    return { ...this.#after, elements };
  }
}

function growing(before: Board, after: Board): ReadonlyMap<Id, Growth> {
  const found = new Map<Id, Growth>();
  for (const [id, element] of after.elements) {
    const was = before.elements.get(id);
    if (element.type !== "stroke" || was === element) continue;
    const drawn = was?.type === "stroke" ? was.points.length : 0;
    if (element.points.length > drawn) found.set(id, { stroke: element, times: timesFrom(drawn, element) });
  }
  return found;
}

function timesFrom(drawn: number, { points }: Stroke): readonly number[] {
  const times: number[] = [];
  let time = 0;
  for (let at = drawn; at < points.length; at += PER_POINT) {
    time += Math.min(LONGEST_REST_MS, Math.max(0, points[at + 3] ?? 0));
    times.push(time);
  }
  return times;
}
