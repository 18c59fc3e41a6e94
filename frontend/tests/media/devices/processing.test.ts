import { expect, test, vi } from "vitest";

vi.stubGlobal("document", { baseURI: "http://lessons.test/", querySelector: () => null });
let supported: Record<string, boolean> = {};
vi.stubGlobal("navigator", { mediaDevices: { getSupportedConstraints: () => supported } });
const { chooseProcess, offeredBy, processingIn, wantedOf } = await import("../../../src/media/devices/processing.ts");

const USUAL = { noiseSuppression: true, echoCancellation: true, autoGainControl: true, backgroundBlur: false };

test.each([
  ["nothing was kept", null, {}],
  ["it was cut off", '{"noiseSuppr', {}],
  ["it is of another kind", '["noiseSuppression"]', {}],
  ["null", "null", {}],
  ["some of it", '{"noiseSuppression":false,"echoCancellation":"no","else":1}', { noiseSuppression: false }],
])("what was kept is read: %s", (_, kept, changed) => {
  expect(processingIn(kept)).toEqual({ ...USUAL, ...changed });
});

function track(capabilities?: object): MediaStreamTrack {
  return (capabilities === undefined ? {} : { getCapabilities: () => capabilities }) as MediaStreamTrack;
}

test("a switch is there for what a device can do with and without", () => {
  supported = { noiseSuppression: true, echoCancellation: true, autoGainControl: true, backgroundBlur: true };
  const both = [true, false];
  expect(offeredBy(track({ noiseSuppression: both, echoCancellation: [false, true, "all"], autoGainControl: [false] }), "audio")).toEqual([
    "noiseSuppression",
    "echoCancellation",
  ]);
  expect(offeredBy(track({ backgroundBlur: both }), "video")).toEqual(["backgroundBlur"]);
  // Blurred by the system, or never.
  expect(offeredBy(track({ backgroundBlur: [true] }), "video")).toEqual([]);
  expect(offeredBy(track({}), "video")).toEqual([]);
});

test("a browser that says nothing of its devices is believed what it knows, but for blur", () => {
  supported = { noiseSuppression: true, echoCancellation: true };
  expect(offeredBy(track(), "audio")).toEqual(["noiseSuppression", "echoCancellation"]);
  supported = { backgroundBlur: true };
  expect(offeredBy(track(), "video")).toEqual([]);
});

test("a device is asked for with what the browser knows, as it was chosen", () => {
  supported = { noiseSuppression: true, autoGainControl: false };
  expect(wantedOf("audio")).toEqual({ noiseSuppression: true });
  chooseProcess("noiseSuppression", false);
  expect(wantedOf("audio")).toEqual({ noiseSuppression: false });
  expect(wantedOf("video")).toEqual({});
});
