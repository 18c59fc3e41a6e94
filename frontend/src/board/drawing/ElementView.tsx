/** How each kind of element is painted. */

import type { VNode } from "preact";
import { useContext } from "preact/hooks";
import type { Element, Formula, ImageElement, Style, TextElement } from "../../client/wire.ts";
import { STYLE_DEFAULTS } from "../../client/replica/board.ts";
import { Later } from "../../ui/Later.tsx";
import { PicturesOf } from "./assets.ts";
import { allowedBytes } from "./formula_outline.ts";
import { boundsOf, centre, isWritten, lengthOf, pathLength, pathOf } from "../geometry/geometry.ts";
import { arrowHead, strokePath } from "./outline.ts";
import { paint, paintFill } from "./palette.ts";
import { ask, familyOf, letters } from "../text/face.ts";
import { isolated, LINE_HEIGHT, NOTE_PADDING, standing, textRows } from "../text/text_layout.ts";
import { dashesFor } from "./weight.ts";

const painted = new WeakMap<Element, VNode>();

/** Whether an element's node is there, and showing it costs nothing. */
export function isMade(element: Element): boolean {
  return painted.has(element);
}

/** The node of an element; the same one for the same element, so that nothing is compared twice. */
export function elementNode(element: Element): VNode {
  let node = painted.get(element);
  if (node === undefined) {
    const isLater = element.type === "stroke" || isWritten(element);
    node = isLater ? <ElementView key={element.id} element={element} /> : drawn(element);
    painted.set(element, node);
  }
  return node;
}

/** An outline is made once it is shown; and where other letters come, it is shown again with them. */
function ElementView({ element }: { readonly element: Element }): VNode {
  if (isWritten(element)) void letters.value;
  return drawn(element);
}

const framed = new WeakMap<Element, VNode>();

/** Stands for an element that would take too long to paint: where it lies, and that it is there. */
export function frameNode(element: Element): VNode {
  let node = framed.get(element);
  if (node === undefined) {
    node = <FrameView key={element.id} element={element} />;
    framed.set(element, node);
  }
  return node;
}

function FrameView({ element }: { readonly element: Element }): VNode {
  const { x, y, w, h } = boundsOf(element);
  return (
    <g data-id={element.id} data-type={element.type} data-heavy="">
      <rect x={x} y={y} width={w} height={h} fill="none" stroke="var(--board-gray)" />
    </g>
  );
}

function lineOf(style: Required<Style>, length: number): Record<string, string | number | undefined> {
  return {
    stroke: paint(style.color),
    "stroke-width": style.width,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    "stroke-dasharray": dashesFor(length, style)?.join(" "),
  };
}

function drawn(element: Element): VNode {
  const style = { ...STYLE_DEFAULTS, ...element.style };
  // Of fill and line apart: the opacity of a group has the browser paint each group to a sheet of
  // its own, the size of the screen, fifty times as slow as what lies on it.
  const opacity = style.opacity === 1 ? undefined : style.opacity;
  return (
    <g
      key={element.id}
      data-id={element.id}
      data-type={element.type}
      fill-opacity={opacity}
      stroke-opacity={opacity}
      transform={element.rotation ? turned(element) : undefined}
    >
      {shapeOf(element, style)}
    </g>
  );
}

function turned(element: Element): string {
  const { x, y } = centre(boundsOf(element));
  return `rotate(${element.rotation} ${x} ${y})`;
}

