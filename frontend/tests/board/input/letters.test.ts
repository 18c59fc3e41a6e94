import { expect, test } from "vitest";
import { letterOf } from "../../../src/board/input/letters.ts";

test.each([
  ["German Z", "z", "KeyY", "z"],
  ["German Y", "y", "KeyZ", "y"],
  ["French Z", "z", "KeyW", "z"],
  ["French A", "a", "KeyQ", "a"],
  ["Dvorak V", "v", "Period", "v"],
  ["with caps lock", "Z", "KeyZ", "z"],
  ["Ukrainian Я", "я", "KeyZ", "z"],
  ["Greek Ζ", "ζ", "KeyZ", "z"],
  ["Hebrew ז", "ז", "KeyZ", "z"],
  ["Arabic ئ", "ئ", "KeyZ", "z"],
  ["Ukrainian Ж", "ж", "Semicolon", null],
  ["German Ö", "ö", "Semicolon", null],
  ["Turkish dotless I", "ı", "KeyI", null],
  ["French 1", "&", "Digit1", "1"],
  ["French 0", "à", "Digit0", "0"],
  ["the minus beside it", "-", "Digit6", null],
  ["Czech plus", "+", "Digit1", null],
  ["the pad's 1", "1", "Numpad1", "1"],
  ["a dead key", "Dead", "KeyA", null],
  ["Delete", "Delete", "Delete", null],
])("%s", (_, key, code, letter) => {
  expect(letterOf({ key, code, shiftKey: false })).toBe(letter);
});

test("a digit with shift is another sign, but where it is printed so", () => {
  expect(letterOf({ key: "!", code: "Digit1", shiftKey: true })).toBe(null);
  expect(letterOf({ key: "1", code: "Digit1", shiftKey: true })).toBe("1");
});
