/**
 * Elements from elsewhere: what is pasted or opened may hold anything. Only fields that are known, and
 * of the kind that they are to be, come in; the room looks at them again.
 */

import type { Element } from "../../client/wire.ts";

type Check = (value: unknown) => boolean;

const MOST = 10_000_000;
const POINTS = 4 * 100_000;

const isNumber: Check = (value) => typeof value === "number" && Math.abs(value) <= MOST;
const isLength: Check = (value) => isNumber(value) && (value as number) >= 0;
const isText: Check = (value) => typeof value === "string";
const isName: Check = (value) => typeof value === "string" && value.length <= 32;
const isBoolean: Check = (value) => typeof value === "boolean";
const isId: Check = (value) => typeof value === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(value);
const isHash: Check = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
const isColor: Check = (value) => typeof value === "string" && /^(#[0-9a-fA-F]{3,8}|[a-z]{1,32})$/.test(value);
const isFraction: Check = (value) => isLength(value) && (value as number) <= 1;
const isObject: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string);
const numbers =
  (inGroups: number, least: number): Check =>
  (value) =>
    Array.isArray(value) &&
    value.length >= least &&
    value.length <= POINTS &&
    value.length % inGroups === 0 &&
    value.every(isNumber);
const or =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

const LINES = 100;
const isLine: Check = (value) => {
  if (!isObject(value)) return false;
  const { id, size, ...others } = value as Readonly<Record<string, unknown>>;
  return isId(id) && (id as string).length <= 32 && isLength(size) && Object.keys(others).length === 0;
};
const isLines: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.length <= LINES && value.every(isLine);
const isCells: Check = (value) =>
  isObject(value) && Object.entries(value as object).every(([key, text]) => /^[\w-]{1,32}:[\w-]{1,32}$/.test(key) && isText(text));

const CURVES = 16;
const isCurves: Check = (value) =>
  Array.isArray(value) &&
  value.length <= CURVES &&
  value.every((curve: unknown) => {
    if (!isObject(curve)) return false;
    const { expr, color, points, ...others } = curve as Readonly<Record<string, unknown>>;
    const isKnown = Object.keys(others).length === 0 && isText(expr) && (color === undefined || isColor(color));
    return isKnown && (points === undefined || (Array.isArray(points) && points.length <= POINTS && points.every(numbers(2, 2))));
  });

type Fields = Readonly<Record<string, Check>>;

const COMMON: Fields = {
  id: isId,
  layer: isId,
  group: or(isId),
  inner_groups: (value) => Array.isArray(value) && value.length < 8 && value.every(isId),
  z: (value) => typeof value === "string" && /^[A-Za-z0-9]{1,64}$/.test(value),
  rotation: isNumber,
  locked: isBoolean,
};
const STYLE: Fields = {
  color: isColor,
  fill: isColor,
  width: isLength,
  opacity: isFraction,
  dash: oneOf("solid", "dashed", "dotted"),
  font_size: isLength,
  align: oneOf("start", "center", "end"),
  font: oneOf("sans", "serif", "mono", "hand"),
  bold: isBoolean,
  italic: isBoolean,
};
const BOX: Fields = { x: isNumber, y: isNumber, w: isLength, h: isLength };
const ENDS: Fields = { x1: isNumber, y1: isNumber, x2: isNumber, y2: isNumber };
const PLACE: Fields = { x: isNumber, y: isNumber };

/** Of each kind the fields that it needs, and those that it may have. */
const KINDS: Readonly<Record<Element["type"], readonly [needs: Fields, may: Fields]>> = {
  stroke: [
    { points: numbers(4, 4) },
    { ...PLACE, scale_x: isNumber, scale_y: isNumber, brush: oneOf("pen", "highlighter") },
  ],
  line: [ENDS, {}],
  arrow: [ENDS, {}],
  rect: [BOX, {}],
  ellipse: [BOX, {}],
  polygon: [{ points: numbers(2, 4) }, { ...PLACE, closed: isBoolean }],
  text: [{ ...PLACE, text: isText }, { w: or(isLength) }],
  note: [BOX, { text: isText }],
  image: [{ ...BOX, asset: isHash }, { alt: isText, mirrored: isBoolean }],
  formula: [{ ...BOX, tex: isText, outline: isHash }, {}],
  graph: [BOX, { view: (value) => numbers(1, 4)(value) && (value as unknown[]).length === 4, curves: isCurves, x_name: isName, y_name: isName, axes: isBoolean, grid: isBoolean }],
  table: [{ ...PLACE, cols: isLines, rows: isLines }, { cells: isCells }],
  custom: [{ ...BOX, kind: isId }, { data: isObject }],
};

/** Those that are elements, with the fields of theirs that are known. */
export function elementsIn(values: readonly unknown[]): Element[] {
  return values.flatMap((value) => elementIn(value) ?? []);
}

function elementIn(value: unknown): Element | null {
  if (!isObject(value)) return null;
  const fields = new Map(Object.entries(value as object));
  const type = fields.get("type") as Element["type"];
  if (!Object.hasOwn(KINDS, type)) return null;
  const [needs, may] = KINDS[type];
  if (!Object.entries(needs).every(([name, check]) => check(fields.get(name)))) return null;
  const known = { ...COMMON, ...may };
  const element: Record<string, unknown> = { type, id: "pasted", layer: "base" };
  for (const name of Object.keys(needs)) element[name] = fields.get(name);
  for (const [name, check] of Object.entries(known)) {
    const found = fields.get(name);
    if (found !== undefined && check(found)) element[name] = found;
  }
  const style = fields.get("style");
  if (isObject(style)) {
    const kept = Object.entries(style as object).filter(([name, one]) => Object.hasOwn(STYLE, name) && STYLE[name]!(one));
    if (kept.length > 0) element["style"] = Object.fromEntries(kept);
  }
  return element as unknown as Element;
}
