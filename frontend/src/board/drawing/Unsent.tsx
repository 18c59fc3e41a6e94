/** What waits to be sent, as a picture: as much of it as can be drawn without the board it is for. */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { applyPending, EMPTY_BOARD } from "../../client/replica/board.ts";
import type { Operation } from "../../client/wire.ts";
import { extentOf } from "../geometry/fitting.ts";
import { PicturesOf, type Pictures } from "./assets.ts";
import { elementNode } from "./ElementView.tsx";
import "../../styles/board/thumbnail.css";

const MARGIN = 16;
/** The newest; more are not told apart at this size. */
const ELEMENTS_MOST = 250;

/** Without a connection there are none. */
const NO_PICTURES: Pictures = {
  url: () => ({ value: null }),
  outline: () => ({ value: null }),
};

/** Nothing where none of it is new: changes of what is on the board show nothing without it. */
export function Unsent({ ops }: { readonly ops: readonly Operation[] }): VNode | null {
  return useMemo(() => {
    const layers = [...new Set(ops.flatMap((op) => (op.op === "put" ? [op.element.layer] : [])))];
    const empty = { ...EMPTY_BOARD, layers: layers.map((id) => ({ id, name: "" })) };
    const elements = [...applyPending(empty, ops, 0).elements.values()].slice(-ELEMENTS_MOST);
    const drawn = extentOf(elements);
    if (drawn === null) return null;
    const { x, y, w, h } = drawn;
    return (
      <span class="thumbnail unsent-picture" aria-hidden="true">
        <svg viewBox={`${x - MARGIN} ${y - MARGIN} ${w + 2 * MARGIN} ${h + 2 * MARGIN}`}>
          <PicturesOf.Provider value={NO_PICTURES}>{elements.map(elementNode)}</PicturesOf.Provider>
        </svg>
      </span>
    );
  }, [ops]);
}
