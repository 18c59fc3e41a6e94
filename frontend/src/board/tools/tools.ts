/** The tools that a hand may hold, and what each of them needs. */

import type { Permission } from "../../client/wire.ts";

/** Tools that stand in one place of the bar: the one that was used last, the others behind it. */
export const TOOL_GROUPS = [
  ["select", "lasso"],
  ["hand"],
  ["pen"],
  ["highlighter"],
  ["eraser"],
  ["laser"],
  ["line", "arrow", "rect", "ellipse", "triangle", "parallelogram", "trapezium", "polygon", "polyline"],
  ["text"],
  ["note"],
] as const;
export type Tool = (typeof TOOL_GROUPS)[number][number];
export const TOOLS: readonly Tool[] = TOOL_GROUPS.flat();

/** The letter that is pressed for a tool. */
export const TOOL_KEYS: Readonly<Partial<Record<Tool, string>>> = {
  select: "V",
  lasso: "S",
  hand: "H",
  pen: "P",
  highlighter: "M",
  eraser: "E",
  laser: "K",
  line: "L",
  arrow: "A",
  rect: "R",
  ellipse: "O",
  triangle: "D",
  polygon: "Y",
  text: "T",
  note: "N",
};

/** The permission without which a tool is not offered. */
export function neededFor(tool: Tool): Permission | null {
  if (tool === "hand") return null;
  return tool === "eraser" ? "can_erase" : "can_draw";
}
