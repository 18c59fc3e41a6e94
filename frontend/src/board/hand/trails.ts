/** The ways that lasers take, and how they fade (BD-22). */

import type { Id } from "../../client/wire.ts";
import type { Point } from "../geometry/geometry.ts";

/** So long a dot is seen. */
export const LIVES_MS = 1_200;
/** After such a pause another line begins. */
const GAP_MS = 250;
/** What somebody could have others draw at once. */
const DOTS_MOST = 400;
const LINES_MOST = 40;

export interface Dot extends Point {
  /** When it was there, in ms. */
  readonly at: number;
}

export interface Trail {
  readonly userId: number;
  readonly page: Id | null;
  readonly dots: readonly Dot[];
}

export class Trails {
  #lines: { readonly userId: number; readonly page: Id | null; dots: Dot[]; isOpen: boolean }[] = [];

  add(userId: number, page: Id | null, { x, y }: Point, now: number): void {
    const line = this.#lines.findLast((one) => one.userId === userId);
    const last = line?.dots.at(-1);
    const goesOn = line?.isOpen && line.page === page && last !== undefined && now - last.at < GAP_MS;
    if (goesOn && last.x === x && last.y === y) return;
    if (goesOn) line.dots = [...line.dots, { x, y, at: now }].slice(-DOTS_MOST);
    else this.#lines = [...this.#lines, { userId, page, dots: [{ x, y, at: now }], isOpen: true }].slice(-LINES_MOST);
  }

  /** What comes next begins another line. */
  lift(userId: number): void {
    for (const line of this.#lines) if (line.userId === userId) line.isOpen = false;
  }

  /** What is still seen; what has faded is forgotten. */
  alive(now: number): readonly Trail[] {
    for (const line of this.#lines) line.dots = line.dots.filter(({ at }) => now - at < LIVES_MS);
    this.#lines = this.#lines.filter(({ dots }) => dots.length > 0);
    return this.#lines;
  }
}
