/** A session as events make it: the same vectors as the server's fold, `tests/vectors/session.json`. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { applyEvent, type RoomState } from "../../../src/client/replica/room_state.ts";
import type { Event, Session } from "../../../src/client/wire.ts";

interface Scenario {
  readonly name: string;
  readonly events: readonly object[];
  readonly changed: Partial<Session>;
}

const VECTORS = new URL("../../../../tests/vectors/session.json", import.meta.url);
const { session, scenarios } = JSON.parse(readFileSync(VECTORS, "utf8")) as {
  session: Session;
  scenarios: Scenario[];
};

for (const { name, events, changed } of scenarios) {
  test(`[RC-1][RC-2][RC-3] ${name}`, () => {
    const before = { session, roster: new Map() } as unknown as RoomState;
    const after = events.reduce(
      (state: RoomState, event, at) => applyEvent(state, { ch: "system", seq: at + 1, ...event } as Event),
      before,
    );
    expect(after.session).toEqual({ ...session, ...changed });
  });
}
