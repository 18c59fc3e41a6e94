/** A polygon or a polyline, put corner by corner. */

import { effect, untracked } from "@preact/signals";
import { withoutDefaults } from "../../client/replica/board.ts";
import { t } from "../../language/language.ts";
import type { Polygon } from "../../client/wire.ts";
import type { Desk, Unfinished } from "../desk.ts";
import { tint } from "../drawing/palette.ts";
import { round, type Point } from "../geometry/geometry.ts";
import { drafting, fresh, undrafting } from "../tools/drafting.ts";
import { SLACK, type Gesture, type Modifiers, type Sample } from "../tools/gesture.ts";

export type CorneredTool = "polygon" | "polyline";

/** As many as an element has (BD-23). */
const CORNERS_MOST = 1_000;
const STEP = Math.PI / 12;

/** One click: the next corner, or the end where it is on the first or the last one. */
export function cornering(desk: Desk, tool: CorneredTool, start: Sample, modifiers: Modifiers): Gesture {
  const begun = desk.unfinished.peek();
  const making = begun instanceof Making && begun.tool === tool ? begun : new Making(desk, tool);
  making.aim(start, modifiers.shift);
  return {
    move(samples, { shift }) {
      const to = samples.at(-1);
      if (to !== undefined) making.aim(to, shift);
    },
    end: () => making.put(),
    cancel: () => making.aim(null, false),
  };
}

/** Once for each page load: whoever has made one knows. */
let isTold = false;

class Making implements Unfinished {
  readonly #common;
  readonly #stops: (() => void)[];
  #corners: Point[] = [];
  #next: Point | null = null;

  constructor(
    readonly desk: Desk,
    readonly tool: CorneredTool,
  ) {
    const color = desk.color.peek();
    const fill = tool === "polygon" && desk.isFilled.peek() ? { fill: tint(color) } : {};
    this.#common = { ...fresh(desk), style: { color, width: desk.width.peek(), ...fill } };
    const page = desk.page.peek().id;
    if (!isTold) desk.aids.tell(t("polygon.hint"), true);
    isTold = true;
    desk.unfinished.value = this;
    this.#stops = [
      // The line to the next corner goes with the pointer.
      effect(() => {
        const at = desk.pointer.value;
        if (at !== null && !desk.isBusy.peek()) untracked(() => this.aim(at, false));
      }),
      effect(() => {
        if (desk.page.value.id !== page) untracked(() => this.cancel());
        else if (desk.tool.value !== tool) untracked(() => this.finish());
      }),
    ];
  }

  aim(at: Point | null, isStraight: boolean): void {
    this.#next = at === null ? null : this.#placed(at, isStraight);
    this.#show();
  }

  put(): void {
    const next = this.#next;
    if (next === null) return;
    const reach = SLACK / this.desk.camera.peek().zoom;
    const isOn = (corner: Point | undefined): boolean =>
      corner !== undefined && Math.hypot(corner.x - next.x, corner.y - next.y) <= reach;
    const isEnd = isOn(this.#corners.at(-1)) || (this.#corners.length > 2 && isOn(this.#corners[0]));
    if (isEnd && this.#corners.length > 0) {
      // A first click that was a double one puts one corner.
      if (this.#corners.length > 1) this.finish(this.tool === "polyline" && this.#corners.length > 2 && isOn(this.#corners[0]));
      return;
    }
    this.#corners.push(next);
    if (this.#corners.length >= CORNERS_MOST) this.finish();
    else this.#show();
  }

  back(): void {
    this.#corners.pop();
    if (this.#corners.length === 0) this.cancel();
    else this.#show();
  }

  /** @param isLoop a polyline that was led back to its beginning. */
  finish(isLoop = false): void {
    const isEnough = this.#corners.length > 1;
    const element = isEnough ? this.#element(this.#corners, this.tool === "polygon" || isLoop) : null;
    this.cancel();
    if (element !== null && this.desk.mayUse(this.tool)) this.desk.edit([{ op: "put", element: withoutDefaults(element) }]);
  }

  cancel(): void {
    for (const stop of this.#stops) stop();
    undrafting(this.desk, this.#common.id);
    if (this.desk.unfinished.peek() === this) this.desk.unfinished.value = null;
  }

  #placed({ x, y }: Point, isStraight: boolean): Point {
    const last = this.#corners.at(-1);
    if (!isStraight || last === undefined) return { x, y };
    const angle = Math.round(Math.atan2(y - last.y, x - last.x) / STEP) * STEP;
    const length = Math.hypot(x - last.x, y - last.y);
    return { x: last.x + length * Math.cos(angle), y: last.y + length * Math.sin(angle) };
  }

  #show(): void {
    const corners = this.#next === null ? this.#corners : [...this.#corners, this.#next];
    if (corners.length > 0) drafting(this.desk, this.#element(corners.length > 1 ? corners : [corners[0]!, corners[0]!], false));
  }

  #element(corners: readonly Point[], closed: boolean): Polygon {
    const x = round(Math.min(...corners.map((corner) => corner.x)));
    const y = round(Math.min(...corners.map((corner) => corner.y)));
    const points = corners.flatMap((corner) => [round(corner.x - x), round(corner.y - y)]);
    return { ...this.#common, type: "polygon", x, y, closed, points };
  }
}
