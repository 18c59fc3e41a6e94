/** Tells the room what of oneself is not recorded, so that whoever leads knows it, too (RC-11). */

import { effect, type ReadonlySignal } from "@preact/signals";
import type { TakeKind } from "../client/rest/recording_api.ts";
import type { RoomClient } from "../client/room_client.ts";
import type { Unrecorded } from "./own_takes.ts";

interface TellingOptions {
  readonly client: Pick<RoomClient, "command">;
  readonly troubles: ReadonlySignal<ReadonlyMap<TakeKind, Unrecorded>>;
  /** Whether the room can be told: what it was told before is gone with the connection. */
  readonly isLive: ReadonlySignal<boolean>;
}

/** Returns what ends it. */
export function tellUnrecorded({ client, troubles, isLive }: TellingOptions): () => void {
  let told = "[]";
  return effect(() => {
    const tracks = [...troubles.value].map(([kind, why]) => ({ kind, why })).sort((a, b) => (a.kind < b.kind ? -1 : 1));
    const wanted = JSON.stringify(tracks);
    if (!isLive.value) told = "[]";
    else if (wanted !== told) {
      told = wanted;
      client.command("set_unrecorded", { tracks }).catch(() => undefined);
    }
  });
}
