/** What is printed on paper: families of parallel lines, and dots; the server's `paper.py` (PG-6). */

import type { Paper } from "../../client/wire.ts";
import type { Bounds } from "../geometry/geometry.ts";

/** Lines of one direction, `gap` units apart, the first one `offset` from the origin. */
export interface Lines {
  /** Degrees from the x axis, clockwise. */
  readonly angle: number;
  readonly gap: number;
  readonly offset: number;
  readonly width: number;
  readonly isStrong: boolean;
}

export const PAPER: Required<Pick<Paper, "kind" | "step">> = { kind: "dots", step: 32 };

export const PAPER_KINDS = [
  "blank",
  "dots",
  "squares",
  "lined",
  "seyes",
  "millimetre",
  "isometric",
  "music",
  "axes",
] as const satisfies readonly NonNullable<Paper["kind"]>[];

/** What is usual: squares of 5 mm, lines of 8 mm; a board unit is 1/96 inch. */
export const USUAL_STEP: Readonly<Record<(typeof PAPER_KINDS)[number], number>> = {
  blank: 32,
  dots: 32,
  squares: 18.9,
  lined: 30.24,
  seyes: 30.24,
  millimetre: 37.8,
  isometric: 32,
  music: 10,
  axes: 37.8,
};

/** The lines of a kind of paper; of dots, those that the dots lie on. */
export function linesOf({ kind = PAPER.kind, step = PAPER.step }: Paper): readonly Lines[] {
  const lines = (angle: number, gap: number, width = 1, isStrong = false, offset = 0): Lines => ({
    angle,
    gap,
    offset,
    width,
    isStrong,
  });
  const grid = (gap: number, width?: number, isStrong?: boolean): Lines[] => [
    lines(0, gap, width, isStrong),
    lines(90, gap, width, isStrong),
  ];
  switch (kind) {
    case "blank":
      return [];
    case "dots":
    case "lined":
      return [lines(0, step)];
    case "squares":
    case "axes":
      return grid(step);
    case "seyes":
      return [lines(0, step / 4, 0.5), ...grid(step, 1, true)];
    case "millimetre":
      return [...grid(step / 10, 0.4), ...grid(step / 2, 0.7), ...grid(step, 1, true)];
    case "isometric":
      return [30, 90, 150].map((angle) => lines(angle, (step * Math.sqrt(3)) / 2));
    case "music":
      return [0, 1, 2, 3, 4].map((n) => lines(0, 10 * step, 1, true, n * step));
    default:
      return kind satisfies never;
  }
}

/** The segments of a family within a box, as `[x1, y1, x2, y2]`; none where there are more than `most`. */
export function segmentsOf({ angle, gap, offset }: Lines, { x, y, w, h }: Bounds, most: number): number[][] {
  const turn = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const away = [x, x + w].flatMap((cx) => [y, y + h].map((cy) => cy * cos - cx * sin));
  const first = Math.ceil((Math.min(...away) - offset) / gap);
  const last = Math.floor((Math.max(...away) - offset) / gap);
  if (last - first + 1 > most) return [];
  const segments: number[][] = [];
  for (let n = first; n <= last; n += 1) {
    const at = n * gap + offset;
    if (angle === 0) segments.push([x, at, x + w, at]);
    else if (angle === 90) segments.push([-at, y, -at, y + h]);
    else segments.push(clipped(-at * sin, at * cos, cos, sin, { x, y, w, h }));
  }
  return segments;
}

/** The part within a box of a line through a point, neither upright nor level. */
function clipped(px: number, py: number, dx: number, dy: number, { x, y, w, h }: Bounds): number[] {
  const across = [(x - px) / dx, (x + w - px) / dx].sort((a, b) => a - b);
  const down = [(y - py) / dy, (y + h - py) / dy].sort((a, b) => a - b);
  const from = Math.max(across[0]!, down[0]!);
  const to = Math.max(from, Math.min(across[1]!, down[1]!));
  return [px + from * dx, py + from * dy, px + to * dx, py + to * dy];
}
