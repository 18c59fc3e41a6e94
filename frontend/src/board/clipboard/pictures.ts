/** What elements from another lesson need to be here as well: their pictures, their formulas. */

import type { Desk } from "../desk.ts";
import type { Element } from "../../client/wire.ts";
import { setFormula } from "../text/drawn_formula.ts";
import { keptPicture } from "./kept_pictures.ts";

/** Uploads what they show; what cannot be had is left out, and counted. */
export async function broughtAlong(
  desk: Desk,
  elements: readonly Element[],
  pictureOf: (asset: string) => Promise<Blob | null> = keptPicture,
): Promise<{ elements: Element[]; left: number }> {
  const known = new Map<string, Promise<string | null>>();
  const once = async (name: string, bring: () => Promise<string>): Promise<string | null> => {
    if (!known.has(name)) known.set(name, bring().catch(() => null));
    return known.get(name)!;
  };
  const api = desk.lesson.api();
  const { sessionId } = desk.lesson;
  const brought: Element[] = [];
  desk.uploading.value += 1;
  try {
    for (const element of elements) {
      if (element.type === "image") {
        const asset = await once(element.asset, async () => {
          const picture = await pictureOf(element.asset);
          if (picture === null) throw new Error("it is not kept here");
          return (await api.uploadImage(sessionId, picture)).asset;
        });
        if (asset !== null) brought.push({ ...element, asset });
      } else if (element.type === "formula") {
        const outline = await once(`tex ${element.tex}`, async () => {
          const made = await setFormula(api, sessionId, element.tex, false);
          if (made.outline === null) throw new Error("it is not kept there");
          return made.outline;
        });
        if (outline !== null) brought.push({ ...element, outline });
      } else {
        brought.push(element);
      }
    }
  } finally {
    desk.uploading.value -= 1;
  }
  return { elements: brought, left: elements.length - brought.length };
}
