/** Telling the others where one points, and, as the host, what one sees. */

import { centre, type Bounds, type Point } from "../board/geometry.ts";
import type { Classroom } from "./classroom.ts";

const EVERY_MS = 50;

export class Pointing {
  readonly #room: Classroom;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Where the pointer is, or was last; null before it was on the board. */
  #at: Point | null = null;
  #isPointTold = true;
  #isViewTold = true;

  constructor(room: Classroom) {
    this.#room = room;
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  move(at: Point): void {
    this.#at = at;
    this.#isPointTold = false;
    this.#soon();
  }

  /** What one sees is other than before, or somebody came who does not know it. */
  tellView(): void {
    // Only the host is followed.
    if (this.#room.me.value?.role !== "host") return;
    this.#isViewTold = false;
    this.#soon();
  }

  #soon(): void {
    if (this.#timer !== null) return;
    this.#send();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#send();
    }, EVERY_MS);
  }

  #send(): void {
    if (this.#isPointTold && this.#isViewTold) return;
    const seen = this.#seen();
    const at = this.#at ?? centre(seen);
    const move = { x: Math.round(at.x), y: Math.round(at.y), tool: this.#room.tool.value };
    const { x, y, w, h } = seen;
    this.#room.client.movePointer(this.#isViewTold ? move : { ...move, view: [x, y, w, h] });
    this.#isPointTold = true;
    this.#isViewTold = true;
  }

  /** In whole board units. */
  #seen(): Bounds {
    const { x, y, zoom } = this.#room.camera.value;
    const { width, height } = this.#room.viewSize;
    return {
      x: Math.round(x),
      y: Math.round(y),
      w: Math.round(width / zoom),
      h: Math.round(height / zoom),
    };
  }
}
