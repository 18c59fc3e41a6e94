import { expect, test } from "vitest";
import { actOf } from "../../../src/board/input/combinations.ts";

const press = (key: string, code: string, ...held: ("ctrlKey" | "metaKey" | "altKey" | "shiftKey")[]): KeyboardEvent =>
  ({
    key,
    code,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    ...Object.fromEntries(held.map((one) => [one, true])),
  }) as unknown as KeyboardEvent;

test.each<[string, KeyboardEvent, string | undefined]>([
  ["Ctrl+D", press("d", "KeyD", "ctrlKey"), "duplicate"],
  ["the same on a Mac", press("d", "KeyD", "metaKey"), "duplicate"],
  ["with Caps Lock on", press("D", "KeyD", "ctrlKey"), "duplicate"],
  ["on a Ukrainian keyboard", press("в", "KeyD", "ctrlKey"), "duplicate"],
  ["Ctrl+Shift+G", press("G", "KeyG", "ctrlKey", "shiftKey"), "ungroup"],
  ["Ctrl+G on a French keyboard", press("g", "KeyG", "ctrlKey"), "group"],
  ["Ctrl+Shift+L", press("L", "KeyL", "ctrlKey", "shiftKey"), "lock"],
  ["Shift+X", press("X", "KeyX", "shiftKey"), "flipAcross"],
  ["Shift+Y of a German keyboard", press("Y", "KeyZ", "shiftKey"), "flipDown"],
  ["Shift+H, which raises a hand", press("H", "KeyH", "shiftKey"), undefined],
  ["h, which is the hand", press("h", "KeyH"), undefined],
  ["]", press("]", "BracketRight"), "toFront"],
  ["] of a German keyboard", press("]", "Digit9", "ctrlKey", "altKey"), undefined],
  [".", press(".", "Period"), "turnRight"],
  ["Alt+. of a Mac", press("≥", "Period", "altKey"), "turnRight"],
  ["an arrow", press("ArrowUp", "ArrowUp"), "push"],
  ["Shift and an arrow", press("ArrowUp", "ArrowUp", "shiftKey"), "push"],
  ["Alt and an arrow", press("ArrowUp", "ArrowUp", "altKey"), "size"],
  ["Alt, Shift and an arrow", press("ArrowUp", "ArrowUp", "altKey", "shiftKey"), "size"],
  ["Ctrl, Shift and an arrow", press("ArrowUp", "ArrowUp", "ctrlKey", "shiftKey"), "alignTop"],
  ["Ctrl and an arrow", press("ArrowUp", "ArrowUp", "ctrlKey"), undefined],
  ["Shift+F10", press("F10", "F10", "shiftKey"), "menu"],
  ["the menu key", press("ContextMenu", "ContextMenu"), "menu"],
  ["Ctrl+C, which is the browser's", press("c", "KeyC", "ctrlKey"), undefined],
])("%s", (_, event, act) => {
  expect(actOf(event)).toBe(act);
});
