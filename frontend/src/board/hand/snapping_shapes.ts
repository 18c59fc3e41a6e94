/** Hold to snap: a pen that rests at the end of a stroke makes the shape exact that it was meant to be. */

import { withoutDefaults } from "../../client/replica/board.ts";
import type { Element, Id } from "../../client/wire.ts";
import type { Desk } from "../desk.ts";
import { tint } from "../drawing/palette.ts";
import { around, round, type Point } from "../geometry/geometry.ts";
import { fresh } from "../tools/drafting.ts";
import { recognised, type Recognised } from "./recognising.ts";

/** Puts the exact shape in the place of strokes, as a step of its own; whether there was one. */
export function snapped(desk: Desk, strokes: readonly Id[], way: readonly Point[]): boolean {
  const meant = recognised(way);
  if (meant === null) return false;
  const color = desk.color.peek();
  const isArea = meant.kind !== "line" && meant.kind !== "arrow";
  const fill = isArea && desk.isFilled.peek() ? { fill: tint(color) } : {};
  const common = { ...fresh(desk), style: { color, width: desk.width.peek(), ...fill } };
  desk.edit([
    { op: "put", element: withoutDefaults(shaped(meant, common)) },
    { op: "remove", ids: [...strokes] },
  ]);
  return true;
}

function shaped(meant: Recognised, common: Pick<Element, "id" | "layer" | "z" | "style">): Element {
  switch (meant.kind) {
    case "line":
    case "arrow": {
      const { from, to } = meant;
      return { ...common, type: meant.kind, x1: round(from.x), y1: round(from.y), x2: round(to.x), y2: round(to.y) } as Element;
    }
    case "triangle": {
      const { x, y } = around(meant.corners);
      const points = meant.corners.flatMap((corner) => [round(corner.x - x), round(corner.y - y)]);
      return { ...common, type: "polygon", x: round(x), y: round(y), points } as Element;
    }
    default: {
      const { x, y, w, h } = meant.box;
      const rotation = meant.kind === "rect" ? meant.rotation : 0;
      return { ...common, type: meant.kind, x: round(x), y: round(y), w: round(w), h: round(h), rotation } as Element;
    }
  }
}
