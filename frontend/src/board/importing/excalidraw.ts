/**
 * Drawings of Excalidraw, files and clipboard: what of them our boards have, and what they do not.
 *
 * @see https://docs.excalidraw.com/docs/codebase/json-schema
 */

import type { Element } from "../../client/wire.ts";
import { DEEPEST, fieldsOf } from "../arranging/grouping.ts";
import { elementsIn } from "../clipboard/elements.ts";

export interface Drawing {
  readonly elements: readonly Element[];
  /** By the asset that their elements name until they are uploaded. */
  readonly pictures: ReadonlyMap<string, Blob>;
  /** How many of each kind are left out: Excalidraw's own names. */
  readonly left: ReadonlyMap<string, number>;
}

type Json = Readonly<Record<string, unknown>>;

/** A pen of theirs is so much thicker than one of ours of the same width. */
const PEN = 4.25 / 1.6;
/** They do not tell how fast a hand was. */
const STEP_MS = 8;
const FRAME = { color: "#868e96", width: 1 } as const;

/** Returns the drawing in a text; null where it holds none. */
export function excalidrawIn(text: string): Drawing | null {
  if (!text.trimStart().startsWith("{") || !text.includes("excalidraw")) return null;
  try {
    const { type, elements, files } = JSON.parse(text) as Json;
    if ((type !== "excalidraw" && type !== "excalidraw/clipboard") || !Array.isArray(elements)) return null;
    return drawingOf(elements as Json[], isJson(files) ? files : {});
  } catch {
    return null;
  }
}

function drawingOf(all: readonly Json[], files: Json): Drawing {
  const there = all.filter((element) => isJson(element) && element["isDeleted"] !== true);
  const pictures = new Map<string, Blob>();
  const assets = new Map<string, string>();
  for (const [n, [id, file]] of Object.entries(files).entries()) {
    const blob = isJson(file) ? blobOf(file["dataURL"]) : null;
    if (blob === null) continue;
    // Takes the place of a hash until it is uploaded.
    const asset = n.toString(16).padStart(64, "0");
    assets.set(id, asset);
    pictures.set(asset, blob);
  }
  const left = new Map<string, number>();
  const elements: Element[] = [];
  for (const [n, element] of there.entries()) {
    const made = elementsIn(converted(element, assets).map((own) => ({ ...own, ...common(element, n, own["style"]) })));
    elements.push(...made);
    const type = String(element["type"]);
    if (made.length === 0 && type !== "selection") left.set(type, (left.get(type) ?? 0) + 1);
  }
  return { elements, pictures, left };
}

/** What all of theirs have: places, angles, looks, their groups, or their frame. */
function common(element: Json, n: number, style: unknown): Json {
  // From the inside out.
  const theirs = Array.isArray(element["groupIds"]) ? [...(element["groupIds"] as unknown[])].reverse() : [];
  const holds = isFrame(element) || hasText(element);
  const other = element["frameId"] ?? element["containerId"] ?? (holds ? element["id"] : null);
  const groups = (theirs.length > 0 ? theirs : other == null ? [] : [other]).slice(0, DEEPEST).map((id) => identifier(String(id)));
  const dash = element["strokeStyle"];
  return {
    z: `a${n.toString(36).padStart(6, "0")}`,
    rotation: (number(element["angle"]) * 180) / Math.PI,
    ...(groups.length > 0 && fieldsOf(groups)),
    style: {
      color: element["strokeColor"],
      width: number(element["strokeWidth"], 2),
      opacity: number(element["opacity"], 100) / 100,
      dash: dash === "dashed" || dash === "dotted" ? dash : "solid",
      ...(isJson(style) && style),
    },
  };
}

/** Whether a text is written in it, which goes where it goes. */
function hasText(element: Json): boolean {
  const bound = element["boundElements"];
  return Array.isArray(bound) && bound.some((one) => isJson(one) && one["type"] === "text");
}

function isFrame(element: Json): boolean {
  return element["type"] === "frame" || element["type"] === "magicframe";
}

