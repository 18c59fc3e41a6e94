/** A page of the board on a canvas, as the history shows it: by the page's own outlines, in the light. */

import { options, render, type VNode } from "preact";
import { PicturesOf } from "../../../board/drawing/assets.ts";
import { elementNode } from "../../../board/drawing/ElementView.tsx";
import { inTheLight } from "../../../board/drawing/in_the_light.ts";
import { PaperView } from "../../../board/drawing/PaperView.tsx";
import { Painter } from "../../../board/drawing/painting.ts";
import { stacked } from "../../../board/drawing/stacking.ts";
import { weightOf } from "../../../board/drawing/weight.ts";
import { visiblePart } from "../../../board/geometry/fitting.ts";
import { boundsOf, centre, isWritten, type Bounds } from "../../../board/geometry/geometry.ts";
import { isPlain, pageBoard, pageShown, type PageBoard } from "../../../board/pages.ts";
import { letters } from "../../../board/text/face.ts";
import type { Board } from "../../../client/replica/board.ts";
import type { Element, Id, ImageElement, Page } from "../../../client/wire.ts";
import type { Materials } from "./materials.ts";
import { shapesOf, type Shape } from "./shapes.ts";
import { placed, Views } from "./views.ts";

/** Units to a side: past that nothing could be told apart. */
const LARGEST = 8_000;
/** What changed last is painted again for each frame; when it is more than this, it is added to what lies below. */
const ABOVE = 64;
const PAPER = "#ffffff";
const AROUND = "#e6e9ef";

interface Known {
  readonly letters: number;
  readonly picture: ImageBitmap | null;
  readonly shape: Shape;
}

/** What lies below, as it was painted last: so many of these, seen like this. */
interface Below {
  readonly canvas: HTMLCanvasElement;
  readonly view: string;
  readonly shapes: readonly Shape[];
}

export class BoardPainter {
  readonly #materials: Materials;
  readonly #views = new Views();
  readonly #shapes = new WeakMap<Element, Known>();
  #papers: { readonly key: string; readonly page: Page; readonly shape: Shape } | null = null;
  #shown: PageBoard | undefined;
  #below: Below | null = null;

  constructor(materials: Materials) {
    this.#materials = materials;
  }

  /** Paints the page of a board into an area of a canvas. */
  async paint(context: CanvasRenderingContext2D, board: Board, pageId: Id | null, area: Bounds): Promise<void> {
    const page = pageShown(board.pages, pageId, 0);
    const shown = pageBoard(board, page, this.#shown);
    this.#shown = shown;
    const elements = visibleOf(shown);
    await this.#materials.bring(page, elements);
    const content = visiblePart(shown, LARGEST, LARGEST);
    const seen = this.#views.of(page.id, page.size ?? null, content);
    const { zoom, x, y } = placed(seen, area);
    const shapes = [this.#paperOf(page, around(seen, area, zoom), zoom)];
    const painter = new Painter(() => shown);
    for (const element of elements) {
      const isHeavy = weightOf(element).painting >= painter.heavy;
      shapes.push(this.#known(element) ?? (await this.#drawn(element, isHeavy)));
    }
    const ground = page.size == null ? PAPER : AROUND;
    const place = (on: CanvasRenderingContext2D): void => on.setTransform(zoom, 0, 0, zoom, x, y);
    this.#layers(context, shapes, { view: [ground, zoom, x, y, area.w, area.h].join(" "), ground, area, place });
  }

  /** What is as it was is copied: a page of a thousand strokes is not painted anew for one that grows. */
  #layers(
    context: CanvasRenderingContext2D,
    shapes: readonly Shape[],
    { view, ground, area, place }: { readonly view: string; readonly ground: string; readonly area: Bounds; readonly place: (on: CanvasRenderingContext2D) => void },
  ): void {
    const before = this.#below;
    const isBelow = before?.view === view && before.shapes.every((shape, n) => shapes[n] === shape);
    const done = isBelow ? before.shapes.length : 0;
    let below = before;
    if (!isBelow || below === null || shapes.length - done > ABOVE) {
      const canvas = before?.canvas ?? document.createElement("canvas");
      const { width, height } = context.canvas;
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      const on = canvas.getContext("2d", { alpha: false })!;
      if (!isBelow) {
        on.setTransform(1, 0, 0, 1, 0, 0);
        on.fillStyle = ground;
        on.fillRect(area.x, area.y, area.w, area.h);
      }
      place(on);
      // The last one may be growing.
      const till = Math.max(done, shapes.length - 1);
      for (const shape of shapes.slice(done, till)) shape(on);
      below = { canvas, view, shapes: shapes.slice(0, till) };
      this.#below = below;
    }
    const { x, y, w, h } = area;
    context.save();
    context.drawImage(below.canvas, x, y, w, h, x, y, w, h);
    context.beginPath();
    context.rect(x, y, w, h);
    context.clip();
    place(context);
    for (const shape of shapes.slice(below.shapes.length)) shape(context);
    context.restore();
  }

  #paperOf(page: Page, seen: Bounds, zoom: number): Shape {
    const picture = page.background ? this.#materials.picture(page.background.asset) : null;
    const key = [seen.x, seen.y, seen.w, seen.h, picture === null].join(" ");
    if (this.#papers?.key === key && this.#papers.page === page) return this.#papers.shape;
    const printed = isPlain(page) ? [] : this.#rendered(<PaperView page={page} seen={seen} zoom={zoom} />);
    const shape: Shape = (context) => {
      for (const each of printed) each(context);
      const { background } = page;
      if (picture !== null && background) context.drawImage(picture, background.x ?? 0, background.y ?? 0, background.w, background.h);
    };
    this.#papers = { key, page, shape };
    return shape;
  }

  #known(element: Element): Shape | undefined {
    const known = this.#shapes.get(element);
    if (known === undefined || (isWritten(element) && known.letters !== letters.peek())) return undefined;
    return known.picture === this.#pictureOf(element) ? known.shape : undefined;
  }

  #pictureOf(element: Element): ImageBitmap | null {
    return element.type === "image" ? this.#materials.picture(element.asset) : null;
  }

