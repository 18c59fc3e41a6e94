/** How a table is painted: its ground, its lines, and the texts of its cells. */

import type { ComponentChildren, VNode } from "preact";
import { STYLE_DEFAULTS } from "../../client/replica/board.ts";
import type { Table, TextElement } from "../../client/wire.ts";
import { paint, paintFill } from "../drawing/palette.ts";
import { tableLayout } from "../drawing/table_layout.ts";

interface TableViewProps {
  readonly element: Table;
  readonly lines: (text: TextElement) => ComponentChildren;
}

export function TableView({ element, lines }: TableViewProps): VNode {
  const { xs, ys, texts } = tableLayout(element);
  const style = { ...STYLE_DEFAULTS, ...element.style };
  const [left, right, top, bottom] = [xs[0]!, xs.at(-1)!, ys[0]!, ys.at(-1)!];
  const upright = xs.map((x) => `M${x} ${top}V${bottom}`);
  const level = ys.map((y) => `M${left} ${y}H${right}`);
  return (
    <>
      <rect x={left} y={top} width={right - left} height={bottom - top} fill={paintFill(style.fill)} />
      <path d={[...upright, ...level].join("")} fill="none" stroke={paint(style.color)} stroke-width={style.width} stroke-linecap="round" />
      {texts.map(lines)}
    </>
  );
}
