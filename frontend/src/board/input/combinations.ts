/** Which keys arrange things: what they do comes behind the board (`arranging/keyboard.ts`). */

import { letterOf } from "./letters.ts";

export const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const ACTS = {
  ArrowLeft: "push",
  ArrowRight: "push",
  ArrowUp: "push",
  ArrowDown: "push",
  "Shift+ArrowLeft": "push",
  "Shift+ArrowRight": "push",
  "Shift+ArrowUp": "push",
  "Shift+ArrowDown": "push",
  "Alt+ArrowLeft": "size",
  "Alt+ArrowRight": "size",
  "Alt+ArrowUp": "size",
  "Alt+ArrowDown": "size",
  "Alt+Shift+ArrowLeft": "size",
  "Alt+Shift+ArrowRight": "size",
  "Alt+Shift+ArrowUp": "size",
  "Alt+Shift+ArrowDown": "size",
  "Ctrl+Shift+ArrowLeft": "alignLeft",
  "Ctrl+Shift+ArrowRight": "alignRight",
  "Ctrl+Shift+ArrowUp": "alignTop",
  "Ctrl+Shift+ArrowDown": "alignBottom",
  "Ctrl+d": "duplicate",
  "Ctrl+b": "bold",
  "Ctrl+i": "italic",
  "Ctrl+g": "group",
  "Ctrl+Shift+g": "ungroup",
  "Ctrl+Shift+l": "lock",
  "Shift+x": "flipAcross",
  "Shift+y": "flipDown",
  "Ctrl+]": "forward",
  "Ctrl+[": "backward",
  "]": "toFront",
  "[": "toBack",
  ".": "turnRight",
  ",": "turnLeft",
  "Alt+.": "turnRight",
  "Alt+,": "turnLeft",
  Enter: "enter",
  ContextMenu: "menu",
  "Shift+F10": "menu",
} as const;

export type Act = (typeof ACTS)[keyof typeof ACTS];

/** With Alt a Mac writes other signs on these. */
const SIGNS: Readonly<Record<string, string>> = { Period: ".", Comma: "," };

/** By the letter that is printed; signs are pressed with whatever their keyboard needs for them. */
export function actOf(event: KeyboardEvent): Act | undefined {
  const letter = letterOf(event);
  const name = letter ?? (event.altKey ? SIGNS[event.code] : undefined) ?? event.key;
  const shift = event.shiftKey && (letter !== null || event.key.length > 1);
  const control = event.ctrlKey || event.metaKey;
  const pressed = `${control ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${shift ? "Shift+" : ""}${name}`;
  return (ACTS as Readonly<Record<string, Act>>)[pressed];
}
