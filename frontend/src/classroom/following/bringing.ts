/** Being brought to a page, and, as the host, bringing everyone to one's own (PG-4). */

import { batch, effect, signal, untracked } from "@preact/signals";
import type { Desk } from "../../board/desk.ts";
import { showing } from "../../board/geometry/fitting.ts";
import type { Bounds, Camera } from "../../board/geometry/geometry.ts";
import type { Id } from "../../client/wire.ts";
import { t } from "../../language/language.ts";
import type { Lesson } from "../../lesson/lesson.ts";
import type { Classroom } from "../classroom.ts";

interface Brought {
  readonly page: Id;
  readonly by: number;
  readonly view: Bounds | null;
  /** Where one was before: the way back. */
  readonly from: { readonly page: Id; readonly camera: Camera };
}

export class Bringing {
  /** Where one was brought to; null once one has gone elsewhere or was released. */
  readonly brought = signal<Brought | null>(null);
  /** As the host: everyone is kept on the page that one looks at. */
  readonly isBringing = signal(false);

  readonly #lesson: Lesson;
  readonly #desk: Desk;
  readonly #stops: (() => void)[];
  #wanted: Omit<Brought, "from"> | null = null;
  #told: Id | null = null;

  constructor(room: Classroom) {
    const { lesson, desk } = room;
    this.#lesson = lesson;
    this.#desk = desk;
    if (room.lastBrought?.code === "brought") this.#take(room.lastBrought.params ?? {});
    this.#stops = [
      effect(() => {
        room.word.value = this.#word();
      }),
      lesson.client.on("notification", ({ code, params }) => {
        if (code === "released") this.#released();
        if (code === "brought" && params != null) this.#take(params);
      }),
      effect(() => {
        // Not before the page is there, nor under a pen or a text that is being written.
        void desk.pages.value;
        if (!desk.isBusy.value && desk.writing.current.value === null) untracked(() => this.#go());
      }),
      effect(() => {
        const { id } = desk.page.value;
        const brought = this.brought.peek();
        if (brought !== null && brought.page !== id) this.brought.value = null;
        if (this.isBringing.value && id !== this.#told) untracked(() => void this.start());
      }),
    ];
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }

  /** Brings everyone here, and along to the pages that one turns to, until `stop`. */
  async start(): Promise<void> {
    const page = this.#desk.page.peek().id;
    this.#told = page;
    this.isBringing.value = await this.#lesson.ask("bring", { page });
  }

  async stop(): Promise<void> {
    this.#told = null;
    this.isBringing.value = false;
    await this.#lesson.ask("release", {});
  }

  /** Back to where one was. */
  back(): void {
    const from = this.brought.value?.from;
    this.brought.value = null;
    if (from === undefined) return;
    batch(() => {
      this.#desk.showPage(from.page);
      this.#desk.camera.value = from.camera;
    });
  }

  #word(): Classroom["word"]["value"] {
    if (this.brought.value !== null) {
      const { by } = this.brought.value;
      const name = this.#lesson.state.value?.roster.get(by)?.name ?? "";
      return { text: t("pages.brought", { name }), by, label: t("pages.back"), act: () => this.back() };
    }
    if (!this.isBringing.value) return null;
    return { text: t("pages.bringing"), by: null, label: t("pages.release"), act: () => void this.stop() };
  }

  #released(): void {
    this.#wanted = null;
    this.brought.value = null;
  }

  #take(params: Readonly<Record<string, unknown>>): void {
    const [x, y, w, h] = Array.isArray(params["view"]) ? (params["view"] as number[]) : [];
    const view = w && h ? { x: x!, y: y!, w, h } : null;
    this.#wanted = { page: String(params["page"]), by: Number(params["by"]), view };
    if (!this.#desk.isBusy.value && this.#desk.writing.current.value === null) this.#go();
  }

  #go(): void {
    const wanted = this.#wanted;
    const desk = this.#desk;
    if (wanted === null || !desk.client.board.pages.some(({ id }) => id === wanted.page)) return;
    this.#wanted = null;
    const from = this.brought.value?.from ?? { page: desk.page.value.id, camera: desk.camera.value };
    batch(() => {
      desk.showPage(wanted.page);
      const { width, height } = desk.viewSize.value;
      if (wanted.view !== null && width > 0) desk.camera.value = showing(wanted.view, width, height);
      this.brought.value = { ...wanted, from };
    });
  }
}
