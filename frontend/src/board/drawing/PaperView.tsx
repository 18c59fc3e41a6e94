/** What lies under all layers: the sheet, its background, and what is printed on the paper. */

import type { VNode } from "preact";
import { useContext } from "preact/hooks";
import type { Page } from "../../client/wire.ts";
import { PicturesOf } from "./assets.ts";
import type { Bounds } from "../geometry/geometry.ts";
import { paint } from "./palette.ts";
import { linesOf, PAPER, segmentsOf } from "./paper.ts";

const LINES_MOST = 1_500;
/** Lines that are closer on the screen are one grey. */
const CLOSEST_PIXELS = 4;

interface PaperProps {
  readonly page: Page;
  /** What is seen of the board, or more; of a sheet what lies on it is printed. */
  readonly seen: Bounds;
  readonly zoom: number;
}

export function PaperView({ page, seen, zoom }: PaperProps): VNode {
  const { size, background } = page;
  const sheet = size ? { x: 0, y: 0, w: size[0], h: size[1] } : null;
  const area = sheet === null ? seen : within(sheet, seen);
  return (
    <g class="paper">
      {sheet && <rect class="sheet" x={0} y={0} width={sheet.w} height={sheet.h} />}
      {area && <Print page={page} area={area} zoom={zoom} origin={originOf(page)} />}
      {background && <Background background={background} />}
    </g>
  );
}

/** Where axes cross: the middle of a sheet, on a line of its grid. */
function originOf({ size, paper }: Page): { x: number; y: number } {
  const step = paper?.step ?? PAPER.step;
  const middle = (side: number): number => Math.round(side / 2 / step) * step;
  return size && paper?.kind === "axes" ? { x: middle(size[0]), y: middle(size[1]) } : { x: 0, y: 0 };
}

interface PrintProps {
  readonly page: Page;
  readonly area: Bounds;
  readonly zoom: number;
  readonly origin: { readonly x: number; readonly y: number };
}

function Print({ page: { paper = {} }, area, zoom, origin }: PrintProps): VNode {
  const { kind = PAPER.kind, step = PAPER.step, color } = paper;
  const stroke = color ? paint(color) : "var(--paper-line)";
  const { x, y, w, h } = area;
  return (
    <g fill="none" stroke={stroke}>
      {linesOf(paper).map((lines, n) => {
        let { gap } = lines;
        // Dots stay apart enough to be calm; of other paper the fine lines go first.
        while (kind === "dots" && gap * zoom < 14) gap *= 2;
        if (gap * zoom < CLOSEST_PIXELS) return null;
        const segments = segmentsOf({ ...lines, gap }, area, LINES_MOST);
        const isDots = kind === "dots";
        const d = segments.map(([x1, y1, x2, y2]) => `M${isDots ? Math.ceil(x1! / gap) * gap : x1} ${y1}L${x2} ${y2}`);
        return (
          <path
            key={n}
            d={d.join("")}
            stroke-width={isDots ? 2 : lines.width}
            stroke-opacity={lines.isStrong || isDots ? 1 : 0.6}
            stroke-linecap={isDots ? "round" : "butt"}
            stroke-dasharray={isDots ? `0 ${gap}` : undefined}
          />
        );
      })}
      {kind === "axes" && step > 0 && (
        <path
          class="axes"
          d={`M${x} ${origin.y}H${x + w}m-9 -5l9 5l-9 5M${origin.x} ${y + h}V${y}m-5 9l5 -9l5 9`}
          stroke-width={1.8}
        />
      )}
    </g>
  );
}

function Background({ background }: { readonly background: NonNullable<Page["background"]> }): VNode | null {
  const url = useContext(PicturesOf)!.url(background.asset).value;
  const { x = 0, y = 0, w, h } = background;
  if (!url) return null;
  return <image href={url} x={x} y={y} width={w} height={h} preserveAspectRatio="none" />;
}

function within(a: Bounds, b: Bounds): Bounds | null {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  const [right, bottom] = [Math.min(a.x + a.w, b.x + b.w), Math.min(a.y + a.h, b.y + b.h)];
  return right > x && bottom > y ? { x, y, w: right - x, h: bottom - y } : null;
}
