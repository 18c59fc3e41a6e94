/** Where what lies in the picture of a film, in pixels. */

import type { Bounds } from "../../../board/geometry/geometry.ts";

/** Of the height of the picture: the strip that says who speaks. */
const NAMES = 0.06;
/** Of its width: the column of faces. */
const FACES = 0.2;
/** So many faces at once; of more, those who speak come first. */
export const MOST_FACES = 4;

export interface Layout {
  readonly board: Bounds;
  /** Of a height of nothing, where it has none. */
  readonly names: Bounds;
  readonly faces: readonly Bounds[];
}

export function layoutOf(width: number, height: number, { hasNames, hasFaces }: { readonly hasNames: boolean; readonly hasFaces: boolean }): Layout {
  const strip = hasNames ? Math.round(height * NAMES) : 0;
  const column = hasFaces ? Math.round(width * FACES) : 0;
  const h = height - strip;
  const tile = h / MOST_FACES;
  const faces = Array.from({ length: hasFaces ? MOST_FACES : 0 }, (_, n) => ({ x: width - column, y: Math.round(n * tile), w: column, h: Math.floor(tile) }));
  return { board: { x: 0, y: 0, w: width - column, h }, names: { x: 0, y: h, w: width, h: strip }, faces };
}