function shapeOf(element: Element, look: Required<Style>): VNode {
  const fill = paintFill(look.fill);
  switch (element.type) {
    case "stroke": {
      const { x = 0, y = 0, scale_x = 1, scale_y = 1 } = element;
      const scale = scale_x === 1 && scale_y === 1 ? "" : ` scale(${scale_x} ${scale_y})`;
      const transform = `translate(${x} ${y})${scale}`;
      const path = strokePath(element);
      if (element.brush !== "highlighter") {
        return <path d={path} transform={transform} fill={paint(look.color)} />;
      }
      return <path d={path} transform={transform} fill="none" {...lineOf(look, lengthOf(element))} />;
    }
    case "line":
    case "arrow": {
      const { x1, y1, x2, y2 } = element;
      const line = lineOf(look, Math.hypot(x2 - x1, y2 - y1));
      return (
        <>
          <line x1={x1} y1={y1} x2={x2} y2={y2} {...line} />
          {element.type === "arrow" && (
            <path d={arrowHead(element)} fill="none" {...lineOf({ ...look, dash: "solid" }, 0)} />
          )}
        </>
      );
    }
    case "rect": {
      const { x, y, w, h } = element;
      return <rect x={x} y={y} width={w} height={h} rx={3} fill={fill} {...lineOf(look, 2 * (w + h))} />;
    }
    case "ellipse": {
      const { x, y, w, h } = element;
      const line = lineOf(look, 2 * (w + h));
      return <ellipse cx={x + w / 2} cy={y + h / 2} rx={w / 2} ry={h / 2} fill={fill} {...line} />;
    }
    case "polygon": {
      const path = pathOf(element);
      const corners = path.map(({ x, y }, n) => `${n === 0 ? "M" : "L"}${x} ${y}`).join("");
      const isClosed = element.closed !== false;
      return <path d={isClosed ? `${corners}Z` : corners} fill={isClosed ? fill : "none"} {...lineOf(look, pathLength(path))} />;
    }
    case "text":
      return <Lines element={element} look={look} x={element.x} y={element.y} />;
    case "note": {
      const { x, y, w, h } = boundsOf(element);
      // Its paper is light in every theme, and so its ink stays dark.
      const paper = look.fill === "transparent" ? "none" : look.fill;
      return (
        <>
          <rect class="note" x={x} y={y} width={w} height={h} rx={4} fill={paper} />
          <Lines element={element} look={look} x={x + NOTE_PADDING} y={y + NOTE_PADDING} />
        </>
      );
    }
    case "image":
      return <Picture element={element} opacity={look.opacity} />;
    case "formula":
      return <FormulaView element={element} color={look.color} />;
    case "graph":
      return <Later load={graphView} props={{ element }} />;
    case "table":
      return <Later load={tableView} props={{ element, lines: cellLines }} />;
    case "custom": {
      const { x, y, w, h, kind } = element;
      return (
        <>
          <rect x={x} y={y} width={w} height={h} fill="none" stroke="var(--board-gray)" />
          <text x={x + 8} y={y + 20} font-size={14} fill="var(--board-gray)">
            {kind}
          </text>
        </>
      );
    }
    default:
      return element satisfies never;
  }
}

function Picture({ element, opacity }: { element: ImageElement; opacity: number }): VNode {
  const { x, y, w, h, asset, mirrored } = element;
  const url = useContext(PicturesOf)?.url(asset).value;
  if (url == null) return <rect x={x} y={y} width={w} height={h} rx={4} fill="var(--board-dot)" />;
  const share = opacity === 1 ? undefined : opacity;
  return (
    <>
      {/* Paper behind what lets the board through: in the dark its black lines would not be seen. */}
      <rect x={x} y={y} width={w} height={h} opacity={share} fill="var(--board-picture)" />
      <image
        href={url}
        x={x}
        y={y}
        width={w}
        height={h}
        opacity={share}
        preserveAspectRatio="none"
        transform={mirrored ? `translate(${2 * x + w} 0) scale(-1 1)` : undefined}
      />
    </>
  );
}

const tableView = () => import("../figures/TableView.tsx").then((loaded) => loaded.TableView);

function cellLines(text: TextElement): VNode {
  return <Lines key={`${text.x} ${text.y}`} element={text} look={{ ...STYLE_DEFAULTS, ...text.style }} x={text.x} y={text.y} />;
}

const graphView = () => import("../figures/GraphView.tsx").then((loaded) => loaded.GraphView);

/** A frame stands for what is not to be had, or is more than its TeX can come to. */
function FormulaView({ element, color }: { element: Formula; color: string }): VNode {
  const { x, y, w, h, tex } = element;
  const outline = useContext(PicturesOf)?.outline(element.outline).value;
  if (outline == null) return <rect x={x} y={y} width={w} height={h} rx={4} fill="var(--board-dot)" />;
  if (outline === false || outline.path.length > allowedBytes(tex)) {
    return <rect x={x} y={y} width={w} height={h} fill="none" stroke="var(--board-gray)" />;
  }
  const scale = `${w / outline.w} ${h / outline.h}`;
  return <path d={outline.path} transform={`translate(${x} ${y}) scale(${scale})`} fill={paint(color)} />;
}

interface LinesProps {
  readonly element: Extract<Element, { type: "text" | "note" }>;
  readonly look: Required<Style>;
  readonly x: number;
  readonly y: number;
}

function Lines({ element, look, x, y }: LinesProps): VNode {
  const lineHeight = look.font_size * LINE_HEIGHT;
  // On a note's light paper the ink stays dark in every theme.
  const fill = element.type === "note" ? look.color : paint(look.color);
  ask(element.style, element.text ?? "");
  return (
    <text
      font-size={look.font_size}
      font-family={familyOf(element.style)}
      font-weight={look.bold ? 700 : undefined}
      font-style={look.italic ? "italic" : undefined}
      fill={fill}
    >
      {textRows(element).map((row, n) => {
        const at = standing(element, row);
        return (
          <tspan
            key={n}
            x={x + at.x}
            y={y + lineHeight * n + look.font_size}
            text-anchor={at.anchor === "start" ? undefined : at.anchor}
          >
            {isolated(row)}
          </tspan>
        );
      })}
    </text>
  );
}
