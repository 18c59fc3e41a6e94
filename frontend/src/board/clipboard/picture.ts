/** What is selected as a picture for other programs: as SVG, or drawn as PNG. */

import type { Desk } from "../desk.ts";
import { saveFile } from "../../browser/save_file.ts";
import type { Element } from "../../client/wire.ts";
import { t } from "../../language/language.ts";
import { selectedElements } from "../arranging/handles.ts";
import { inTheLight } from "../drawing/in_the_light.ts";
import { isWritten, union, type Bounds } from "../geometry/geometry.ts";
import { outerBounds } from "../geometry/turning.ts";
import { facesFor, familyOf } from "../text/face.ts";

const MARGIN = 8;
/** Pixels to a unit: for a screen of twice as many. */
const SCALE = 2;
/** No longer side than this, in pixels. */
const LARGEST = 8_192;
const SVG = "http://www.w3.org/2000/svg";

export type PictureFormat = "png" | "svg";

/** Copies it, or has it saved where a page may not: as on an address that browsers do not hold for secure. */
export async function copyPicture(desk: Desk, format: PictureFormat): Promise<void> {
  const elements = selectedElements(desk);
  if (elements.length === 0) return;
  const made = pictured(desk, elements).then(async (picture): Promise<BlobPart> => {
    return format === "svg" ? picture.svg : drawn(picture);
  });
  const type = format === "svg" ? "text/plain" : "image/png";
  try {
    const clipboard = (navigator as Partial<Navigator>).clipboard;
    if (clipboard === undefined) throw new Error("no clipboard here");
    await clipboard.write([new ClipboardItem({ [type]: made.then((part) => new Blob([part], { type })) })]);
    desk.aids.tell(t("copy.picture"), true);
  } catch {
    saveFile(new Blob([await made], { type: format === "svg" ? "image/svg+xml" : type }), `board.${format}`);
  }
}

interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** As it is painted in the light, with its pictures inside. */
async function pictured(desk: Desk, elements: readonly Element[]): Promise<Picture> {
  const bounds = union(elements.map(reachOf))!;
  const { x, y } = { x: bounds.x - MARGIN, y: bounds.y - MARGIN };
  const [width, height] = [bounds.w + 2 * MARGIN, bounds.h + 2 * MARGIN];
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", [x, y, width, height].join(" "));
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
  svg.setAttribute("font-family", familyOf());
  svg.setAttribute("font-kerning", "none");
  await bringFaces(svg, elements);
  const ids = new Set(elements.map(({ id }) => id));
  const assets = new Map(elements.flatMap((element) => (element.type === "image" ? [[element.id, element.asset] as const] : [])));
  for (const node of document.querySelectorAll<SVGGElement>(".board-world [data-id]")) {
    const id = node.dataset["id"]!;
    if (!ids.has(id)) continue;
    const copy = node.cloneNode(true) as SVGGElement;
    const asset = assets.get(id);
    for (const part of [copy, ...copy.querySelectorAll("*")]) lit(part);
    for (const image of copy.querySelectorAll("image")) {
      if (asset !== undefined) image.setAttribute("href", await dataUrl(await desk.lesson.api().image(asset)));
    }
    svg.append(copy);
  }
  return { svg: new XMLSerializer().serializeToString(svg), width, height };
}

/** A picture is a document of its own: what letters it has it must bring along. */
async function bringFaces(svg: SVGSVGElement, elements: readonly Element[]): Promise<void> {
  const names = new Set(elements.filter((element) => isWritten(element) || element.type === "graph").flatMap(facesOf));
  if (names.size === 0) return;
  const { ruleOf } = await import("../text/fetching_faces.ts");
  const style = document.createElementNS(SVG, "style");
  // Without a network others stand in their place.
  style.textContent = (await Promise.all([...names].map((name) => ruleOf(name).catch(() => "")))).join("");
  svg.append(style);
}

function facesOf(element: Element): string[] {
  const text = element.type === "table" ? Object.values(element.cells ?? {}).join("") : "text" in element ? (element.text ?? "") : "";
  return facesFor(element.type === "graph" ? undefined : element.style, text);
}

/** With the half of its pen that lies outside of it. */
function reachOf(element: Element): Bounds {
  const { x, y, w, h } = outerBounds(element);
  const reach = element.style?.width ?? 2;
  return { x: x - reach, y: y - reach, w: w + 2 * reach, h: h + 2 * reach };
}

function lit(part: globalThis.Element): void {
  for (const name of ["fill", "stroke"]) {
    const value = part.getAttribute(name);
    if (value !== null) part.setAttribute(name, inTheLight(value));
  }
}

async function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error("the picture could not be read"));
    reader.readAsDataURL(blob);
  });
}

/** On white, as everything else that leaves the board. */
async function drawn({ svg, width, height }: Picture): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const scale = Math.min(SCALE, LARGEST / Math.max(width, height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.ceil(width * scale), Math.ceil(height * scale)];
    const context = canvas.getContext("2d")!;
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob === null ? reject(new Error("too large to be drawn")) : resolve(blob)), "image/png");
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}
