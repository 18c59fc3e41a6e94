/** What each tool is shown as. */

import type { Tool } from "../../board/tools/tools.ts";
import type { IconName } from "../../ui/icons.tsx";

const PATHS: Readonly<Record<Tool, string>> = {
  select: "M6 4l12.5 6.5-5.5 1.7-2 5.8z",
  lasso: "M12 4.500c4.700 0 8.500 2.500 8.500 5.700s-3.800 5.700-8.500 5.700-8.500-2.500-8.500-5.700S7.300 4.500 12 4.500zM6.500 14.500c-1 1-1 2.700.3 3.300 1.700.7 2.700-.9 2.200-2.200M6.800 17.800c.4 1.300.2 2-.8 3",
  hand: "M8 13V6.5a1.5 1.5 0 0 1 3 0V11m0-6a1.5 1.5 0 0 1 3 0v6m0-4.5a1.5 1.5 0 0 1 3 0V15a6 6 0 0 1-6 6c-2.5 0-4-1-5.5-3.5L3.8 14c-.8-1.5 1-2.8 2.2-1.5L8 14.5",
  pen: "M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19zM14 6.5l3.5 3.5",
  highlighter: "M9 15l-3.5 3.5H3.5L7 13.5zM7.5 12.5L16 4l4.5 4.5-8.5 8.5-2.5.5-2.5-2.5zM12 21h9",
  eraser: "M8.5 19.5L4 15l9.5-9.5 6 6-8 8zM9 10l6 6M11.5 19.5H20",
  laser: "M4 20l8.500-8.500M11 9.500l3.500 3.500M16.500 3.500v3M20.500 7.500h-3M19.800 4.200l-2 2M14 6.500l-.8-.8M18.300 10.800l-.8-.8",
  line: "M5 19L19 5",
  arrow: "M5 19L19 5M10 5h9v9",
  rect: "M4 6.5h16v11H4z",
  ellipse: "M12 6c5 0 8.5 2.7 8.5 6s-3.5 6-8.5 6-8.5-2.7-8.5-6S7 6 12 6z",
  triangle: "M12 5l8.5 14h-17z",
  parallelogram: "M8 6.500h12.500l-4.500 11H3.500z",
  trapezium: "M8 6.500h8l4.500 11h-17z",
  polygon: "M12 4l8.500 6.200-3.200 9.800H6.700L3.500 10.200z",
  polyline: "M4 18l5-9.500 5 6.500L20 5.500",
  text: "M5 7V5h14v2M12 5v14M9.5 19h5",
  note: "M5 4h14v10l-5.5 6H5zM19 14h-5.5v6",
};

export function iconOf(tool: Tool): IconName {
  return { path: PATHS[tool] };
}
