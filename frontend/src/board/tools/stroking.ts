/** The pen: a stroke that the others see grow, and that goes on in another where one may be no longer. */

import type { Desk } from "../desk.ts";
import { withoutDefaults } from "../../client/replica/board.ts";
import type { Edit, Id, Limits, Stroke } from "../../client/wire.ts";
import { drafting, fresh, undrafting } from "./drafting.ts";
import { round, type Point } from "../geometry/geometry.ts";
import { edgeFor, hand } from "./hand.ts";
import type { Gesture, Sample } from "./gesture.ts";
import { HIGHLIGHTER_OPACITY } from "../drawing/palette.ts";
import { HIGHLIGHTER_WIDTH } from "../editing/styling.ts";

/** The others see a stroke grow this often; each time costs the envelope of a message. */
const SEND_EVERY_MS = 60;
/** A slow hand makes few points: they wait for company, but no longer than so many turns. */
const WORTH_SENDING = 4 * 4;
const TURNS = 3;
/** A pen that rests for so long at the end of its way is asked what it meant; so many pixels are rest. */
const HOLD_MS = 500;
const STILL = 3;
/** What a stroke takes besides its points. */
const FIELDS_BYTES = 1_024;

type StrokeLimits = Pick<Limits, "points_per_stroke" | "element_bytes">;

export function stroking(desk: Desk, tool: "pen" | "highlighter", from: Sample): Gesture {
  const edge = edgeFor(desk, from);
  const along = (sample: Sample): Sample => (edge === null ? sample : { ...sample, ...edge(sample) });
  const start = along(from);
  desk.beginStep();
  const lines = [new Line(desk, tool, start)];
  let line = lines[0]!;
  let last = start;
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
    if (line.unsent < WORTH_SENDING && turns < TURNS) return;
    turns = 0;
    line.send();
  }, SEND_EVERY_MS);
  // Where the pen has been, for what it may have meant.
  const way: Point[] = [start];
  let rest: Point = start;
  let hold: ReturnType<typeof setTimeout> | undefined;
  let isDone = false;
  const snap = async (): Promise<void> => {
    const { snapped } = await hand();
    if (isDone || !desk.mayUse("eraser")) return;
    const ids = lines.map(({ id }) => id);
    line.send();
    // The stroke is a step, and the shape another: undo gives the hand's own back.
    desk.endStep();
    desk.beginStep();
    if (snapped(desk, ids, way)) finish();
  };
  const finish = (): void => {
    isDone = true;
    clearTimeout(hold);
    clearInterval(timer);
    for (const { id } of lines) undrafting(desk, id);
    desk.endStep();
  };
  return {
    move(samples, { ctrl }) {
      if (isDone) return;
      for (const sample of samples.map(along)) {
        if (Math.hypot(sample.x - rest.x, sample.y - rest.y) * desk.camera.peek().zoom > STILL) {
          rest = sample;
          clearTimeout(hold);
          if (tool === "pen" && !ctrl) hold = setTimeout(() => void snap().catch(() => undefined), HOLD_MS);
        }
        way.push({ x: sample.x, y: sample.y });
        if (Math.hypot(sample.x - last.x, sample.y - last.y) <= 0.3) continue;
        if (line.isFull(desk.client.welcome?.limits)) {
          line.send();
          line = new Line(desk, tool, last);
          lines.push(line);
        }
        line.add(sample);
        last = sample;
      }
      line.show();
    },
    end() {
      if (isDone) return;
      line.send();
      finish();
    },
    cancel() {
      if (isDone) return;
      desk.edit([{ op: "remove", ids: lines.map(({ id }) => id) }]);
      finish();
    },
  };
}

/** One stroke of what the pen draws from down to up: nearly always all of it. */
class Line {
  readonly id: Id;
  readonly #desk: Desk;
  readonly #stroke: Stroke;
  readonly #points: number[] = [];
  #last: Sample;
  #sent: number;
  #bytes = FIELDS_BYTES;

  constructor(desk: Desk, tool: "pen" | "highlighter", start: Sample) {
    this.#desk = desk;
    this.#last = start;
    const [x, y] = [round(start.x), round(start.y)];
    this.#push(start, { x, y });
    const isWide = tool === "highlighter";
    const width = desk.width.value * (isWide ? HIGHLIGHTER_WIDTH : 1);
    this.#stroke = {
      ...fresh(desk),
      type: "stroke",
      x,
      y,
      style: { color: desk.color.value, width, ...(isWide && { opacity: HIGHLIGHTER_OPACITY }) },
      ...(isWide && { brush: "highlighter" }),
      points: this.#points.slice(),
    };
    this.id = this.#stroke.id;
    this.#sent = this.#points.length;
    desk.edit([{ op: "put", element: withoutDefaults(this.#stroke) }]);
    this.show();
  }

  /** How many numbers the others do not have yet. */
  get unsent(): number {
    return this.#points.length - this.#sent;
  }

  /** Whether the desk would refuse another point. */
  isFull(limits: StrokeLimits | undefined): boolean {
    if (limits === undefined) return false;
    return this.#points.length / 4 >= limits.points_per_stroke || this.#bytes > limits.element_bytes;
  }

  add(sample: Sample): void {
    this.#push(sample, { x: this.#stroke.x ?? 0, y: this.#stroke.y ?? 0 });
  }

  send(): void {
    if (this.unsent === 0) return;
    const ops: Edit[] = [{ op: "append", id: this.id, points: this.#points.slice(this.#sent) }];
    this.#sent = this.#points.length;
    this.#desk.edit(ops);
  }

  show(): void {
    drafting(this.#desk, { ...this.#stroke, points: this.#points });
  }

  #push(sample: Sample, origin: { readonly x: number; readonly y: number }): void {
    const point = [
      round(sample.x - origin.x),
      round(sample.y - origin.y),
      Math.round(sample.pressure * 100) / 100,
      Math.max(0, Math.round(sample.at - this.#last.at)),
    ];
    this.#points.push(...point);
    this.#bytes += point.join().length + 1;
    this.#last = sample;
  }
}
