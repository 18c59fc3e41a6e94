/** Shapes that are drawn from one corner of their box to the other. */

import type { Desk } from "../desk.ts";
import { withoutDefaults } from "../../client/replica/board.ts";
import type { Element } from "../../client/wire.ts";
import type { Snapper } from "../arranging/snapping.ts";
import { tint } from "../drawing/palette.ts";
import { boxOf, round, type Point } from "../geometry/geometry.ts";
import { drafting, fresh, undrafting } from "../tools/drafting.ts";
import type { Gesture } from "../tools/gesture.ts";

/** The corners of figures within a box, as shares of its sides. */
const FIGURES = {
  triangle: [0.5, 0, 1, 1, 0, 1],
  parallelogram: [0.25, 0, 1, 0, 0.75, 1, 0, 1],
  trapezium: [0.25, 0, 0.75, 0, 1, 1, 0, 1],
  polygon: [0.5, 0, 1, 0.4, 0.8, 1, 0.2, 1, 0, 0.4],
  polyline: [0, 1, 0.33, 0, 0.67, 1, 1, 0],
} as const;
export type Shaped = "line" | "arrow" | "rect" | "ellipse" | keyof typeof FIGURES;

/** A shape from one corner of its box to the other. */
export function shaping(desk: Desk, tool: Shaped, start: Point): Gesture {
  const common = {
    ...fresh(desk),
    style: {
      color: desk.color.value,
      width: desk.width.value,
      ...(desk.isFilled.value && { fill: tint(desk.color.value) }),
    },
  };
  const shape = (to: Point, isRegular: boolean): Element => {
    const end = isRegular ? regular(tool, start, to) : to;
    if (tool === "line" || tool === "arrow") {
      const { fill: _, ...style } = { fill: "", ...common.style };
      return {
        ...common,
        style,
        type: tool,
        x1: round(start.x),
        y1: round(start.y),
        x2: round(end.x),
        y2: round(end.y),
      };
    }
    const { x, y, w, h } = boxOf(start, end);
    if (tool !== "rect" && tool !== "ellipse") {
      const points = FIGURES[tool].map((share, n) => round(share * (n % 2 === 0 ? w : h)));
      return { ...common, type: "polygon", x: round(x), y: round(y), ...(tool === "polyline" && { closed: false }), points };
    }
    return { ...common, type: tool, x: round(x), y: round(y), w: round(w), h: round(h) };
  };
  let drawn: Element | null = null;
  let found: Snapper | undefined;
  // Once it is behind the board; what is drawn itself pulls nothing.
  const snapper = (): Snapper | undefined => (found ??= desk.aids.arranging?.snapperOf(desk, [shape(start, false)]));
  return {
    move(samples, { shift, ctrl }) {
      const at = samples.at(-1);
      if (at === undefined) return;
      const snapped = shift || ctrl ? undefined : snapper()?.moved({ x: at.x, y: at.y, w: 0, h: 0 });
      desk.aids.guides.value = (drawn && snapped?.guides) || [];
      const to = { x: at.x + (snapped?.dx ?? 0), y: at.y + (snapped?.dy ?? 0) };
      const isLargeEnough = Math.hypot(to.x - start.x, to.y - start.y) > 3;
      if (drawn === null && !isLargeEnough) return;
      drawn = shape(to, shift);
      drafting(desk, drawn);
    },
    end() {
      desk.aids.guides.value = [];
      if (drawn === null) return;
      desk.edit([{ op: "put", element: withoutDefaults(drawn) }]);
      undrafting(desk, drawn.id);
    },
    cancel() {
      desk.aids.guides.value = [];
      if (drawn !== null) undrafting(desk, drawn.id);
    },
  };
}

/** Squares, circles, and lines at multiples of 15 degrees. */
function regular(tool: string, from: Point, to: Point): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (tool === "line" || tool === "arrow") {
    const step = Math.PI / 12;
    const angle = Math.round(Math.atan2(dy, dx) / step) * step;
    const length = Math.hypot(dx, dy);
    return { x: from.x + length * Math.cos(angle), y: from.y + length * Math.sin(angle) };
  }
  const side = Math.max(Math.abs(dx), Math.abs(dy));
  return { x: from.x + side * Math.sign(dx || 1), y: from.y + side * Math.sign(dy || 1) };
}
