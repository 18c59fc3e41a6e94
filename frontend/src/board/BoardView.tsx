/** The board on the page: sheets of SVG, what a gesture shows above them, others' cursors. */

import { effect, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useCallback, useEffect, useRef } from "preact/hooks";
import type { Desk } from "./desk.ts";
import { t } from "../language/language.ts";
import { addImages, filesIn } from "./input/image_files.ts";
import { PicturesOf } from "./drawing/assets.ts";
import type { Insets } from "./geometry/fitting.ts";
import { onScreen } from "./geometry/geometry.ts";
import { hand } from "./tools/hand.ts";
import { Layers } from "./drawing/Layers.tsx";
import { useSeen } from "./drawing/seeing.ts";
import { Motion, View } from "./drawing/viewing.ts";
import { Later } from "../ui/Later.tsx";
import { isPlain } from "./pages.ts";
import { watchClipboard } from "./input/clipboard_events.ts";
import { PointerInput } from "./input/pointer_input.ts";
import { pressKey, releaseKey } from "./input/keys.ts";

export function BoardView({ desk }: { readonly desk: Desk }): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const dots = useRef<HTMLDivElement>(null);
  const view = useSignal<View | null>(null);
  const isPanning = useSignal(false);
  const hold = useCallback((sheets: HTMLDivElement | null) => {
    view.value = sheets && new View(sheets);
  }, []);

  useEffect(() => {
    const element = frame.current!;
    const input = new PointerInput(desk, element, isPanning);
    const watch = new ResizeObserver(() => {
      desk.resized(element.clientWidth, element.clientHeight);
    });
    watch.observe(element);
    desk.covered = () => coveredOf(element);
    // Behind the board, and before anybody asks: who goes offline then has these tools all the same.
    hand().catch(() => undefined);
    const printing = import("./printing.ts")
      .then(({ printWhole }) => printWhole(desk, element))
      // Without a network, or on a page that is being left: what is in view is what is printed.
      .catch(() => (): void => undefined);
    desk.aids.arrange(() => undefined);
    const down = (event: KeyboardEvent): void => pressKey(desk, event, isPanning);
    const up = (event: KeyboardEvent): void => releaseKey(event, isPanning);
    window.addEventListener("keydown", down);
    window.addEventListener("keyup", up);
    const stopClipboard = watchClipboard(desk);
    // A file that misses the board would take the place of the page.
    const keepPage = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    };
    window.addEventListener("dragover", keepPage);
    window.addEventListener("drop", keepPage);
    return () => {
      void printing.then((stop) => stop());
      input.dispose();
      watch.disconnect();
      window.removeEventListener("keydown", down);
      window.removeEventListener("keyup", up);
      stopClipboard();
      window.removeEventListener("dragover", keepPage);
      window.removeEventListener("drop", keepPage);
    };
  }, [desk]);

  // Panning and zooming move pictures; no element is looked at.
  useEffect(() => {
    const shown = view.value;
    if (shown === null) return undefined;
    const motion = new Motion(dots.current!);
    const stop = effect(() => {
      const camera = desk.camera.value;
      shown.look(camera);
      motion.go();
      const step = gridStep(camera.zoom) * camera.zoom;
      const { style } = dots.current!;
      style.backgroundSize = `${step}px ${step}px`;
      style.transform = `translate(${rest(-camera.x * camera.zoom, step)}px, ${rest(-camera.y * camera.zoom, step)}px)`;
    });
    return () => {
      stop();
      motion.stop();
      shown.dispose();
    };
  }, [desk, view.value]);

  return (
    <div
      ref={frame}
      class="board"
      data-tool={desk.tool.value}
      data-paper={isPlain(desk.page.value) ? "plain" : "drawn"}
      data-panning={isPanning.value}
      tabIndex={0}
      role="application"
      aria-label={t("board.label")}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const box = event.currentTarget.getBoundingClientRect();
        const at = { x: event.clientX - box.left, y: event.clientY - box.top };
        void addImages(desk, filesIn(event.dataTransfer), at);
      }}
    >
      <div ref={dots} class="board-dots" />
      <div ref={hold} class="board-sheets" aria-hidden="true">
        {view.value && (
          <PicturesOf.Provider value={desk.assets}>
            <Layers desk={desk} view={view.value}>
              <Under desk={desk} />
            </Layers>
          </PicturesOf.Provider>
        )}
      </div>
      <svg class="board-marks" aria-hidden="true">
        <Later load={() => desk.aids.fetched().then((loaded) => loaded.Frame)} props={{ desk }} />
        <EraserDisc desk={desk} />
      </svg>
      <Later load={() => hand().then(({ Above }) => Above)} props={{ desk }} />
      <Later load={() => import("./text/BoardWords.tsx").then((loaded) => loaded.BoardWords)} props={{ desk }} />
      <Told desk={desk} />
      <WordsOfPage desk={desk} />
      <Later load={() => import("./Cursors.tsx").then((loaded) => loaded.Cursors)} props={{ desk }} />
      <Later load={() => import("./text/TextEditor.tsx").then((loaded) => loaded.TextEditor)} props={{ desk }} />
      {desk.aids.menu.value && <Later load={() => desk.aids.fetched().then((loaded) => loaded.ContextMenu)} props={{ desk }} />}
    </div>
  );
}

