/** The colours offered, and how they are shown on a light and on a dark board. */

export interface Swatch {
  readonly name: "ink" | "gray" | "red" | "orange" | "green" | "teal" | "blue" | "violet" | "pink";
  /** As it travels and is exported. */
  readonly hex: string;
}

export const SWATCHES: readonly Swatch[] = [
  { name: "ink", hex: "#1e1e1e" },
  { name: "gray", hex: "#868e96" },
  { name: "red", hex: "#e03131" },
  { name: "orange", hex: "#e8590c" },
  { name: "green", hex: "#2f9e44" },
  { name: "teal", hex: "#0c8599" },
  { name: "blue", hex: "#1971c2" },
  { name: "violet", hex: "#6741d9" },
  { name: "pink", hex: "#c2255c" },
];

export const NOTE_FILL = "#ffec99";
export const NOTE_INK = "#1e1e1e";
export const WIDTHS = [2, 4, 8, 14] as const;
export const HIGHLIGHTER_OPACITY = 0.4;

const VARIABLES = new Map(SWATCHES.map(({ name, hex }) => [hex, `var(--board-${name})`]));

/** What to paint with: colours of the palette follow the theme, all others are as they are. */
export function paint(color: string): string {
  if (color === "transparent") return "none";
  return VARIABLES.get(color.toLowerCase()) ?? color;
}

const TINTS: Readonly<Record<string, string>> = {
  "#1e1e1e": "#e9ecef",
  "#868e96": "#dee2e6",
  "#e03131": "#ffc9c9",
  "#e8590c": "#ffd8a8",
  "#2f9e44": "#b2f2bb",
  "#0c8599": "#99e9f2",
  "#1971c2": "#a5d8ff",
  "#6741d9": "#d0bfff",
  "#c2255c": "#fcc2d7",
};

/** The paper that goes with an ink of the palette. */
export function tint(color: string): string {
  return TINTS[color] ?? NOTE_FILL;
}
