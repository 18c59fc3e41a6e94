/** One's shelf; its code comes when it is opened. */

export { KeepDialog } from "./KeepDialog.tsx";
export { ShelfDialog } from "./ShelfDialog.tsx";
