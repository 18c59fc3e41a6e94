/** Copying and cutting what is selected. */

import type { Desk } from "../desk.ts";
import type { Element } from "../../client/wire.ts";
import { plural } from "../../language/language.ts";
import { changeable, selectedElements } from "../arranging/handles.ts";
import { byStack } from "../drawing/stacking.ts";
import { packed, type Copied } from "./format.ts";
import { keepPictures } from "./kept_pictures.ts";

/** What was copied here last: a browser that asks before it tells what it holds tells it without its marks. */
let last: Copied | null = null;

export function lastCopied(): Copied | null {
  return last;
}

/** Takes what is selected into the clipboard of an event; whether there is something. */
export function copy(desk: Desk, data: DataTransfer | null): boolean {
  const elements = [...selectedElements(desk)].sort(byStack);
  if (elements.length === 0 || data === null) return false;
  last = packed(desk.lesson.sessionId, desk.page.value.id, elements);
  data.setData("text/html", last.html);
  data.setData("text/plain", last.plain);
  desk.aids.tell(plural("copy.told", elements.length));
  void keep(desk, elements);
  return true;
}

/** What is locked, or somebody else's, is copied and stays. */
export function cut(desk: Desk, data: DataTransfer | null): boolean {
  if (!copy(desk, data)) return false;
  const free = changeable(desk);
  if (free.length === 0 || !desk.lesson.may("can_erase")) return true;
  desk.edit([{ op: "remove", ids: free.map(({ id }) => id) }]);
  desk.selection.value = new Set();
  desk.aids.tell(plural("cut.told", free.length));
  return true;
}

async function keep(desk: Desk, elements: readonly Element[]): Promise<void> {
  const assets = new Set(elements.flatMap((element) => (element.type === "image" ? [element.asset] : [])));
  const pictures = new Map<string, Blob>();
  for (const asset of assets) {
    const blob = await desk.lesson.api().image(asset).catch(() => null);
    if (blob !== null) pictures.set(asset, blob);
  }
  await keepPictures(pictures);
}
