/** What letters look like: those that are written, of what is selected, or else of what is written next. */

import type { Desk } from "../desk.ts";
import type { Element, Operation, Style } from "../../client/wire.ts";
import { STYLE_DEFAULTS } from "../../client/replica/board.ts";
import { isWritten } from "../geometry/geometry.ts";
import { bulleted, isBulleted } from "./bullets.ts";
import { common } from "./styling.ts";

type Part = "font" | "bold" | "italic" | "align";
export type Lettering = { readonly [part in Part]: NonNullable<Style[part]> };
/** What of each part there is: one value, or several where elements differ. */
export type Letterings = { readonly [part in Part]: ReadonlySet<Lettering[part]> };

const PARTS = ["font", "bold", "italic", "align"] as const satisfies readonly Part[];

/** What is written, alone as long as it is, or what of the selection has letters. */
function lettered(desk: Desk): Element[] {
  const written = desk.writing.current.value;
  if (written !== null) return [desk.board.value.elements.get(written.element.id) ?? written.element];
  const selected = [...desk.selection.value].flatMap((id) => desk.board.value.elements.get(id) ?? []);
  return selected.filter(isWritten);
}

export function letteringOf(desk: Desk): Letterings {
  const elements = lettered(desk);
  const styles = elements.length > 0 ? elements.map(({ style = {} }) => style) : [desk.lettering.value];
  const of = <P extends Part>(part: P): ReadonlySet<Lettering[P]> =>
    new Set(styles.map((style) => (style[part] ?? STYLE_DEFAULTS[part]) as Lettering[P]));
  return { font: of("font"), bold: of("bold"), italic: of("italic"), align: of("align") };
}

/** Applies to what is written or selected, and to what is written next. */
export function letter(desk: Desk, look: Partial<Lettering>): void {
  desk.lettering.value = { ...desk.lettering.value, ...look };
  desk.writing.restyle(() => look);
  desk.edit(
    lettered(desk).flatMap(({ id, style }): Operation[] => {
      const isAsIs = PARTS.every((part) => look[part] === undefined || look[part] === (style?.[part] ?? STYLE_DEFAULTS[part]));
      return isAsIs || !desk.board.value.elements.has(id) ? [] : [{ op: "patch", id, set: { style: look } }];
    }),
  );
}

/** Where some have it, all get it; where all have it, none keeps it. */
export function toggle(desk: Desk, part: "bold" | "italic"): void {
  letter(desk, { [part]: common(letteringOf(desk)[part]) !== true });
}

/** Texts and notes: a table has cells instead. */
function listable(desk: Desk): { readonly id: string; readonly text: string }[] {
  const written = desk.writing.current.value;
  if (written !== null) return [{ id: written.element.id, text: desk.writing.text }];
  return lettered(desk).flatMap((element) =>
    (element.type === "text" || element.type === "note") && element.text ? [{ id: element.id, text: element.text }] : [],
  );
}

/** Whether all of it is a list; null where there is nothing to be one. */
export function areBulleted(desk: Desk): boolean | null {
  const texts = listable(desk);
  return texts.length === 0 ? null : texts.every(({ text }) => isBulleted(text));
}

export function toggleBullets(desk: Desk): void {
  const isOn = areBulleted(desk) !== true;
  const texts = listable(desk);
  if (desk.writing.current.value !== null) {
    desk.writing.rewrite(bulleted(texts[0]!.text, isOn) || (isOn ? "• " : ""));
    return;
  }
  desk.edit(
    texts.flatMap(({ id, text }): Operation[] => {
      const now = bulleted(text, isOn);
      return now === text ? [] : [{ op: "patch", id, set: { text: now } }];
    }),
  );
}