/** The paper, as far as it is seen and a screen further: it is drawn anew when one looks past that. */
function Under({ desk }: { readonly desk: Desk }): VNode | null {
  const part = useSeen(desk, 1, 1.5);
  const page = desk.page.value;
  if (isPlain(page)) return null;
  const { seen, zoom } = part.value;
  return <Later load={() => import("./drawing/PaperView.tsx").then((loaded) => loaded.PaperView)} props={{ page, seen, zoom }} />;
}

/** The style sheets say it, in one place for each width of the screen, beside where the bars stand. */
function coveredOf(element: HTMLElement): Insets {
  const { scrollPaddingTop, scrollPaddingRight, scrollPaddingBottom, scrollPaddingLeft } =
    getComputedStyle(element);
  return {
    top: pixels(scrollPaddingTop),
    right: pixels(scrollPaddingRight),
    bottom: pixels(scrollPaddingBottom),
    left: pixels(scrollPaddingLeft),
  };
}

/** `auto` is none. */
function pixels(length: string): number {
  return Number.parseFloat(length) || 0;
}

/** How far the dots are from where they begin, to the left of it or above. */
function rest(pixels: number, step: number): number {
  return (pixels % step) - (pixels % step > 0 ? step : 0);
}

/** Dots stay apart enough to be calm. */
function gridStep(zoom: number): number {
  let step = 32;
  while (step * zoom < 20) step *= 2;
  while (step * zoom > 64) step /= 2;
  return step;
}

/** The eraser as large as it is, where the pointer is; a finger hides it, and does not hover. */
function EraserDisc({ desk }: { readonly desk: Desk }): VNode | null {
  const at = desk.pointer.value;
  if (desk.tool.value !== "eraser" || at === null) return null;
  const { x, y } = onScreen(desk.camera.value, { ...at, w: 0, h: 0 });
  return <circle class="eraser-disc" cx={x} cy={y} r={desk.eraser.value.radius} />;
}

function WordsOfPage({ desk }: { readonly desk: Desk }): VNode | null {
  const text = desk.page.value.background?.text;
  if (text == null) return null;
  const fetch = (asset: string): Promise<Blob> => desk.lesson.api().image(asset);
  return (
    <Later key={text} load={() => import("./text/PageWords.tsx").then((loaded) => loaded.PageWords)} props={{ fetch, text }} />
  );
}

/** What happened, for a while: read out, and shown where one needs to see it. */
function Told({ desk }: { readonly desk: Desk }): VNode {
  const told = desk.aids.told.value;
  return (
    <div class={told?.isShown ? "told card" : "for-screen-readers"} role="status">
      {told?.text}
    </div>
  );
}
