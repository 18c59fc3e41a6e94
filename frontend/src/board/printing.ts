/** Printing prints the board: all of it, on one sheet, whatever is in view. */

import { options } from "preact";
import type { Desk } from "./desk.ts";
import { visiblePart } from "./geometry/fitting.ts";

const MARGIN = 20;
/** Units to a side: past that nothing could be read on a sheet. */
const LARGEST = 8_000;

/** The sheet is made as soon as this returns: what changes has to be there by then. */
function atOnce(change: () => void): void {
  const later = options.debounceRendering;
  options.debounceRendering = (render) => render();
  change();
  if (later === undefined) delete options.debounceRendering;
  else options.debounceRendering = later;
}

/**
 * @param board what the board is shown in: while it is printed, all of it lies on the lowest sheet.
 * @returns how to stop.
 */
export function printWhole(desk: Desk, board: HTMLElement): () => void {
  const world = board.querySelector(".board-world")!;
  const svg = board.querySelector(".board-svg")!;
  let inView: string | null = null;
  const before = (): void => {
    const bounds = visiblePart(desk.board.peek(), LARGEST, LARGEST);
    if (bounds === null || inView !== null) return;
    atOnce(() => {
      desk.isPrinting.value = true;
    });
    inView = world.getAttribute("transform");
    world.removeAttribute("transform");
    const { x, y, w, h } = bounds;
    svg.setAttribute("viewBox", [x - MARGIN, y - MARGIN, w + 2 * MARGIN, h + 2 * MARGIN].join(" "));
  };
  const after = (): void => {
    if (inView === null) return;
    desk.isPrinting.value = false;
    svg.removeAttribute("viewBox");
    world.setAttribute("transform", inView);
    inView = null;
  };
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  return () => {
    window.removeEventListener("beforeprint", before);
    window.removeEventListener("afterprint", after);
  };
}
