/** What of a page is in the picture: its sheet, or what is on it, in a frame that grows and does not shrink again. */

import type { Bounds } from "../../../board/geometry/geometry.ts";
import type { Id } from "../../../client/wire.ts";

/** What an empty page shows. */
const FIRST: Bounds = { x: 0, y: 0, w: 960, h: 540 };
const MARGIN = 40;
/** A frame grows by so many units at a time: it is not to move with each letter that is written. */
const STEP = 160;

export class Views {
  readonly #frames = new Map<Id, Bounds>();

  /**
   * What is seen of a page, with a margin.
   *
   * @param sheet its size; null where it has no end.
   * @param content the box around what is on it; null where that is nothing.
   */
  of(page: Id, sheet: readonly [number, number] | null, content: Bounds | null): Bounds {
    if (sheet !== null) return wider({ x: 0, y: 0, w: sheet[0], h: sheet[1] });
    const frame = grown(this.#frames.get(page) ?? FIRST, content);
    this.#frames.set(page, frame);
    return wider(frame);
  }
}

function grown(frame: Bounds, content: Bounds | null): Bounds {
  if (content === null) return frame;
  const low = (own: number, wanted: number): number => (wanted >= own ? own : Math.floor(wanted / STEP) * STEP);
  const high = (own: number, wanted: number): number => (wanted <= own ? own : Math.ceil(wanted / STEP) * STEP);
  const [x, y] = [low(frame.x, content.x), low(frame.y, content.y)];
  const right = high(frame.x + frame.w, content.x + content.w);
  const bottom = high(frame.y + frame.h, content.y + content.h);
  if (x === frame.x && y === frame.y && right === frame.x + frame.w && bottom === frame.y + frame.h) return frame;
  return { x, y, w: right - x, h: bottom - y };
}

function wider({ x, y, w, h }: Bounds): Bounds {
  return { x: x - MARGIN, y: y - MARGIN, w: w + 2 * MARGIN, h: h + 2 * MARGIN };
}

/** Pixels to a unit, and where the board's origin lies, so that all of a box is seen in the middle of an area. */
export function placed(seen: Bounds, area: Bounds): { readonly zoom: number; readonly x: number; readonly y: number } {
  const zoom = Math.min(area.w / seen.w, area.h / seen.h);
  return {
    zoom,
    x: area.x + area.w / 2 - (seen.x + seen.w / 2) * zoom,
    y: area.y + area.h / 2 - (seen.y + seen.h / 2) * zoom,
  };
}
