/** Following somebody: seeing the part of the board that they see (BD-14). */

import { batch, effect, signal, untracked } from "@preact/signals";
import type { Desk } from "../../board/desk.ts";
import { showing } from "../../board/geometry/fitting.ts";
import type { Bounds, Camera } from "../../board/geometry/geometry.ts";
import type { Lesson } from "../../lesson/lesson.ts";

export class Following {
  /** Whom: ends when the person moves the board themself. */
  readonly userId = signal<number | null>(null);

  readonly #desk: Desk;
  /** What each was last heard to see; kept, so that following begins at once. */
  readonly #views = new Map<number, Bounds>();
  readonly #stops: (() => void)[];
  #shown: Camera | null = null;
  #isHeld = false;

  constructor(lesson: Lesson, desk: Desk) {
    this.#desk = desk;
    this.#stops = [
      lesson.client.on("views", (views) => {
        for (const [userId, x, y, w, h] of views) if (w > 0 && h > 0) this.#views.set(userId, { x, y, w, h });
        this.#follow();
      }),
      effect(() => {
        if (lesson.leader.value?.user_id !== this.userId.value) this.stop();
      }),
      effect(() => {
        const camera = desk.camera.value;
        if (camera !== this.#shown) untracked(() => this.stop());
      }),
      effect(() => {
        // A page may be heard of before it is there.
        void desk.others.whereabouts.value;
        void desk.pages.value;
        untracked(() => this.#follow());
      }),
      effect(() => {
        // While a pen is down the board stays where it is under it. When the window has another size
        // the same part of the board lies elsewhere in it.
        this.#isHeld = desk.isBusy.value;
        void desk.viewSize.value;
        untracked(() => this.#follow());
      }),
    ];
  }

  start(userId: number): void {
    this.userId.value = userId;
    this.#follow();
  }

  stop(): void {
    this.userId.value = null;
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }

  #follow(): void {
    const view = this.#views.get(this.userId.value ?? 0);
    const { width, height } = this.#desk.viewSize.peek();
    if (view === undefined || this.#isHeld || width === 0) return;
    const page = this.#desk.others.whereabouts.peek().get(this.userId.value ?? 0);
    const shown = showing(view, width, height);
    this.#shown = shown;
    batch(() => {
      if (page !== undefined) this.#desk.showPage(page);
      this.#desk.camera.value = shown;
    });
  }
}
