/** Pictures that come in: picked, pasted or dropped. */

import type { Classroom } from "../classroom/classroom.ts";
import { withoutDefaults } from "../client/board.ts";
import { ApiRefusal } from "../client/http.ts";
import { randomId } from "../client/random_id.ts";
import { round, toBoard, type Point } from "./geometry.ts";
import { stacked, zAbove } from "./stacking.ts";

export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"];
/** How much of the view a new picture takes at most. */
const SHARE = 0.6;
const CASCADE = 24;

export function mayAddImages(room: Classroom): boolean {
  return room.mayUse("pen") && room.may("can_upload_images");
}

/** Uploads each picture and puts it on the board around `at`, given in pixels of the view. */
export async function addImages(room: Classroom, files: Iterable<File>, at: Point): Promise<void> {
  if (!mayAddImages(room) || !room.mayDrawHere()) return;
  let offset = 0;
  for (const file of files) {
    if (!IMAGE_TYPES.includes(file.type)) continue;
    room.uploading.value += 1;
    try {
      const picture = await room.api().uploadImage(room.sessionId, file);
      place(room, picture, { x: at.x + offset, y: at.y + offset });
      offset += CASCADE;
    } catch (error) {
      if (error instanceof ApiRefusal) room.show(error.error);
      else room.show({ code: "unavailable", message: "the server was not reached" });
    } finally {
      room.uploading.value -= 1;
    }
  }
}

function place(
  room: Classroom,
  { asset, width, height }: { asset: string; width: number; height: number },
  at: Point,
): void {
  const { camera, viewSize } = room;
  const { zoom } = camera.value;
  const scale = Math.min(
    1,
    (viewSize.width * SHARE) / zoom / width,
    (viewSize.height * SHARE) / zoom / height,
  );
  const [w, h] = [round(width * scale), round(height * scale)];
  const middle = toBoard(camera.value, at);
  const layer = room.activeLayer.value?.id ?? "base";
  const id = randomId();
  const z = zAbove(stacked(room.client.board).get(layer) ?? []);
  const [x, y] = [round(middle.x - w / 2), round(middle.y - h / 2)];
  const element = { id, layer, z, type: "image" as const, x, y, w, h, asset };
  room.edit([{ op: "put", element: withoutDefaults(element) }]);
  room.chosenTool.value = "select";
  room.selection.value = new Set([id]);
}

/** The pictures among what was pasted or dropped. */
export function imagesIn(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])].filter(({ type }) => IMAGE_TYPES.includes(type));
}
