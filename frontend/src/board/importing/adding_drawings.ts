/** Drawings of other programs that come in: opened, dropped or pasted. */

import type { Desk } from "../desk.ts";
import { t } from "../../language/language.ts";
import { putAround } from "../clipboard/placing.ts";
import { broughtAlong } from "../clipboard/pictures.ts";
import { toBoard, type Point } from "../geometry/geometry.ts";
import { prepared } from "../input/converting.ts";
import { excalidrawIn, type Drawing } from "./excalidraw.ts";

/** No drawing is larger; pictures are files. */
const MOST_BYTES = 64 * 2 ** 20;

/** The drawing in a file; null where it is none that is known. */
export async function drawingIn(file: File): Promise<Drawing | null> {
  const mayBe = /\.(excalidraw|json)$/i.test(file.name) || file.type === "application/json";
  return mayBe && file.size <= MOST_BYTES ? excalidrawIn(await file.text().catch(() => "")) : null;
}

/** Puts a drawing around a place, given in pixels of the view; what cannot be had of it is named. */
export async function addDrawing(desk: Desk, drawing: Drawing, at: Point, name: string): Promise<void> {
  const pictureOf = async (asset: string): Promise<Blob | null> => {
    const blob = drawing.pictures.get(asset);
    return blob === undefined ? null : prepared(new File([blob], "picture", { type: blob.type }));
  };
  const layer = desk.activeLayer.value?.id ?? "base";
  const { elements, left } = await broughtAlong(desk, drawing.elements, pictureOf);
  putAround(
    desk,
    elements.map((element) => ({ ...element, layer })),
    name,
    toBoard(desk.camera.value, at),
  );
  const kinds = [...drawing.left].map(([kind, count]) => `${kind} (${count})`);
  if (left > 0) kinds.push(`image (${left})`);
  if (kinds.length > 0) desk.aids.tell(t("import.left", { kinds: kinds.join(", ") }), true);
  else if (elements.length === 0) desk.aids.tell(t("import.empty"), true);
}
