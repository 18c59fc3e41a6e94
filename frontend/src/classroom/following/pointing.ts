/** Telling the others where one points, and, as the host, what one sees. */

import { computed, effect, untracked } from "@preact/signals";
import type { Desk } from "../../board/desk.ts";
import { AWAY, WRITING } from "../../board/others.ts";
import { centre, type Bounds, type Point } from "../../board/geometry/geometry.ts";
import type { Id } from "../../client/wire.ts";
import type { Lesson } from "../../lesson/lesson.ts";

const EVERY_MS = 50;
/** Of a beam every turn is seen. */
const LASER_EVERY_MS = 30;
const LASER = "laser";
/** The tool of one who holds a laser that is not on. */
const LASER_OFF = "laser_off";
/** Who writes says so again, before the others think that they have stopped. */
const STILL_WRITING_MS = 3_000;

export class Pointing {
  readonly #lesson: Lesson;
  readonly #desk: Desk;
  readonly #stops: (() => void)[];
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Where the pointer is, or was last; null before it was on the board. */
  #at: Point | null = null;
  #writingTimer: ReturnType<typeof setInterval> | undefined;
  readonly #isBeaming;
  #toldPage: Id | null = null;
  #isPointTold = true;
  #isViewTold = true;

  constructor(lesson: Lesson, desk: Desk) {
    this.#lesson = lesson;
    this.#desk = desk;
    this.#isBeaming = computed(() => desk.isBusy.value && desk.tool.value === LASER);
    const isLive = computed(() => lesson.status.value.connection === "live");
    this.#stops = [
      effect(() => {
        if (desk.pointer.value !== null) this.#move(desk.pointer.value);
      }),
      // What one sees is other than before, or one is back, or somebody came who does not know it.
      effect(() => {
        void desk.camera.value;
        void desk.viewSize.value;
        if (isLive.value) untracked(() => this.#tellView());
      }),
      lesson.client.on("peerJoined", () => {
        this.#tellView();
        if (desk.client.board.pages.length > 1) this.#tellPage();
      }),
      // Which page one looks at is told though no pointer has moved.
      effect(() => {
        const { id } = desk.page.value;
        if (!isLive.value || id === this.#toldPage) return;
        untracked(() => {
          if (this.#toldPage !== null || desk.client.board.pages[0]?.id !== id) this.#tellPage();
        });
      }),
      // A beam begins where the pointer is, and ends there.
      effect(() => {
        void this.#isBeaming.value;
        if (untracked(() => this.#at) !== null) untracked(() => this.#tellPoint());
      }),
      effect(() => {
        const isWriting = desk.writing.current.value !== null;
        untracked(() => this.#tellWriting(isWriting));
      }),
    ];
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    if (this.#timer !== null) clearTimeout(this.#timer);
    clearInterval(this.#writingTimer);
  }

  #tellWriting(isWriting: boolean): void {
    clearInterval(this.#writingTimer);
    if (isWriting) this.#writingTimer = setInterval(() => this.#tellPoint(), STILL_WRITING_MS);
    // Nothing is told before one has pointed or written at all.
    if (isWriting || this.#at !== null) this.#tellPoint();
  }

  #tellPoint(): void {
    this.#isPointTold = false;
    this.#soon();
  }

  #tellPage(): void {
    this.#toldPage = this.#desk.page.peek().id;
    this.#isPointTold = false;
    this.#soon();
  }

  #move(at: Point): void {
    this.#at = at;
    this.#isPointTold = false;
    untracked(() => this.#soon());
  }

  #tellView(): void {
    // Only the host is followed.
    if (this.#lesson.me.peek()?.role !== "host") return;
    this.#isViewTold = false;
    this.#soon();
  }

  #soon(): void {
    if (this.#timer !== null) return;
    this.#send();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#send();
    }, this.#isBeaming.peek() ? LASER_EVERY_MS : EVERY_MS);
  }

  #send(): void {
    if (this.#isPointTold && this.#isViewTold) return;
    const seen = this.#seen();
    const text = this.#desk.writing.element;
    const at = text ?? this.#at ?? centre(seen);
    const page = this.#desk.page.peek().id;
    const chosen = this.#desk.tool.peek();
    const held = chosen === LASER && !this.#isBeaming.peek() ? LASER_OFF : chosen;
    const pointing = this.#at === null ? AWAY : held;
    const tool = text === null ? pointing : WRITING;
    const move = { x: Math.round(at.x), y: Math.round(at.y), tool, page };
    const { x, y, w, h } = seen;
    this.#desk.client.movePointer(this.#isViewTold ? move : { ...move, view: [x, y, w, h] });
    this.#isPointTold = true;
    this.#isViewTold = true;
  }

  /** In whole board units. */
  #seen(): Bounds {
    const { x, y, zoom } = this.#desk.camera.peek();
    const { width, height } = this.#desk.viewSize.peek();
    return {
      x: Math.round(x),
      y: Math.round(y),
      w: Math.round(width / zoom),
      h: Math.round(height / zoom),
    };
  }
}