  async #drawn(element: Element, isHeavy: boolean): Promise<Shape> {
    const picture = this.#pictureOf(element);
    let shape: Shape;
    if (element.type === "image" && picture !== null) shape = pictured(element, picture);
    else if (isHeavy) shape = framed(boundsOf(element));
    else {
      const isLater = element.type === "graph" || element.type === "table";
      shape = oneOf(isLater ? await this.#renderedLater(element) : this.#rendered(elementNode(element)));
    }
    this.#shapes.set(element, { letters: letters.peek(), picture, shape });
    return shape;
  }

  #rendered(node: VNode): readonly Shape[] {
    const svg = this.#svgOf(node);
    const shapes = [...svg.children].flatMap(shapesOf);
    render(null, svg);
    return shapes;
  }

  /** What shows a figure is fetched once it is there: in a page that is not looked at, too, where no frame comes. */
  async #renderedLater(element: Element): Promise<readonly Shape[]> {
    await (element.type === "graph" ? import("../../../board/figures/GraphView.tsx") : import("../../../board/figures/TableView.tsx"));
    const before = options.requestAnimationFrame;
    options.requestAnimationFrame = queueMicrotask;
    try {
      const svg = this.#svgOf(elementNode(element));
      await nextTask();
      const shapes = [...svg.children].flatMap(shapesOf);
      render(null, svg);
      return shapes;
    } finally {
      if (before === undefined) delete options.requestAnimationFrame;
      else options.requestAnimationFrame = before;
    }
  }

  #svgOf(node: VNode): SVGSVGElement {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    render(<PicturesOf.Provider value={this.#materials}>{node}</PicturesOf.Provider>, svg);
    return svg;
  }
}

/** The next turn of the event loop, which comes in a page that nobody looks at as well. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

function oneOf(shapes: readonly Shape[]): Shape {
  return (context) => {
    for (const shape of shapes) shape(context);
  };
}

/** Stands for what would take too long to paint. */
function framed({ x, y, w, h }: Bounds): Shape {
  return (context) => {
    context.strokeStyle = inTheLight("var(--board-gray)");
    context.lineWidth = 1;
    context.setLineDash([]);
    context.strokeRect(x, y, w, h);
  };
}

function pictured(element: ImageElement, picture: ImageBitmap): Shape {
  const { x, y, w, h, mirrored, rotation = 0, style } = element;
  const middle = centre(boundsOf(element));
  return (context) => {
    context.save();
    context.translate(middle.x, middle.y);
    context.rotate((rotation * Math.PI) / 180);
    context.translate(-middle.x, -middle.y);
    if (mirrored) {
      context.translate(2 * x + w, 0);
      context.scale(-1, 1);
    }
    context.globalAlpha = style?.opacity ?? 1;
    context.drawImage(picture, x, y, w, h);
    context.restore();
  };
}

/** What lies on the layers that one sees, from the bottom to the top. */
function visibleOf(board: PageBoard): readonly Element[] {
  const byLayer = stacked(board);
  return board.layers.filter(({ visible }) => visible !== false).flatMap(({ id }) => byLayer.get(id) ?? []);
}

/** What is printed on paper reaches to the ends of the area. */
function around(seen: Bounds, area: Bounds, zoom: number): Bounds {
  const [w, h] = [area.w / zoom, area.h / zoom];
  return { x: seen.x + (seen.w - w) / 2, y: seen.y + (seen.h - h) / 2, w, h };
}
