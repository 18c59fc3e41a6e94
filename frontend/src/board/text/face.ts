/** The faces of letters, the same ones as in exports: they come when something is first written in them. */

import { signal } from "@preact/signals";
import type { Style } from "../../client/wire.ts";

export type Font = NonNullable<Style["font"]>;

/** Grows with each face that has come: what was measured without it is measured anew. */
export const letters = signal(0);

const GENERIC: { readonly [font in Font]: string } = {
  sans: "sans-serif",
  serif: "serif",
  mono: "monospace",
  hand: "cursive",
};
/** Greek, mathematics, arrows, shapes: what one face has for all. Loaded where it may be needed. */
const SYMBOLS = /[\u0370-\u03ff\u2070-\u2bff]/;
const PLAIN: Style = {};

/** The families that letters are taken from, as CSS names them. */
export function familyOf({ font = "sans" }: Style = PLAIN): string {
  const others = `"Lesson Symbols", system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", ${GENERIC[font]}`;
  return `"Lesson ${font[0]!.toUpperCase()}${font.slice(1)}", ${others}`;
}

/** What CSS calls `font`, for a canvas. */
export function cssFont(style: Style | undefined, size: number): string {
  const { bold = false, italic = false } = style ?? PLAIN;
  return `${italic ? "italic " : ""}${bold ? "700 " : ""}${size}px ${familyOf(style)}`;
}

/** The names of the faces that a text may need. */
export function facesFor({ font = "sans", bold = false, italic = false }: Style = PLAIN, text: string): string[] {
  const slope = `${bold ? "bold" : ""}${bold && italic ? "-" : ""}${italic ? "italic" : ""}`;
  return [`${font}-${slope || "regular"}`, ...(SYMBOLS.test(text) ? ["symbols"] : [])];
}

const asked = new Set<string>();

/** Has the face of a style come, and that of symbols where a text needs it; until then others stand for them. */
export function ask(style: Style | undefined, text: string): void {
  fetchOnce(facesFor(style, "")[0]!);
  askSymbols(text);
}

export function askSymbols(text: string): void {
  if (!asked.has("symbols") && SYMBOLS.test(text)) fetchOnce("symbols");
}

function fetchOnce(name: string): void {
  if (asked.has(name)) return;
  asked.add(name);
  import("./fetching_faces.ts")
    .then(({ fetched }) => fetched(name))
    .then(
      () => {
        letters.value += 1;
      },
      // Without a network the others stay; whoever writes next asks again.
      () => asked.delete(name),
    );
}

/** Keeps what is worked out of things with letters on them, as long as the letters are the same. */
export function keptByLetters<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  let [known, of] = [new WeakMap<Key, Value>(), -1];
  return (key) => {
    if (letters.value !== of) [known, of] = [new WeakMap(), letters.value];
    let value = known.get(key);
    if (value === undefined) {
      value = make(key);
      known.set(key, value);
    }
    return value;
  };
}
