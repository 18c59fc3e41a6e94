/** Who speaks, in words at the foot of a film. */

import type { Bounds } from "../../../board/geometry/geometry.ts";
import { familyOf } from "../../../board/text/face.ts";

const GROUND = "#f1f3f7";
const INK = "#1e1e1e";
const MARK = "#2f9e44";

export function namesShown(context: CanvasRenderingContext2D, names: readonly string[], strip: Bounds): void {
  const size = Math.round(strip.h * 0.55);
  const middle = strip.y + strip.h / 2;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = GROUND;
  context.fillRect(strip.x, strip.y, strip.w, strip.h);
  context.font = `${size}px ${familyOf()}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  let x = size;
  for (const name of names) {
    context.fillStyle = MARK;
    context.beginPath();
    context.arc(x + size / 4, middle, size / 4, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = INK;
    // In its own direction, whatever stands beside it.
    const words = `\u2068${name}\u2069`;
    context.fillText(words, x + size, middle);
    x += 2.5 * size + context.measureText(words).width;
  }
  context.textBaseline = "alphabetic";
}

/** Whose face it is, at its foot. */
export function nameOn(context: CanvasRenderingContext2D, name: string, box: Bounds): void {
  const size = Math.round(box.h * 0.1);
  context.font = `${size}px ${familyOf()}`;
  const words = `\u2068${name}\u2069`;
  const width = Math.min(box.w, context.measureText(words).width + size);
  context.fillStyle = GROUND;
  context.fillRect(box.x, box.y + box.h - 1.5 * size, width, 1.5 * size);
  context.fillStyle = INK;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(words, box.x + size / 2, box.y + box.h - 0.75 * size, width - size);
  context.textBaseline = "alphabetic";
}
