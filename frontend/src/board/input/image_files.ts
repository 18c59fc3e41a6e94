/** Pictures that may come in; what is done with them is fetched when one does. */

import type { Desk } from "../desk.ts";
import type { Point } from "../geometry/geometry.ts";

/** What may be picked: pictures, documents, of which the server may take more kinds than PDF, drawings, and boards. */
export const PICKED = ["image/*", ".heic,.svg,.excalidraw,.lessonroom", "application/pdf", ".pdf,.docx,.pptx,.xlsx,.odt,.odp,.ods,.doc,.ppt,.xls,.rtf"];
export function mayAddImages(desk: Desk): boolean {
  return desk.mayUse("pen") && desk.lesson.may("can_upload_images");
}

/** The files among what was pasted or dropped. */
export function filesIn(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])];
}

/** Uploads each picture and puts it on the board around `at`, given in pixels of the view. */
export async function addImages(desk: Desk, files: readonly File[], at: Point): Promise<void> {
  if (files.length === 0) return;
  if (!desk.mayUse("pen") || !desk.mayDrawHere()) {
    desk.lesson.show({ code: "permission_denied", message: "" });
    return;
  }
  const adding = await import("./adding_images.ts");
  await adding.addImages(desk, files, at);
}
