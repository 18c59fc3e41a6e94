/** The tools whose code comes behind the board. */

import "../../styles/board/hand.css";

export { Above } from "./Above.tsx";
export { cornering } from "./cornering.ts";
export { erasing } from "./erasing.ts";
export { edgeAt, INSTRUMENTS, PLAIN_RADIUS } from "./instruments.ts";
export { lassoing } from "./lassoing.ts";
export { shaping } from "./shaping.ts";
export { snapped } from "./snapping_shapes.ts";