function converted(element: Json, assets: ReadonlyMap<string, string>): Json[] {
  const [x, y, w, h] = ["x", "y", "width", "height"].map((name) => number(element[name])) as [number, number, number, number];
  const box = { x, y, w: Math.abs(w), h: Math.abs(h) };
  const fill = { fill: element["backgroundColor"] ?? "transparent" };
  switch (element["type"]) {
    case "rectangle":
      return [{ type: "rect", ...box, style: fill }];
    case "ellipse":
      return [{ type: "ellipse", ...box, style: fill }];
    case "diamond":
      return [{ type: "polygon", x, y, points: [w / 2, 0, w, h / 2, w / 2, h, 0, h / 2], style: fill }];
    case "freedraw":
      return strokeOf(element, x, y);
    case "line":
    case "arrow":
      return lineOf(element, x, y, fill);
    case "text":
      return textOf(element, x, y, w);
    case "image":
      return imageOf(element, box, assets);
    case "frame":
    case "magicframe":
      return [
        { type: "rect", ...box, style: FRAME },
        ...(typeof element["name"] === "string" && element["name"] !== ""
          ? [{ type: "text", x, y: y - 24, text: element["name"], style: { color: FRAME.color, font_size: 16 } }]
          : []),
      ];
    default:
      return [];
  }
}

function strokeOf(element: Json, x: number, y: number): Json[] {
  const points = pairs(element["points"]);
  const pressures = Array.isArray(element["pressures"]) && element["simulatePressure"] !== true ? (element["pressures"] as unknown[]) : [];
  const flat = points.flatMap(([px, py], n) => {
    const pressure = pressures[n] === undefined ? 0.5 : Math.min(1, Math.max(0, number(pressures[n], 0.5)));
    return [px, py, pressure, n === 0 ? 0 : STEP_MS];
  });
  return [{ type: "stroke", x, y, points: flat, style: { width: number(element["strokeWidth"], 1) * PEN } }];
}

/** Lines of more than two points are open or closed polygons; their arrow's head is an arrow of its own. */
function lineOf(element: Json, x: number, y: number, fill: Json): Json[] {
  const points = pairs(element["points"]).map(([px, py]) => [x + px, y + py] as const);
  const hasHead = element["type"] === "arrow" && (element["endArrowhead"] ?? null) !== null;
  const hasTail = element["type"] === "arrow" && (element["startArrowhead"] ?? null) !== null;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return [];
  const segment = (type: string, from: readonly [number, number], to: readonly [number, number]): Json => ({
    type,
    x1: from[0],
    y1: from[1],
    x2: to[0],
    y2: to[1],
  });
  if (points.length === 2) {
    const arrows = [...(hasHead ? [segment("arrow", first, last)] : []), ...(hasTail ? [segment("arrow", last, first)] : [])];
    return arrows.length > 0 ? arrows : [segment("line", first, last)];
  }
  const isClosed = first[0] === last[0] && first[1] === last[1];
  const corners = isClosed ? points.slice(0, -1) : points;
  const path = { type: "polygon", x: 0, y: 0, points: corners.flat(), closed: isClosed, style: isClosed ? fill : {} };
  return [
    path,
    ...(hasHead ? [segment("arrow", points.at(-2)!, last)] : []),
    ...(hasTail ? [segment("arrow", points[1]!, first)] : []),
  ];
}

const SIDES: Readonly<Record<string, string>> = { left: "start", center: "center", right: "end" };

function textOf(element: Json, x: number, y: number, w: number): Json[] {
  const align = SIDES[String(element["textAlign"])] ?? "start";
  const hasWidth = element["autoResize"] === false || align !== "start";
  const style = { font_size: number(element["fontSize"], 20), align };
  return [{ type: "text", x, y, text: element["text"], ...(hasWidth && { w: Math.max(1, w) }), style }];
}

function imageOf(element: Json, box: Json, assets: ReadonlyMap<string, string>): Json[] {
  const asset = assets.get(String(element["fileId"]));
  if (asset === undefined) return [];
  const scale = Array.isArray(element["scale"]) ? (element["scale"] as unknown[]) : [1, 1];
  const [isAcross, isDown] = [number(scale[0], 1) < 0, number(scale[1], 1) < 0];
  // Upside down is left for right, and half a turn: which is left to those who made it so.
  return [{ type: "image", ...box, asset, ...(isAcross !== isDown && { mirrored: true }) }];
}

function pairs(points: unknown): [number, number][] {
  if (!Array.isArray(points)) return [];
  return points.flatMap((point) => (Array.isArray(point) ? [[number(point[0]), number(point[1])] as [number, number]] : []));
}

function number(value: unknown, otherwise = 0): number {
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An id as ours are. */
function identifier(id: string): string {
  return id.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 64) || "group";
}

function blobOf(url: unknown): Blob | null {
  const [, type, base64] = (typeof url === "string" && /^data:([\w.+/-]+);base64,([A-Za-z0-9+/=]+)$/.exec(url)) || [];
  if (type === undefined || base64 === undefined) return null;
  return new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type });
}
