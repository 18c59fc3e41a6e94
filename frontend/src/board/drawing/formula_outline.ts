/**
 * What a formula looks like: closed lines of whole numbers that the server made of its TeX (BD-21), as
 * a path of SVG. Exports draw the same (`lessonroom/board/drawing/formula_outline.py`).
 */

export interface FormulaOutline {
  /** Of the box that it fills, in its own units. */
  readonly w: number;
  readonly h: number;
  readonly path: string;
}

export interface Contours {
  readonly w: number;
  readonly h: number;
  readonly contours: readonly (readonly number[])[];
}

/** No outline has more; nor one that what its formula says of itself cannot come to. */
const OUTLINE_BYTES = 65_536;

export function allowedBytes(tex: string): number {
  return Math.min(OUTLINE_BYTES, 6_000 + 1_000 * [...tex].length);
}

/** The outline that an asset holds; null where it holds none. */
export function outlineIn(content: string): FormulaOutline | null {
  if (content.length > OUTLINE_BYTES) return null;
  try {
    return outlineOf(JSON.parse(content) as Contours);
  } catch {
    return null;
  }
}

/** Contours as a path; throws where they are none. */
export function outlineOf({ w, h, contours }: Contours): FormulaOutline {
  if (!isWhole(w) || !isWhole(h) || w < 1 || h < 1) throw new TypeError("no box");
  return { w, h, path: contours.map(pathOf).join("") };
}

function pathOf(contour: readonly number[]): string {
  if (contour.length % 4 !== 2 || !contour.every(isWhole)) throw new TypeError("no contour");
  let path = `M${contour[0]} ${contour[1]}`;
  for (let at = 2; at < contour.length; at += 4) {
    const [x1, y1, x, y] = contour.slice(at, at + 4);
    path += x1 === x && y1 === y ? `L${x} ${y}` : `Q${x1} ${y1} ${x} ${y}`;
  }
  return `${path}Z`;
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= 1_000_000;
}
