/** A gesture: the pointer from down to up. */

import type { Point } from "../geometry/geometry.ts";

/** A sample of the pointer, in board units. `at` is in ms. */
export interface Sample extends Point {
  readonly pressure: number;
  readonly at: number;
}

export interface Modifiers {
  readonly shift: boolean;
  readonly alt: boolean;
  /** Or the command key of a Mac. */
  readonly ctrl: boolean;
  /** A finger or a pen: it hides what it points at, and trembles. */
  readonly coarse?: boolean;
}

export interface Gesture {
  move(samples: readonly Sample[], modifiers: Modifiers): void;
  end(): void;
  /** As if it had not been: a second finger came, or the permission went. */
  cancel(): void;
}

/** How near, in pixels, counts as touching. */
export const SLACK = 6;
