/** TeX that is being written is kept in the tab, so that it survives a reload or a crash. */

import { tabStorage } from "../../browser/browser_storage.ts";
import type { Formula } from "../../client/wire.ts";
import type { Desk } from "../desk.ts";
import { KEPT_TEX } from "./figure.ts";

interface KeptTex {
  /** The formula that is changed, as it was when it was opened; null where it is new. */
  readonly element: Formula | null;
  readonly tex: string;
}

/** Nobody is shown what another wrote, nor what was written in another lesson. */
function keyOf(desk: Desk): string {
  return `${KEPT_TEX}${desk.lesson.sessionId}/${desk.lesson.state.peek()?.userId}`;
}

export function keepTex(desk: Desk, element: Formula | null, tex: string): void {
  try {
    if (tex.trim() === "" || tex === element?.tex) tabStorage.removeItem(keyOf(desk));
    else tabStorage.setItem(keyOf(desk), JSON.stringify({ element, tex } satisfies KeptTex));
  } catch {
    // There is no room: it lives on the page alone.
  }
}

export function forgetTex(desk: Desk): void {
  tabStorage.removeItem(keyOf(desk));
}

/** What was left unsaved, of this formula or of a new one. */
export function keptTex(desk: Desk): KeptTex | null {
  try {
    const kept = JSON.parse(tabStorage.getItem(keyOf(desk)) ?? "null") as KeptTex | null;
    return typeof kept?.tex === "string" && (kept.element === null || kept.element.type === "formula") ? kept : null;
  } catch {
    return null;
  }
}

/** Shows what was left, after a reload. */
export function reopen(desk: Desk): void {
  const kept = keptTex(desk);
  if (kept !== null && desk.figure.peek() === null && desk.mayUse("text")) desk.figure.value = { kind: "formula", element: kept.element };
}
