/** Ruler, protractor and compass: where they lie, and how a pen follows their edges. Board units. */

import { rotated, type Point } from "../geometry/geometry.ts";

export const INSTRUMENTS = ["ruler", "protractor", "compass"] as const;
export type InstrumentKind = (typeof INSTRUMENTS)[number];

export interface Instrument extends Point {
  readonly kind: InstrumentKind;
  /** Degrees, clockwise, about its middle. */
  readonly rotation: number;
  /** Half of a ruler, the arc of a protractor, the circle of a compass. */
  readonly radius: number;
}

export const RULER_WIDTH = 64;
export const LEAST_RADIUS = 24;
export const PLAIN_RADIUS: Readonly<Record<InstrumentKind, number>> = { ruler: 280, protractor: 180, compass: 110 };

/** Where a point lies for whoever holds the instrument upright, from its middle. */
export function localTo({ x, y, rotation }: Instrument, point: Point): Point {
  const { x: u, y: v } = rotated(point, { x, y }, -rotation);
  return { x: u - x, y: v - y };
}

function placed({ x, y, rotation }: Instrument, local: Point): Point {
  return rotated({ x: x + local.x, y: y + local.y }, { x, y }, rotation);
}

/**
 * An instrument that hands have taken from one place each to another: one hand moves it, two turn it, too.
 * Further ones do nothing.
 */
export function dragged(one: Instrument, from: readonly Point[], to: readonly Point[]): Instrument {
  const [a, b] = from;
  const [c, d] = to;
  if (a === undefined || c === undefined) return one;
  if (b === undefined || d === undefined) return { ...one, x: one.x + c.x - a.x, y: one.y + c.y - a.y };
  const turn = ((Math.atan2(d.y - c.y, d.x - c.x) - Math.atan2(b.y - a.y, b.x - a.x)) * 180) / Math.PI;
  const [before, after] = [middle(a, b), middle(c, d)];
  const { x, y } = rotated(one, before, turn);
  const moved = { x: x + after.x - before.x, y: y + after.y - before.y };
  return { ...one, ...moved, rotation: (one.rotation + turn + 360) % 360 };
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** The angle at a protractor that a point lies at: 0 at its right end, 180 at its left one; null below it. */
export function degreesAt(protractor: Instrument, point: Point): number | null {
  const { x, y } = localTo(protractor, point);
  const degrees = (Math.atan2(-y, x) * 180) / Math.PI;
  return degrees < -2 || degrees > 182 ? null : Math.round(Math.min(180, Math.max(0, degrees)) * 2) / 2;
}

/**
 * The edge that a pen follows which is put down near it: what becomes of each point of its way; null
 * where it is near none.
 */
export function edgeAt(instruments: readonly Instrument[], start: Point, reach: number): ((point: Point) => Point) | null {
  for (const one of [...instruments].reverse()) {
    const { x, y } = localTo(one, start);
    if (one.kind !== "compass") {
      // A ruler has two straight edges, a protractor one.
      const edges = one.kind === "ruler" ? [-RULER_WIDTH / 2, RULER_WIDTH / 2] : [0];
      const edge = edges.find((at) => Math.abs(y - at) <= reach);
      if (edge !== undefined && Math.abs(x) <= one.radius + reach) {
        const within = (value: number): number => Math.max(-one.radius, Math.min(one.radius, value));
        return (point) => placed(one, { x: within(localTo(one, point).x), y: edge });
      }
    }
    if (one.kind !== "ruler" && Math.abs(Math.hypot(x, y) - one.radius) <= reach && (one.kind === "compass" || y < 0)) {
      return (point) => {
        const local = localTo(one, point);
        const far = Math.hypot(local.x, local.y) || 1;
        return placed(one, { x: (local.x / far) * one.radius, y: (local.y / far) * one.radius });
      };
    }
  }
  return null;
}
