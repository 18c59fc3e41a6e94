/** The tools whose code comes behind the board. */

export { erasing } from "./erasing.ts";
