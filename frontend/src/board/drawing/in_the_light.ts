/** The colours of the board in the light, as everything has them that leaves it. */

import { SWATCHES } from "./palette.ts";

/** What `theme.css` says of the light, by its names. */
const LIGHT: Readonly<Record<string, string>> = {
  ...Object.fromEntries(SWATCHES.map(({ name, hex }) => [`board-${name}`, hex])),
  "board-picture": "transparent",
  "board-dot": "#d9dee7",
  "paper-line": "#c3cddd",
};

/** A paint that may follow the theme, as it is in the light. */
export function inTheLight(paint: string): string {
  const named = /^var\(--([\w-]+)\)$/.exec(paint)?.[1];
  const light = /^light-dark\(([^,]+),/.exec(paint)?.[1];
  return (named === undefined ? undefined : LIGHT[named]) ?? light ?? paint;
}
