/**
 * Where one looks, told to the browser so that moving the board paints nothing: the sheets are moved as
 * pictures, and made anew at their size once a zoom has come to rest (decision 22).
 */

import type { Camera } from "../geometry/geometry.ts";

/** A zoom that has not gone on for so long has come to rest. */
const REST_MS = 120;
/** So many times larger, what is seen meanwhile would be too coarse; */
const COARSE = 4;
/** so many times smaller, it would be more than is painted at its size. */
const FINE = 2;
/** In pixels: further away, numbers of the graphics get coarse. */
const FAR = 100_000;

/** What has not moved for so long is at rest. */
const STILL_MS = 400;

/**
 * Has an element move by its transform alone. When one changes, the browser goes through everything that
 * is painted, unless an animation may be what moves it: so there is one meanwhile, which adds nothing.
 */
export class Motion {
  readonly #element: Element;
  #animation: Animation | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(element: Element) {
    this.#element = element;
  }

  /** It moves now. */
  go(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.stop(), STILL_MS);
    if (this.#animation !== null) return;
    const nothing = { transform: "none" };
    this.#animation = this.#element.animate([nothing, nothing], { duration: 1_000, composite: "add" });
    this.#animation.pause();
    // A browser that adds none would have it stand in the place of the transform.
    if ((this.#animation.effect as KeyframeEffect | null)?.composite !== "add") this.#animation.cancel();
  }

  stop(): void {
    clearTimeout(this.#rest);
    this.#animation?.cancel();
    this.#animation = null;
  }
}

export interface Slide {
  readonly dx: number;
  readonly dy: number;
}

export class View {
  readonly #root: HTMLElement;
  readonly #motion: Motion;
  /** Of the sheets that slide. */
  readonly #slides = new Map<Element, Motion>();
  /** How the sheets are made. */
  #made: Camera = { x: 0, y: 0, zoom: 1 };
  #seen: Camera = this.#made;
  #slide: Slide | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#motion = new Motion(root);
  }

  dispose(): void {
    clearTimeout(this.#rest);
    for (const motion of [this.#motion, ...this.#slides.values()]) motion.stop();
  }

  look(camera: Camera): void {
    const made = this.#made;
    const isZoomed = camera.zoom !== made.zoom;
    const [dx, dy] = [(made.x - camera.x) * camera.zoom, (made.y - camera.y) * camera.zoom];
    const scale = camera.zoom / made.zoom;
    if (isZoomed && camera.zoom !== this.#seen.zoom) {
      clearTimeout(this.#rest);
      this.#rest = setTimeout(() => this.settle(), REST_MS);
    }
    this.#seen = camera;
    if (scale > COARSE || scale * FINE < 1 || Math.abs(dx) + Math.abs(dy) > FAR) this.settle();
    else this.#move(isZoomed, dx, dy, scale);
  }

  #move(isZoomed: boolean, dx: number, dy: number, scale: number): void {
    this.#motion.go();
    // Between pixels of the screen all would be blurred.
    this.#root.style.transform = `translate(${isZoomed ? dx : whole(dx)}px, ${isZoomed ? dy : whole(dy)}px) scale(${scale})`;
  }

  /** Makes the sheets as they are seen. */
  settle(): void {
    clearTimeout(this.#rest);
    this.#made = this.#seen;
    this.#root.style.transform = "";
    for (const world of this.#root.querySelectorAll<SVGGElement>(".board-world")) this.place(world);
    this.slide(this.#slide);
  }

  /** For what is on the board already, and what comes. */
  readonly place = (world: SVGGElement | null): void => {
    const { x, y, zoom } = this.#made;
    world?.setAttribute("transform", `scale(${zoom}) translate(${-x} ${-y})`);
  };

  slide(slide: Slide | null): void {
    this.#slide = slide;
    for (const [sheet, motion] of this.#slides) if (!sheet.isConnected) this.#forget(sheet, motion);
    for (const sheet of this.#root.querySelectorAll<SVGSVGElement>("[data-slides]")) this.placeSliding(sheet);
  }

  #forget(sheet: Element, motion: Motion): void {
    motion.stop();
    this.#slides.delete(sheet);
  }

  /** It slides no longer. */
  readonly placeStill = (sheet: SVGSVGElement | null): void => {
    if (sheet === null) return;
    sheet.style.transform = "";
    const motion = this.#slides.get(sheet);
    if (motion) this.#forget(sheet, motion);
  };

  readonly placeSliding = (sheet: SVGSVGElement | null): void => {
    const { zoom } = this.#made;
    if (sheet !== null && this.#slide !== null) {
      const motion = this.#slides.get(sheet) ?? new Motion(sheet);
      this.#slides.set(sheet, motion);
      motion.go();
      sheet.style.transform = `translate(${this.#slide.dx * zoom}px, ${this.#slide.dy * zoom}px)`;
    }
  };
}

function whole(pixels: number): number {
  return Math.round(pixels * devicePixelRatio) / devicePixelRatio;
}
