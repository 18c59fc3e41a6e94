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

/** What to draw with: colours of the palette follow the theme; of others those that the dark would swallow. */
export function paint(color: string): string {
  if (color === "transparent") return "none";
  return VARIABLES.get(color.toLowerCase()) ?? inBothThemes(color, inkInTheDark);
}

/** What to fill with: light fillings are dark ones in the dark, or the ink on them would not be seen. */
export function paintFill(color: string): string {
  if (color === "transparent") return "none";
  return inBothThemes(color, fillInTheDark);
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

type Channels = readonly [number, number, number];

/** The board in the dark, as `theme.css` has it. */
const DARK: Channels = [26, 29, 33];
const WHITE: Channels = [255, 255, 255];
/** The luminance from which on a line is seen in the dark: three times the contrast that it needs at least. */
const SEEN = 0.2;
const LIGHT = 0.4;
const knowsThemes = typeof CSS === "undefined" || CSS.supports("color", "light-dark(red, red)");

function inBothThemes(color: string, inTheDark: (channels: Channels) => Channels): string {
  const channels = channelsOf(color);
  if (channels === null || !knowsThemes) return color;
  const dark = inTheDark(channels);
  if (dark === channels) return color;
  // The digits of an opacity, where there are some.
  const isHex = color.startsWith("#");
  const opacity = isHex && color.length === 9 ? color.slice(7) : isHex && color.length === 5 ? color[4]!.repeat(2) : "";
  const digits = dark.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("");
  return `light-dark(${color}, #${digits}${opacity})`;
}

function inkInTheDark(channels: Channels): Channels {
  let [seen, share] = [channels, 0];
  while (luminance(seen) < SEEN) seen = mixed(channels, WHITE, (share += 0.1));
  return seen;
}

function fillInTheDark(channels: Channels): Channels {
  return luminance(channels) > LIGHT ? mixed(channels, DARK, 0.7) : channels;
}

function mixed(color: Channels, other: Channels, share: number): Channels {
  return color.map((value, at) => value + (other[at]! - value) * share) as unknown as Channels;
}

/** As WCAG has it, 0 to 1. */
function luminance(channels: Channels): number {
  const [r, g, b] = channels.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

let canvas: CanvasRenderingContext2D | null | undefined;

/** The digits of a colour that has a name; null where it has none, or nobody can tell. */
function digitsOf(name: string): string | null {
  if (canvas === undefined) {
    canvas = typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");
  }
  if (canvas === null) return null;
  canvas.fillStyle = "#010203";
  canvas.fillStyle = name;
  return canvas.fillStyle === "#010203" ? null : canvas.fillStyle;
}

function channelsOf(color: string): Channels | null {
  const hex = color.startsWith("#") ? color : (digitsOf(color) ?? "");
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])[0-9a-f]?$/i.exec(hex);
  const long = short ?? /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})(?:[0-9a-f]{2})?$/i.exec(hex);
  return long && (long.slice(1, 4).map((part) => Number.parseInt(short ? part + part : part, 16)) as unknown as Channels);
}
