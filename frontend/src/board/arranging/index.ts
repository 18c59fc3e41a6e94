/** What arranges a selection; its code comes behind the board. */

import "../../styles/board/arranging.css";

export * from "./arranging.ts";
export * from "../clipboard/index.ts";
export { acts, tellSelection, walk } from "./keyboard.ts";
export { inner } from "./grouping.ts";
export { Frame } from "./Frame.tsx";
export { selecting } from "./selecting.ts";
export { ContextMenu } from "./ContextMenu.tsx";
export { openMenuAt, openMenuBeside } from "./menu.ts";
export { snapperOf } from "./snapping.ts";
export { goOnWithList } from "../text/lists.ts";
export { restack } from "./ordering.ts";
