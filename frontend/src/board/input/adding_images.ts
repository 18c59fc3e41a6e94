/** Pictures that come in: picked, pasted or dropped. */

import type { Desk } from "../desk.ts";
import { withoutDefaults } from "../../client/replica/board.ts";
import { boardTypeOf } from "./board_files.ts";
import { lettersOf, prepared } from "./converting.ts";
import { ApiRefusal } from "../../client/rest/http.ts";
import { randomId } from "../../client/random_id.ts";
import { t } from "../../language/language.ts";
import { round, toBoard, type Point } from "../geometry/geometry.ts";
import { stacked, zAbove } from "../drawing/stacking.ts";

/** How much of the view a new picture takes at most. */
const SHARE = 0.6;
const CASCADE = 24;

/** Uploads each picture and puts it on the board around `at`, given in pixels of the view; drawings, too. */
export async function addImages(desk: Desk, files: Iterable<File>, at: Point): Promise<void> {
  const others: string[] = [];
  // Of several the first: its pages are chosen before another one comes.
  let takesDocument = true;
  let offset = 0;
  for (const file of files) {
    const place = { x: at.x + offset, y: at.y + offset };
    const drawings = await import("../importing/adding_drawings.ts");
    const drawing = await drawings.drawingIn(file);
    if (drawing !== null) {
      await drawings.addDrawing(desk, drawing, place, file.name);
      continue;
    }
    if (await isDocument(file)) {
      if (takesDocument) takeDocument(desk, file);
      else others.push(file.name);
      takesDocument = false;
      continue;
    }
    const picture = await prepared(file);
    if (picture === null) others.push(file.name || "?");
    else if (!desk.lesson.may("can_upload_images")) desk.lesson.show({ code: "permission_denied", message: "" });
    else if (await add(desk, picture, place)) offset += CASCADE;
  }
  if (others.length > 0) {
    desk.lesson.show({ code: "invalid", message: t("image.notAccepted", { names: others.join(", ") }) });
  }
}

/** Which of its pages are to come, and whether, is asked in the panel of pages. */
function takeDocument(desk: Desk, file: File): void {
  if (desk.lesson.may("can_add_layers")) desk.document.value = file;
  else desk.lesson.show({ code: "permission_denied", message: "" });
}

const OFFICE = /\.(docx?|pptx?|xlsx?|od[tps]|rtf)$/i;

/** Whether a file has pages: a PDF or a board by what it holds, of others the name alone says it. */
async function isDocument(file: File): Promise<boolean> {
  if (OFFICE.test(file.name) || (await boardTypeOf(file)) !== null) return true;
  return (await lettersOf(file, 1024)).includes("%PDF-");
}

async function add(desk: Desk, picture: Blob, at: Point): Promise<boolean> {
  desk.uploading.value += 1;
  try {
    place(desk, await desk.lesson.api().uploadImage(desk.lesson.sessionId, picture), at);
    return true;
  } catch (error) {
    if (error instanceof ApiRefusal) desk.lesson.show(error.error);
    else desk.lesson.show({ code: "unavailable", message: "the server was not reached" });
    return false;
  } finally {
    desk.uploading.value -= 1;
  }
}

function place(
  desk: Desk,
  { asset, width, height }: { asset: string; width: number; height: number },
  at: Point,
): void {
  const { camera } = desk;
  const viewSize = desk.viewSize.peek();
  const { zoom } = camera.value;
  const scale = Math.min(
    1,
    (viewSize.width * SHARE) / zoom / width,
    (viewSize.height * SHARE) / zoom / height,
  );
  const [w, h] = [round(width * scale), round(height * scale)];
  const middle = toBoard(camera.value, at);
  const layer = desk.activeLayer.value?.id ?? "base";
  const id = randomId();
  const z = zAbove(stacked(desk.client.board).get(layer) ?? []);
  const [x, y] = [round(middle.x - w / 2), round(middle.y - h / 2)];
  const element = { id, layer, z, type: "image" as const, x, y, w, h, asset };
  desk.edit([{ op: "put", element: withoutDefaults(element) }]);
  desk.chosenTool.value = "select";
  desk.selection.value = new Set([id]);
}
