/** The board as a file of SVG that stands by itself. */

import { h, render } from "preact";
import type { Board } from "../client/board.ts";
import { PicturesOf, type Assets } from "./assets.ts";
import { elementNode } from "./ElementView.tsx";
import { boundsOf, union } from "./geometry.ts";
import { SWATCHES } from "./palette.ts";
import { stacked } from "./stacking.ts";

const MARGIN = 24;
const SVG = "http://www.w3.org/2000/svg";

/** Returns the visible layers as SVG, on white, in the colours of the light theme. */
export function svgOf(board: Board, urlOf: (asset: string) => string): string {
  const visible = board.layers.filter((layer) => layer.visible !== false);
  const layers = stacked(board);
  const elements = visible.flatMap((layer) => layers.get(layer.id) ?? []);
  const bounds = union(elements.map(boundsOf)) ?? { x: 0, y: 0, w: 100, h: 100 };
  const [x, y] = [Math.floor(bounds.x - MARGIN), Math.floor(bounds.y - MARGIN)];
  const [w, height] = [Math.ceil(bounds.w + 2 * MARGIN), Math.ceil(bounds.h + 2 * MARGIN)];
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("xmlns", SVG);
  svg.setAttribute("viewBox", `${x} ${y} ${w} ${height}`);
  svg.setAttribute("width", String(w));
  svg.setAttribute("height", String(height));
  // Nodes are shared with the board on the page, so these are fresh ones of their own.
  const pictures = { url: (asset: string) => ({ value: urlOf(asset) }) };
  render(
    h(PicturesOf.Provider, { value: pictures }, [
      h("rect", { x, y, width: w, height, fill: "#ffffff" }),
      ...visible.map((layer) =>
        h("g", { key: layer.id }, (layers.get(layer.id) ?? []).map((one) => elementNode({ ...one }))),
      ),
    ]),
    svg,
  );
  const text = new XMLSerializer().serializeToString(svg);
  render(null, svg);
  return SWATCHES.reduce(
    (all, { name, hex }) => all.replaceAll(`var(--board-${name})`, hex),
    text,
  );
}

/** Saves the board as a file, its pictures inside. */
export async function downloadSvg(board: Board, assets: Assets, title: string): Promise<void> {
  const images = [...board.elements.values()].flatMap((one) => (one.type === "image" ? [one.asset] : []));
  const urls = new Map<string, string>();
  for (const asset of new Set(images)) urls.set(asset, await assets.dataUrl(asset));
  const text = svgOf(board, (asset) => urls.get(asset) ?? "");
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${title.replace(/[^\p{L}\p{N} _-]+/gu, "").trim().slice(0, 80) || "board"}.svg`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
