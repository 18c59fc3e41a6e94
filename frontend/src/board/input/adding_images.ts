/** Pictures that come in: picked, pasted or dropped. */

import type { Desk } from "../desk.ts";
import { withoutDefaults } from "../../client/replica/board.ts";
import { ApiRefusal } from "../../client/rest/http.ts";
import { randomId } from "../../client/random_id.ts";
import { t } from "../../language/language.ts";
import { round, toBoard, type Point } from "../geometry/geometry.ts";
import { stacked, zAbove } from "../drawing/stacking.ts";

/** How much of the view a new picture takes at most. */
const SHARE = 0.6;
const CASCADE = 24;

/** Uploads each picture and puts it on the board around `at`, given in pixels of the view. */
export async function addImages(desk: Desk, files: Iterable<File>, at: Point): Promise<void> {
  const all = [...files];
  if (all.length === 0) return;
  const documents = await Promise.all(all.map(isDocument));
  const document = all.find((_, n) => documents[n]);
  if (document !== undefined) takeDocument(desk, document);
  const kinds = await Promise.all(all.map(kindOf));
  const others = all.filter((file, n) => kinds[n] === null && file !== document).map(({ name }) => name || "?");
  if (others.length > 0) {
    desk.lesson.show({ code: "invalid", message: t("image.notAccepted", { names: others.join(", ") }) });
  }
  let offset = 0;
  for (const [n, file] of all.entries()) {
    const kind = kinds[n];
    if (kind == null) continue;
    desk.uploading.value += 1;
    try {
      const picture = await desk.lesson.api().uploadImage(desk.lesson.sessionId, file.slice(0, file.size, kind));
      place(desk, picture, { x: at.x + offset, y: at.y + offset });
      offset += CASCADE;
    } catch (error) {
      if (error instanceof ApiRefusal) desk.lesson.show(error.error);
      else desk.lesson.show({ code: "unavailable", message: "the server was not reached" });
    } finally {
      desk.uploading.value -= 1;
    }
  }
}

/** Which of its pages are to come, and whether, is asked in the panel of pages. */
function takeDocument(desk: Desk, file: File): void {
  if (desk.lesson.may("can_add_layers")) desk.document.value = file;
  else desk.lesson.show({ code: "permission_denied", message: "" });
}

const OFFICE = /\.(docx?|pptx?|xlsx?|od[tps]|rtf)$/i;

/** Whether a file has pages: a PDF by what it holds, of others the name alone says it. */
async function isDocument(file: File): Promise<boolean> {
  return OFFICE.test(file.name) || (await lettersOf(file, 1024)).includes("%PDF-");
}

/** The beginning of a file, a letter for each byte; a folder cannot be read. */
async function lettersOf(file: File, length: number): Promise<string> {
  const head = await file.slice(0, length).arrayBuffer().catch(() => new ArrayBuffer(0));
  return String.fromCharCode(...new Uint8Array(head));
}

/** What a file begins with, as letters; a dot stands for any. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ["image/png", "\x89PNG"],
  ["image/jpeg", "\xff\xd8\xff"],
  ["image/webp", "RIFF....WEBP"],
  ["image/gif", "GIF8"],
];

/** Which kind of picture a file is, by what it holds: what the system calls it may be wrong. */
async function kindOf(file: File): Promise<string | null> {
  const letters = await lettersOf(file, 12);
  const fits = (signature: string): boolean =>
    [...signature].every((letter, at) => (letter === "." && at < letters.length) || letters[at] === letter);
  return SIGNATURES.find(([, signature]) => fits(signature))?.[0] ?? null;
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
