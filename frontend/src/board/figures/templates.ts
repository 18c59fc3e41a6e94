/** What the buttons beside a formula write: TeX with a place for what comes next. */

export interface Template {
  /** What the button shows. */
  readonly shown: string;
  /** TeX; `□` is a place to fill in: the first one is selected, or takes what was selected. */
  readonly tex: string;
  /** The key of its name. */
  readonly name: TemplateName;
}

const STRUCTURES = {
  fraction: ["a⁄b", "\\frac{□}{□}"],
  root: ["√", "\\sqrt{□}"],
  nthRoot: ["ⁿ√", "\\sqrt[□]{□}"],
  power: ["xⁿ", "^{□}"],
  index: ["xₙ", "_{□}"],
  sum: ["∑", "\\sum_{□}^{□}"],
  integral: ["∫", "\\int_{□}^{□}□\\,dx"],
  limit: ["lim", "\\lim_{x\\to □}"],
  brackets: ["( )", "\\left(□\\right)"],
  absolute: ["|x|", "\\left|□\\right|"],
  vector: ["a⃗", "\\vec{□}"],
  matrix: ["[⋯]", "\\begin{pmatrix}□&□\\\\□&□\\end{pmatrix}"],
  cases: ["{", "\\begin{cases}□\\\\□\\end{cases}"],
  words: ["abc", "\\text{□}"],
} as const;
export type TemplateName = keyof typeof STRUCTURES;

export const TEMPLATES: readonly Template[] = (Object.keys(STRUCTURES) as TemplateName[]).map((name) => ({
  name,
  shown: STRUCTURES[name][0],
  tex: STRUCTURES[name][1],
}));

/** Single symbols: what is shown, and its TeX. A screen reader reads the TeX. */
export const SYMBOLS: readonly (readonly [string, string])[] = [
  ["α", "\\alpha"],
  ["β", "\\beta"],
  ["γ", "\\gamma"],
  ["δ", "\\delta"],
  ["ε", "\\varepsilon"],
  ["θ", "\\theta"],
  ["λ", "\\lambda"],
  ["μ", "\\mu"],
  ["π", "\\pi"],
  ["ρ", "\\rho"],
  ["σ", "\\sigma"],
  ["φ", "\\varphi"],
  ["ω", "\\omega"],
  ["Δ", "\\Delta"],
  ["Ω", "\\Omega"],
  ["±", "\\pm"],
  ["·", "\\cdot"],
  ["×", "\\times"],
  ["÷", "\\div"],
  ["≠", "\\ne"],
  ["≤", "\\le"],
  ["≥", "\\ge"],
  ["≈", "\\approx"],
  ["∞", "\\infty"],
  ["→", "\\to"],
  ["⇒", "\\Rightarrow"],
  ["⇔", "\\Leftrightarrow"],
  ["∈", "\\in"],
  ["∅", "\\varnothing"],
  ["∪", "\\cup"],
  ["∩", "\\cap"],
  ["∠", "\\angle"],
  ["°", "^\\circ"],
  ["∥", "\\parallel"],
  ["⊥", "\\perp"],
  ["△", "\\triangle"],
];

export interface Written {
  readonly text: string;
  /** What is then selected. */
  readonly from: number;
  readonly to: number;
}

const PLACE = "□";

/** Writes TeX in place of what is selected, which goes into its first place. */
export function written(text: string, from: number, to: number, tex: string): Written {
  const [before, chosen, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  const filled = chosen === "" || chosen === PLACE ? tex : tex.replace(PLACE, () => chosen);
  // A command's name ends where the next letter stands.
  const space = /\\[A-Za-z]+$/.test(filled) && /^[A-Za-z]/.test(after) ? " " : "";
  const place = filled.indexOf(PLACE);
  const at = before.length + (place < 0 ? filled.length + space.length : place);
  return { text: before + filled + space + after, from: at, to: at + (place < 0 ? 0 : PLACE.length) };
}

/** The next place that is to be filled in, from `at` on and then from the beginning; null where there is none. */
export function nextPlace(text: string, at: number): readonly [number, number] | null {
  const later = text.indexOf(PLACE, at);
  const place = later < 0 ? text.indexOf(PLACE) : later;
  return place < 0 ? null : [place, place + PLACE.length];
}

/** Whether there is a place left that nothing was written into. */
export function hasPlaces(text: string): boolean {
  return text.includes(PLACE);
}

/** Where a fault is: `tex[12]` is character 12, counted in code points from 0, as an offset of the text. */
export function offsetOf(field: string | null | undefined, text: string): number | null {
  const found = /^tex\[(\d+)\]$/.exec(field ?? "");
  if (found === null) return null;
  return [...text].slice(0, Number(found[1])).join("").length;
}
