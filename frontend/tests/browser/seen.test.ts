import { expect, test } from "vitest";
import { deviceStorage } from "../../src/browser/browser_storage.ts";
import { readUpTo, SEEN, seenUpTo } from "../../src/browser/seen.ts";

test("each seat has its own place, and the newest hundred are kept", () => {
  for (let n = 0; n < 120; n += 1) readUpTo(`lesson/${n}/e`, n);
  readUpTo("lesson/119/e", 500);
  expect(seenUpTo("lesson/119/e")).toBe(500);
  expect(seenUpTo("lesson/20/e")).toBe(20);
  expect(seenUpTo("lesson/19/e")).toBeNull();
  expect(seenUpTo("lesson/119/other")).toBeNull();
});

test("what is no list of places is none", () => {
  for (const odd of ["", "{}", "[1]", '[["a"]]', '[["a","b"]]', "null"]) {
    deviceStorage.setItem(SEEN, odd);
    expect(seenUpTo("a")).toBeNull();
  }
});
