import { expect, test } from "vitest";
import { deviceToUse, type InUse } from "../../../src/media/devices/plugging.ts";

const ALL = ["built-in", "headset", "desk"];
const OFF: InUse = { deviceId: null, missing: null, chosen: "" };

test.each<readonly [string, Partial<InUse>, readonly string[], string | null]>([
  ["what is off stays off", { chosen: "headset" }, ALL, null],
  ["what is on and was chosen stays", { deviceId: "headset", chosen: "headset" }, ALL, null],
  ["what was chosen is used once it is there", { deviceId: "built-in", chosen: "headset" }, ALL, "headset"],
  ["what was unplugged is used again", { deviceId: "built-in", missing: "headset" }, ALL, "headset"],
  ["not before it is there", { deviceId: "built-in", missing: "headset" }, ["built-in"], null],
  ["where there was no other it goes on by itself", { missing: "headset" }, ALL, "headset"],
  ["or any other", { missing: "default" }, ["desk"], "desk"],
  ["and not while there is none", { missing: "headset" }, [], null],
  ["what was chosen goes before what was unplugged", { missing: "headset", chosen: "desk" }, ALL, "desk"],
  ["of the browser's own choice there is none to come back to", { deviceId: "built-in" }, ALL, null],
])("%s", (_, changed, plugged, wanted) => {
  expect(deviceToUse({ ...OFF, ...changed }, plugged)).toBe(wanted);
});
