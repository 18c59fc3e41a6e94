/** Copying and pasting; its code comes with what arranges a selection. */

export { copy, cut } from "./copying.ts";
export { copyPicture } from "./picture.ts";
export { givenByBrowser, paste } from "./pasting.ts";
export { putAround } from "./placing.ts";
