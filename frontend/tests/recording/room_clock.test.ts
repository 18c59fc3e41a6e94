import { expect, test } from "vitest";
import { RoomClock } from "../../src/recording/room_clock.ts";

test("[RC-7] the answer that was asked last before the server stamped it counts, not a midpoint", () => {
  const clock = new RoomClock();
  expect(clock.isSet).toBe(false);
  // The server is 1,000,000 ms ahead; the way to it takes 30 ms, once 80, whatever the way back takes.
  clock.heard(1_000, 1_001_030);
  clock.heard(3_000, 1_003_080);
  clock.heard(5_000, 1_005_031);
  expect(clock.at(6_000)).toBe(1_006_030);
});

test("[RC-7] a drift is followed, and what was heard before an interruption holds until there is more", () => {
  const clock = new RoomClock();
  clock.heard(0, 1_000);
  expect(clock.at(3_600_000)).toBe(3_601_000);
  clock.heard(61_000, 62_050);
  expect(clock.at(61_000)).toBe(62_050);
});
