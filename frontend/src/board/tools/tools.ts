/** The tools that a hand may hold, and what each of them needs. */

import type { Permission } from "../../client/wire.ts";

export const TOOLS = [
  "select",
  "hand",
  "pen",
  "highlighter",
  "eraser",
  "line",
  "arrow",
  "rect",
  "ellipse",
  "text",
  "note",
] as const;
export type Tool = (typeof TOOLS)[number];

/** The letter that is pressed for a tool. */
export const TOOL_KEYS: Readonly<Record<Tool, string>> = {
  select: "V",
  hand: "H",
  pen: "P",
  highlighter: "M",
  eraser: "E",
  line: "L",
  arrow: "A",
  rect: "R",
  ellipse: "O",
  text: "T",
  note: "N",
};

/** The permission without which a tool is not offered. */
export function neededFor(tool: Tool): Permission | null {
  if (tool === "hand") return null;
  return tool === "eraser" ? "can_erase" : "can_draw";
}
