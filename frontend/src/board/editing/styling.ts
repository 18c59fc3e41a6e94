/** How the look of elements is chosen, and which look they have. */

import type { Element, Style } from "../../client/wire.ts";
import { isArea } from "../geometry/geometry.ts";
import { NOTE_FILL, SWATCHES, tint } from "../drawing/palette.ts";

/** What the style bar offers. */
export interface Look {
  readonly color: string;
  readonly width: number;
  readonly isFilled: boolean;
}

/** A highlighter is so many times as wide as a pen of the same width. */
export const HIGHLIGHTER_WIDTH = 4;

export function fontSizeOf(width: number): number {
  return 12 + width * 3;
}

/** The paper that a note of an ink's colour has: the plain one is yellow. */
export function paperOf(color: string): string {
  return color === SWATCHES[0]!.hex ? NOTE_FILL : tint(color);
}

/** The fields of `style` that give an element a look; null where it has none of that. */
export function restyled(element: Element, look: Partial<Look>): Style | null {
  const { color, width, isFilled } = look;
  const style: Style = {
    ...(color !== undefined && colored(element, color)),
    ...(width !== undefined && widened(element, width)),
    ...(isFilled !== undefined && isShape(element) && { fill: isFilled ? tint(color ?? colorOf(element)) : "transparent" }),
  };
  return Object.keys(style).length > 0 ? style : null;
}

function colored(element: Element, color: string): Style {
  switch (element.type) {
    case "image":
    case "custom":
      return {};
    // Its ink stays readable.
    case "note":
      return { fill: paperOf(color) };
    default:
      return { color, ...(isFull(element) && { fill: tint(color) }) };
  }
}

function widened(element: Element, width: number): Style {
  switch (element.type) {
    case "image":
    case "formula":
    case "custom":
      return {};
    case "text":
    case "note":
      return { font_size: fontSizeOf(width) };
    case "stroke":
      return { width: element.brush === "highlighter" ? width * HIGHLIGHTER_WIDTH : width };
    default:
      return { width };
  }
}

/** What of each part of a look there is: nothing, one value, or several where elements differ. */
export type Looks = { readonly [Part in keyof Look]: ReadonlySet<Look[Part]> };

export function looksOf(elements: readonly Element[]): Looks {
  const styled = elements.filter((element) => element.type !== "image" && element.type !== "custom");
  return {
    color: new Set(styled.map(colorOf)),
    width: new Set(styled.map(widthOf)),
    isFilled: new Set(elements.filter(isShape).map(isFull)),
  };
}

/** Whether all have it, some of several, or none: as `aria-pressed` says it. */
export function pressedAs<Value>(values: ReadonlySet<Value>, value: Value): boolean | "mixed" {
  return values.has(value) && (values.size === 1 || "mixed");
}

/** The value that all have; null where they differ, or none of them has it. */
export function common<Value>(values: ReadonlySet<Value>): Value | null {
  return values.size === 1 ? [...values][0]! : null;
}

export function isShape(element: Element): boolean {
  return isArea(element);
}

function isFull(element: Element): boolean {
  return isShape(element) && (element.style?.fill ?? "transparent") !== "transparent";
}

function colorOf(element: Element): string {
  if (element.type !== "note") return element.style?.color ?? SWATCHES[0]!.hex;
  const paper = element.style?.fill;
  return SWATCHES.find(({ hex }) => paperOf(hex) === paper)?.hex ?? "";
}

function widthOf(element: Element): number {
  if (element.type === "text" || element.type === "note") return ((element.style?.font_size ?? 20) - 12) / 3;
  const width = element.style?.width ?? 2;
  return element.type === "stroke" && element.brush === "highlighter" ? width / HIGHLIGHTER_WIDTH : width;
}
