/** What the page paints of an element, painted on a canvas: the nodes of SVG that it makes, and no others. */

import { inTheLight } from "../../../board/drawing/in_the_light.ts";

/** Paints something on a canvas whose unit is that of the board. */
export type Shape = (context: CanvasRenderingContext2D) => void;

/** Attributes that a node's children have from it. */
type Inherited = Readonly<Record<string, string>>;

const INHERITED = [
  "fill",
  "fill-opacity",
  "font-family",
  "font-size",
  "font-style",
  "font-weight",
  "stroke",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "stroke-opacity",
  "stroke-width",
  "text-anchor",
];
/** What the page's style sheets say of some nodes. */
const BY_CLASS: Readonly<Record<string, Inherited>> = {
  sheet: { fill: "#ffffff", stroke: "#d9dee7" },
  axes: { stroke: "var(--board-gray)" },
};
const ALIGN: Readonly<Record<string, CanvasTextAlign>> = { start: "left", middle: "center", end: "right" };

/** The shapes of a node and all that is in it, from the bottom to the top. */
export function shapesOf(node: Element): readonly Shape[] {
  const shapes: Shape[] = [];
  read(node, {}, new DOMMatrix(), shapes);
  return shapes;
}

function read(node: Element, from: Inherited, around: DOMMatrix, shapes: Shape[]): void {
  if (!(node instanceof SVGGraphicsElement) || node.getAttribute("display") === "none") return;
  const look = lookOf(node, from);
  const own = node.transform.baseVal.consolidate()?.matrix;
  const matrix = own === undefined ? around : around.multiply(DOMMatrix.fromMatrix(own));
  const path = pathOf(node);
  if (path !== null) shapes.push(placed(matrix, painted(path, look, Number(node.getAttribute("opacity") ?? 1))));
  else if (node instanceof SVGTSpanElement || (node instanceof SVGTextElement && node.childElementCount === 0)) {
    shapes.push(placed(matrix, written(node, look)));
  } else {
    for (const child of node.children) read(child, look, matrix, shapes);
  }
}

function lookOf(node: Element, from: Inherited): Inherited {
  const look: Record<string, string> = { ...from };
  for (const name of INHERITED) {
    const value = node.getAttribute(name);
    if (value !== null) look[name] = value;
  }
  return { ...look, ...BY_CLASS[node.getAttribute("class") ?? ""] };
}

function placed(matrix: DOMMatrix, shape: Shape): Shape {
  if (matrix.isIdentity) return shape;
  return (context) => {
    context.save();
    context.transform(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f);
    shape(context);
    context.restore();
  };
}

function pathOf(node: Element): Path2D | null {
  const number = (name: string): number => Number(node.getAttribute(name) ?? 0);
  const path = new Path2D();
  switch (node.localName) {
    case "path":
      return new Path2D(node.getAttribute("d") ?? "");
    case "line":
      path.moveTo(number("x1"), number("y1"));
      path.lineTo(number("x2"), number("y2"));
      return path;
    case "rect":
      path.roundRect(number("x"), number("y"), number("width"), number("height"), number("rx"));
      return path;
    case "ellipse":
      path.ellipse(number("cx"), number("cy"), number("rx"), number("ry"), 0, 0, 2 * Math.PI);
      return path;
    default:
      return null;
  }
}

function painted(path: Path2D, look: Inherited, opacity: number): Shape {
  const fill = paintOf(look["fill"] ?? "black");
  const stroke = paintOf(look["stroke"] ?? "none");
  const dashes = look["stroke-dasharray"]?.split(/[ ,]+/).map(Number) ?? [];
  return (context) => {
    if (fill !== null) {
      context.globalAlpha = opacity * Number(look["fill-opacity"] ?? 1);
      context.fillStyle = fill;
      context.fill(path);
    }
    if (stroke !== null) {
      context.globalAlpha = opacity * Number(look["stroke-opacity"] ?? 1);
      context.strokeStyle = stroke;
      context.lineWidth = Number(look["stroke-width"] ?? 1);
      context.lineCap = (look["stroke-linecap"] ?? "butt") as CanvasLineCap;
      context.lineJoin = (look["stroke-linejoin"] ?? "miter") as CanvasLineJoin;
      context.setLineDash(dashes);
      context.stroke(path);
    }
    context.globalAlpha = 1;
  };
}

/** A line of text: what is between its letters is as wide as it was written. */
function written(node: Element, look: Inherited): Shape {
  const fill = paintOf(look["fill"] ?? "black");
  const [x, y] = [Number(node.getAttribute("x") ?? 0), Number(node.getAttribute("y") ?? 0)];
  const words = node.textContent ?? "";
  const slope = `${look["font-style"] ?? ""} ${look["font-weight"] ?? ""}`.trim();
  const font = `${slope} ${look["font-size"] ?? "16"}px ${look["font-family"] ?? "sans-serif"}`.trim();
  return (context) => {
    if (fill === null || words === "") return;
    context.font = font;
    context.fontKerning = "none";
    context.textAlign = ALIGN[look["text-anchor"] ?? "start"] ?? "left";
    context.globalAlpha = Number(look["fill-opacity"] ?? 1);
    context.fillStyle = fill;
    context.fillText(words, x, y);
    context.globalAlpha = 1;
  };
}

function paintOf(paint: string): string | null {
  const light = inTheLight(paint);
  return light === "none" || light === "transparent" ? null : light;
}
