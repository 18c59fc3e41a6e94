import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import type { RoomClient } from "../../src/client/room_client.ts";
import type { TakeKind } from "../../src/client/rest/recording_api.ts";
import type { Unrecorded } from "../../src/recording/own_takes.ts";
import { tellUnrecorded } from "../../src/recording/telling.ts";

test("[RC-11] the room is told of each change once, and anew after a drop", () => {
  const said: object[] = [];
  const client = {
    command(_name: string, args: object) {
      said.push(args);
      return Promise.reject(new Error("gone"));
    },
  } as unknown as Pick<RoomClient, "command">;
  const troubles = signal<ReadonlyMap<TakeKind, Unrecorded>>(new Map());
  const isLive = signal(true);
  const stop = tellUnrecorded({ client, troubles, isLive });
  expect(said).toEqual([]);
  troubles.value = new Map([["video", "failed"], ["audio", "unable"]]);
  const both = { tracks: [{ kind: "audio", why: "unable" }, { kind: "video", why: "failed" }] };
  expect(said).toEqual([both]);
  troubles.value = new Map([["audio", "unable"], ["video", "failed"]]);
  expect(said).toHaveLength(1);
  isLive.value = false;
  isLive.value = true;
  expect(said).toEqual([both, both]);
  troubles.value = new Map();
  expect(said.at(-1)).toEqual({ tracks: [] });
  stop();
  troubles.value = new Map([["audio", "full"]]);
  expect(said).toHaveLength(3);
});
