/** Waiting until the room has on its disk what one has drawn. */

import type { RoomClient } from "../../client/room_client.ts";

const LONGEST_MS = 10_000;

/** Resolves once nothing waits to be saved; rejects where that takes too long: there is no network. */
export function allSaved(client: RoomClient): Promise<void> {
  return new Promise((resolve, reject) => {
    let stop = (): void => undefined;
    const timer = setTimeout(() => {
      stop();
      reject(new Error("it is not saved yet"));
    }, LONGEST_MS);
    const look = (): void => {
      if (client.status.unsaved > 0) return;
      stop();
      clearTimeout(timer);
      resolve();
    };
    stop = client.on("change", look);
    look();
  });
}
