import { expect, test } from "vitest";
import { LayeredMap } from "../../../src/client/replica/layered_map.ts";
import { seeded } from "./seeded.ts";

test("a layered map holds what a map holds, in its order, and so do all those that it was made of", () => {
  const chance = seeded(11);
  const next = (most: number): number => Math.floor(chance() * most);
  let model = new Map<string, number>(Array.from({ length: 50 }, (_, n) => [`k${n}`, n]));
  let layered: ReadonlyMap<string, number> = model;
  const kept: [ReadonlyMap<string, number>, Map<string, number>][] = [];
  for (let round = 0; round < 400; round += 1) {
    kept.push([layered, model]);
    [model, layered] = [new Map(model), new LayeredMap(layered)];
    const draft = layered as LayeredMap<string, number>;
    for (let n = next(6); n >= 0; n -= 1) {
      const key = `k${next(90)}`;
      if (next(3) === 0) {
        model.delete(key);
        draft.delete(key);
      } else {
        model.set(key, round);
        draft.set(key, round);
      }
    }
    expect(layered.size).toBe(model.size);
    for (let n = 0; n < 90; n += 1) {
      expect(layered.get(`k${n}`)).toBe(model.get(`k${n}`));
      expect(layered.has(`k${n}`)).toBe(model.has(`k${n}`));
    }
  }
  for (const [map, was] of kept) {
    expect([...map]).toEqual([...was]);
    expect([...map.keys()]).toEqual([...was.keys()]);
    expect([...map.values()]).toEqual([...was.values()]);
    map.forEach((value, key) => expect(was.get(key)).toBe(value));
  }
});

test("two maps tell at once where they may differ, also those that grew apart; strangers do not", () => {
  const below = new Map(Array.from({ length: 10_000 }, (_, n) => [n, "as it was"]));
  const one = new LayeredMap(below);
  one.set(5, "changed");
  one.delete(6);
  const other = new LayeredMap(below);
  other.set(10_001, "new");
  const third = new LayeredMap(one);
  third.delete(5);
  expect([...LayeredMap.apart(below, below)!]).toEqual([]);
  expect([...LayeredMap.apart(below, one)!].sort()).toEqual([5, 6]);
  expect([...LayeredMap.apart(one, other)!].sort()).toEqual([10_001, 5, 6]);
  expect([...LayeredMap.apart(third, below)!].sort()).toEqual([5, 6]);
  expect(LayeredMap.apart(one, new LayeredMap(new Map([...below])))).toBeNull();
  for (let n = 0; n < 300; n += 1) one.set(n, "many");
  const anew = new LayeredMap(one);
  expect(LayeredMap.apart(below, anew)).toBeNull();
  expect([...anew]).toEqual([...one]);
});
