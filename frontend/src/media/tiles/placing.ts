/** Where the pictures of a call lie, and how large they are: pure, and kept on this device. */

/** `beside` takes room of its own, so that nothing of the board is covered; `over` lies where it was put. */
export interface Placing {
  readonly place: "beside" | "over";
  /** Of the room that is left, from 0 (left, top) to 1 (right, bottom). */
  readonly x: number;
  readonly y: number;
  /** Of a picture, in px. */
  readonly width: number;
  readonly isHidden: boolean;
}

export const WIDTHS = [120, 160, 192, 240, 320] as const;

export const USUAL: Placing = { place: "beside", x: 1, y: 0, width: 192, isHidden: false };

/** Returns what was kept; what is nonsense is as it would be by itself. */
export function placingIn(kept: string | null): Placing {
  let found: Partial<Record<keyof Placing, unknown>> = {};
  try {
    const read = JSON.parse(kept ?? "{}") as unknown;
    if (typeof read === "object" && read !== null) found = read as typeof found;
  } catch {
    // It was cut off, or is somebody else's.
  }
  const { place, x, y, width, isHidden } = found;
  return {
    place: place === "over" ? "over" : "beside",
    x: share(x, USUAL.x),
    y: share(y, USUAL.y),
    width: WIDTHS.find((one) => one === width) ?? USUAL.width,
    isHidden: isHidden === true,
  };
}

function share(value: unknown, usual: number): number {
  return typeof value === "number" && Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : usual;
}

/** Returns the next width, larger or smaller; the last one where there is none. */
export function resized(width: number, by: 1 | -1): number {
  const at = WIDTHS.findIndex((one) => one === width);
  return WIDTHS[Math.min(WIDTHS.length - 1, Math.max(0, at + by))]!;
}

/** In px, within the stage. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const GAP = 8;

/**
 * Returns where pictures lie that are wanted somewhere: within the stage, and on no tool.
 *
 * Of the ways off the tools the shortest is taken. Where they fit nowhere they lie where they were wanted.
 */
export function settled(wanted: Rect, stage: { readonly width: number; readonly height: number }, tools: readonly Rect[]): Rect {
  const most = { left: Math.max(0, stage.width - wanted.width), top: Math.max(0, stage.height - wanted.height) };
  const within = (rect: Rect): Rect => ({
    ...rect,
    left: Math.min(most.left, Math.max(0, rect.left)),
    top: Math.min(most.top, Math.max(0, rect.top)),
  });
  const begin = within(wanted);
  const isFree = (rect: Rect): boolean => !tools.some((tool) => meets(rect, tool));
  if (isFree(begin)) return begin;
  // Free places next to tools lie at their edges, and at those of the stage.
  const lefts = [begin.left, 0, most.left, ...tools.flatMap((tool) => [tool.left - wanted.width - GAP, tool.left + tool.width + GAP])];
  const tops = [begin.top, 0, most.top, ...tools.flatMap((tool) => [tool.top - wanted.height - GAP, tool.top + tool.height + GAP])];
  const found = lefts
    .flatMap((left) => tops.map((top) => ({ ...wanted, left, top })))
    .filter((rect) => rect.left >= 0 && rect.top >= 0 && rect.left <= most.left && rect.top <= most.top && isFree(rect))
    .sort((one, other) => way(one, begin) - way(other, begin));
  return found[0] ?? begin;
}

function meets(one: Rect, other: Rect): boolean {
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}

function way(one: Rect, other: Rect): number {
  return Math.hypot(one.left - other.left, one.top - other.top);
}
