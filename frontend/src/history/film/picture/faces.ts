/** Faces and screens of a film: those that there are at a moment, and where they are drawn. */

import type { Playable } from "../../replay/voices.ts";
import { MOST_FACES, type Layout } from "./layout.ts";
import { nameOn } from "./names.ts";
import { TakePicture } from "./take_picture.ts";

const GROUND = "#e6e9ef";

export class Faces {
  readonly #takes: readonly Playable[];
  readonly #fetch: (takeId: string) => Promise<Blob>;
  readonly #open = new Map<Playable, TakePicture>();

  constructor(takes: readonly Playable[], fetch: (takeId: string) => Promise<Blob>) {
    this.#takes = takes.filter(({ kind }) => kind !== "audio");
    this.#fetch = fetch;
  }

  /** When the next of them begins or ends after a moment; what is seen now changes all the time. */
  nextAfter(ms: number): number {
    const times = this.#takes.flatMap(({ begin, end }) => (begin <= ms && ms < end ? [ms] : [begin, end].filter((time) => time > ms)));
    return Math.min(Infinity, ...times);
  }

  /** Goes on to a moment of room time; moments come one after another. */
  async goTo(ms: number): Promise<void> {
    for (const take of this.#takes) {
      const isThere = take.begin <= ms && ms < take.end;
      if (isThere && !this.#open.has(take)) this.#open.set(take, new TakePicture(take, await this.#fetch(take.takeId)));
      if (isThere) await this.#open.get(take)!.goTo(ms);
      else if (this.#open.has(take)) {
        await this.#open.get(take)!.dispose();
        this.#open.delete(take);
      }
    }
  }

  /**
   * Draws them: a screen in the place of the board, faces beside it.
   *
   * @param speaking who is drawn first, where there are more than have room.
   * @param nameOf what stands on a face; nothing, where names are not wanted.
   */
  draw(context: CanvasRenderingContext2D, layout: Layout, speaking: ReadonlySet<number>, nameOf: (userId: number) => string): void {
    const all = [...this.#open.values()];
    const fill = ({ x, y, w, h }: Layout["board"]): void => {
      context.fillStyle = GROUND;
      context.fillRect(x, y, w, h);
    };
    const screen = all.findLast(({ take }) => take.kind === "screen");
    if (screen !== undefined) {
      fill(layout.board);
      screen.draw(context, layout.board);
    }
    const faces = all.filter(({ take }) => take.kind === "video");
    const first = faces.length > MOST_FACES ? faces.sort((a, b) => Number(speaking.has(b.take.userId)) - Number(speaking.has(a.take.userId))) : faces;
    for (const [n, box] of layout.faces.entries()) {
      fill(box);
      first[n]?.draw(context, box);
      const name = first[n] === undefined ? "" : nameOf(first[n].take.userId);
      if (name !== "") nameOn(context, name, box);
    }
  }

  async dispose(): Promise<void> {
    for (const picture of this.#open.values()) await picture.dispose();
    this.#open.clear();
  }
}
