/** How a graph is painted: its grid, its axes with their numbers and names, and what is seen of its curves. */

import type { VNode } from "preact";
import { STYLE_DEFAULTS } from "../../client/replica/board.ts";
import type { Graph } from "../../client/wire.ts";
import { hasDecimalComma } from "./numbers.ts";
import { paint } from "../drawing/palette.ts";
import { familyOf } from "../text/face.ts";
import { axesOf, gridOf, NAME_SIZE, namesOf, NUMBER_SIZE, WIDEST_CURVE, numbersOf, planeOf, seenOf, type Plane } from "./graph_plane.ts";

/** Of a curve that does not say. */
export const CURVE_COLOR = "#1971c2";

export function GraphView({ element }: { readonly element: Graph }): VNode {
  const plane = planeOf(element);
  const style = { ...STYLE_DEFAULTS, ...element.style };
  const withComma = hasDecimalComma.value;
  const { axes = true, grid = true, curves = [] } = element;
  return (
    <>
      {grid && <path d={gridOf(plane)} fill="none" stroke="var(--board-dot)" stroke-width={1} />}
      <rect x={plane.x} y={plane.y} width={plane.w} height={plane.h} fill="none" stroke="var(--board-gray)" />
      {axes && <path d={axesOf(plane)} fill="none" stroke={paint(style.color)} stroke-width={1.5} />}
      {curves.map(({ color = CURVE_COLOR, points = [] }, n) => (
        <path
          key={n}
          d={points.map((run) => pathOf(plane, run)).join("")}
          fill="none"
          stroke={paint(color)}
          stroke-width={Math.min(style.width, WIDEST_CURVE)}
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      ))}
      {axes && (
        <g font-size={NUMBER_SIZE} font-family={familyOf()} fill={paint(style.color)}>
          {numbersOf(plane).map(({ x, y, text, anchor }, n) => (
            <text key={n} x={x} y={y} text-anchor={anchor}>
              {withComma ? text.replace(".", ",") : text}
            </text>
          ))}
          {namesOf(plane).map(({ x, y, text, anchor }) => (
            <text key={anchor + y} x={x} y={y} font-size={NAME_SIZE} text-anchor={anchor}>
              {text}
            </text>
          ))}
        </g>
      )}
    </>
  );
}

function pathOf(plane: Plane, run: readonly number[]): string {
  return seenOf(plane, run)
    .map((piece) => `M${piece.map(({ x, y }) => `${short(x)} ${short(y)}`).join("L")}`)
    .join("");
}

function short(value: number): number {
  return Math.round(value * 100) / 100;
}
