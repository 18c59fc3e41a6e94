/** The bars around the board: one can draw before they are here. */

import type { VNode } from "preact";
import { FigureInHand } from "../../board/figures/FigureInHand.tsx";
import type { Classroom } from "../classroom.ts";
import { StyleBar, Toolbar } from "./Toolbar.tsx";
import { ViewBar } from "./ViewBar.tsx";
import "../../styles/board/toolbar.css";
import "../../styles/board/toolbar_small.css";

export function Bars({ room }: { readonly room: Classroom }): VNode {
  return (
    <>
      <Toolbar room={room} />
      <StyleBar room={room} />
      <ViewBar room={room} />
      <FigureInHand desk={room.desk} />
    </>
  );
}
