/** The editor of the figure that is open. */

import type { VNode } from "preact";
import type { Formula, Graph, Table } from "../../client/wire.ts";
import { Later } from "../../ui/Later.tsx";
import type { Desk } from "../desk.ts";
import { focusBoard } from "../focus.ts";
import { FormulaEditor } from "./FormulaEditor.tsx";
import type { OpenFigure } from "./figure.ts";
import "../../styles/board/figures.css";

export function FigureEditor({ desk, figure }: { readonly desk: Desk; readonly figure: OpenFigure }): VNode {
  const onClose = (): void => {
    desk.figure.value = null;
    // Behind its dialog, which makes all else inert, and gives the focus back to a tool when it goes.
    setTimeout(focusBoard);
  };
  switch (figure.kind) {
    case "formula":
      return <FormulaEditor desk={desk} element={figure.element as Formula | null} onClose={onClose} />;
    case "graph":
      return <Later load={graphEditor} props={{ desk, element: figure.element as Graph | null, onClose }} />;
    case "table":
      return <Later load={tableEditor} props={{ desk, element: figure.element as Table | null, onClose }} />;
    default:
      return figure.kind satisfies never;
  }
}

const tableEditor = () => import("./TableEditor.tsx").then((loaded) => loaded.TableEditor);
const graphEditor = () => import("./GraphEditor.tsx").then((loaded) => loaded.GraphEditor);
