/** The editor of the figure that is open. */

import type { VNode } from "preact";
import type { Desk } from "../desk.ts";
import { focusBoard } from "../focus.ts";
import { FormulaEditor } from "./FormulaEditor.tsx";
import type { OpenFigure } from "./figure.ts";
import "../../styles/figures.css";

export function FigureEditor({ desk, figure }: { readonly desk: Desk; readonly figure: OpenFigure }): VNode {
  const close = (): void => {
    desk.figure.value = null;
    focusBoard();
  };
  return <FormulaEditor desk={desk} element={figure.element} onClose={close} />;
}
