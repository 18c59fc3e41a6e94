/** What lies near a place: sheets are the index that is asked (decision 22). */

import type { Board } from "../../client/replica/board.ts";
import type { Element } from "../../client/wire.ts";
import { mayBeSeen } from "../drawing/seeing.ts";
import { factsOf, sheetsOf } from "../drawing/sheets.ts";
import { overlaps, type Bounds } from "../geometry/geometry.ts";

/** What may be painted within a box of what a person can pick: sheets that lie elsewhere are not looked into. */
export function* near(board: Board, box: Bounds): Generator<Element> {
  for (const sheet of sheetsOf(board)) {
    const { reach } = factsOf(sheet);
    if (reach === null || !overlaps(reach, box)) continue;
    for (const { layer, elements } of sheet.runs) {
      if (layer.visible === false || layer.locked === true) continue;
      for (const element of elements) if (element.locked !== true && mayBeSeen(element, box)) yield element;
    }
  }
}
