/** The server is newer than this page: loading the page anew brings the new one. */

import type { RoomClient } from "../client/room_client.ts";
import { outlivesReload, tabStorage } from "./browser_storage.ts";

const KEY = "lessonroom.reloaded";

/**
 * Loads the page anew where the room says that it is too old: once, until a connection has worked.
 *
 * What is not acknowledged is kept, and sent by the page that comes.
 */
export class Reloading {
  /** The page is about to go: nothing of this ending is to be told. */
  isUnderWay = false;
  readonly #reload: () => void;

  constructor(reload: () => void = () => location.reload()) {
    this.#reload = reload;
  }

  follow({ status: { connection, ending } }: Pick<RoomClient, "status">): void {
    if (connection === "live") tabStorage.removeItem(KEY);
    if (ending !== "client_too_old" || this.isUnderWay || !outlivesReload) return;
    if (tabStorage.getItem(KEY) !== null) return;
    tabStorage.setItem(KEY, "1");
    this.isUnderWay = true;
    this.#reload();
  }
}
