/** Figures: elements with an editor of their own, whose code comes when one is first opened. */

import type { Desk } from "../desk.ts";
import type { Element, Formula, Graph, Table } from "../../client/wire.ts";

export type FigureElement = Formula | Graph | Table;
export type FigureKind = FigureElement["type"];

export const FIGURES = ["formula", "graph", "table"] as const satisfies readonly FigureKind[];

/** The letter that is pressed for a new one. */
export const FIGURE_KEYS: Readonly<Record<FigureKind, string>> = { formula: "F", graph: "G", table: "B" };

/** What the names begin with under which a tab keeps TeX that is not saved yet. */
export const KEPT_TEX = "lessonroom.tex.";

/** What is being made, or changed: then it is `element`, as it was when it was opened. */
export interface OpenFigure {
  readonly kind: FigureKind;
  readonly element: FigureElement | null;
}

export function isFigure(element: Element | undefined): element is FigureElement {
  return element !== undefined && (FIGURES as readonly string[]).includes(element.type);
}

/** Opens the editor of what may be changed; returns whether there is one. */
export function openFigure(desk: Desk, element: Element | undefined): boolean {
  if (!isFigure(element) || !desk.mayUse("text")) return false;
  desk.selection.value = new Set();
  desk.figure.value = { kind: element.type, element };
  return true;
}
