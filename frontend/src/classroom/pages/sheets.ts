/** Sheets by the names that people know them by. */

/** In board units, 96 to the inch; upright. */
const PAPERS: readonly (readonly [string, number, number])[] = [
  ["A3", 1122.5, 1587.4],
  ["A4", 793.7, 1122.5],
  ["A5", 559.4, 793.7],
  ["Letter", 816, 1056],
  ["Legal", 816, 1344],
];
const SHAPES: readonly (readonly [string, number])[] = [
  ["16:9", 16 / 9],
  ["16:10", 16 / 10],
  ["4:3", 4 / 3],
  ["1:1", 1],
];
/** What programs round differently. */
const SLACK = 2;

/** `A4`, `16:9 (1280 × 720)`, or how large it is: whole units are finer than anybody sees. */
export function sheetName([w, h]: readonly [number, number]): string {
  const [short, long] = w < h ? [w, h] : [h, w];
  const paper = PAPERS.find(([, x, y]) => Math.abs(x - short) <= SLACK && Math.abs(y - long) <= SLACK);
  if (paper !== undefined) return w > h ? `${paper[0]} ↔` : paper[0];
  const sides = `${Math.round(w)} × ${Math.round(h)}`;
  const shape = SHAPES.find(([, ratio]) => Math.abs(long / short - ratio) < 0.005);
  return shape === undefined ? sides : `${w < h ? shape[0].split(":").reverse().join(":") : shape[0]} (${sides})`;
}
