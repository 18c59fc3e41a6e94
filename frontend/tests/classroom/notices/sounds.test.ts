import { beforeEach, expect, test, vi } from "vitest";

const started: number[] = [];
class Silent {
  readonly currentTime = 0;
  readonly destination = {};
  createOscillator(): object {
    const frequency = { value: 0 };
    return { frequency, connect: (next: object) => next, start: () => started.push(frequency.value), stop: () => undefined };
  }
  createGain(): object {
    const gain = { setValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined };
    return { gain, connect: (next: object) => next };
  }
}
const stored = new Map<string, string>();
vi.stubGlobal("document", { baseURI: "http://lessons.test/", querySelector: () => null });
vi.stubGlobal("AudioContext", Silent);
vi.stubGlobal("localStorage", {
  getItem: (key: string) => stored.get(key) ?? null,
  setItem: (key: string, value: string) => stored.set(key, value),
  removeItem: (key: string) => stored.delete(key),
});

beforeEach(() => {
  started.length = 0;
  vi.resetModules();
});

const sounds = () => import("../../../src/classroom/notices/sounds.ts");

test("nothing is heard until one asks for it; a knock is another sound than news", async () => {
  const { chime, chooseSounds } = await sounds();
  chime("note");
  expect(started).toEqual([]);
  chooseSounds(true);
  const ofNews = [...started];
  expect(ofNews.length).toBeGreaterThan(0);
  started.length = 0;
  chime("knock");
  expect(started).not.toEqual(ofNews);
});

test("what was chosen is kept on the device, and can be taken back", async () => {
  const { hasSounds, chooseSounds, chime } = await sounds();
  expect(hasSounds.value).toBe(true);
  chooseSounds(false);
  chime("knock");
  expect(started).toEqual([]);
  vi.resetModules();
  expect((await sounds()).hasSounds.value).toBe(false);
});

test("of what there are sounds for each can be silent by itself, and stays so", async () => {
  const { chime, chooseSound, chooseSounds } = await sounds();
  chooseSounds(true);
  chooseSound("people", false);
  started.length = 0;
  chime("note", "people");
  expect(started).toEqual([]);
  chime("note", "message");
  chime("knock", "knock");
  chime("knock");
  expect(started.length).toBeGreaterThan(3);
  vi.resetModules();
  const again = await sounds();
  expect([...again.silent.value]).toEqual(["people"]);
  started.length = 0;
  again.chooseSound("people", true);
  expect(started.length).toBeGreaterThan(0);
});

test("what another version of the page has kept is passed over", async () => {
  stored.set("lessonroom.sounds.silent", "knock constructor  hand");
  expect([...(await sounds()).silent.value]).toEqual(["knock", "hand"]);
});
