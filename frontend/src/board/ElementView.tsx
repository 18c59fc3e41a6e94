/** How each kind of element is painted. */

import type { VNode } from "preact";
import { useContext } from "preact/hooks";
import type { Element, ImageElement, Style } from "../client/wire.ts";
import { STYLE_DEFAULTS } from "../client/board.ts";
import { PicturesOf } from "./assets.ts";
import { boundsOf, centre } from "./geometry.ts";
import { arrowHead, strokePath } from "./outline.ts";
import { paint } from "./palette.ts";
import { FONT_FAMILY, LINE_HEIGHT, NOTE_PADDING, textLines } from "./text_layout.ts";

const painted = new WeakMap<Element, VNode>();

/** The node of an element; the same one for the same element, so that nothing is compared twice. */
export function elementNode(element: Element): VNode {
  let node = painted.get(element);
  if (node === undefined) {
    node = <ElementView key={element.id} element={element} />;
    painted.set(element, node);
  }
  return node;
}

const DASHES = { solid: undefined, dashed: [4, 3], dotted: [0.1, 2] } as const;

function lineOf(style: Required<Style>): Record<string, string | number | undefined> {
  return {
    stroke: paint(style.color),
    "stroke-width": style.width,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    "stroke-dasharray": DASHES[style.dash]?.map((part) => part * style.width).join(" "),
  };
}

function ElementView({ element }: { readonly element: Element }): VNode {
  const style = { ...STYLE_DEFAULTS, ...element.style };
  const { x, y } = centre(boundsOf(element));
  return (
    <g
      data-id={element.id}
      data-type={element.type}
      opacity={style.opacity === 1 ? undefined : style.opacity}
      transform={element.rotation ? `rotate(${element.rotation} ${x} ${y})` : undefined}
    >
      <Shape element={element} look={style} />
    </g>
  );
}

function Shape({ element, look }: { element: Element; look: Required<Style> }): VNode {
  const fill = paint(look.fill);
  switch (element.type) {
    case "stroke": {
      const { x = 0, y = 0, scale_x = 1, scale_y = 1 } = element;
      const scale = scale_x === 1 && scale_y === 1 ? "" : ` scale(${scale_x} ${scale_y})`;
      const transform = `translate(${x} ${y})${scale}`;
      const path = strokePath(element);
      if (element.brush !== "highlighter") {
        return <path d={path} transform={transform} fill={paint(look.color)} />;
      }
      return <path d={path} transform={transform} fill="none" {...lineOf(look)} />;
    }
    case "line":
    case "arrow": {
      const { x1, y1, x2, y2 } = element;
      return (
        <>
          <line x1={x1} y1={y1} x2={x2} y2={y2} {...lineOf(look)} />
          {element.type === "arrow" && (
            <path d={arrowHead(element)} fill="none" {...lineOf({ ...look, dash: "solid" })} />
          )}
        </>
      );
    }
    case "rect": {
      const { x, y, w, h } = element;
      return <rect x={x} y={y} width={w} height={h} rx={3} fill={fill} {...lineOf(look)} />;
    }
    case "ellipse": {
      const { x, y, w, h } = element;
      return (
        <ellipse cx={x + w / 2} cy={y + h / 2} rx={w / 2} ry={h / 2} fill={fill} {...lineOf(look)} />
      );
    }
    case "text":
      return <Lines element={element} look={look} x={element.x} y={element.y} />;
    case "note": {
      const { x, y, w, h } = element;
      return (
        <>
          <rect class="note" x={x} y={y} width={w} height={h} rx={4} fill={fill} />
          <Lines element={element} look={look} x={x + NOTE_PADDING} y={y + NOTE_PADDING} />
        </>
      );
    }
    case "image":
      return <Picture element={element} />;
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

function Picture({ element }: { readonly element: ImageElement }): VNode {
  const { x, y, w, h, asset } = element;
  const url = useContext(PicturesOf)?.url(asset).value;
  if (url == null) return <rect x={x} y={y} width={w} height={h} rx={4} fill="var(--board-dot)" />;
  return <image href={url} x={x} y={y} width={w} height={h} preserveAspectRatio="none" />;
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
  return (
    <text font-size={look.font_size} font-family={FONT_FAMILY} fill={fill}>
      {textLines(element).map((line, n) => (
        <tspan key={n} x={x} y={y + lineHeight * n + look.font_size}>
          {line}
        </tspan>
      ))}
    </text>
  );
}
