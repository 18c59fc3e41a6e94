/** A page as a small picture: drawn when it is first seen, and again when it has changed and been let rest. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { PicturesOf, type Pictures } from "./assets.ts";
import { elementNode } from "./ElementView.tsx";
import { extentOf } from "../geometry/fitting.ts";
import { union, type Bounds } from "../geometry/geometry.ts";
import type { PageBoard } from "../pages.ts";
import { PaperView } from "./PaperView.tsx";
import { stacked } from "./stacking.ts";
import "../../styles/board/thumbnail.css";

const WIDTH = 120;
const HEIGHT = 84;
/** More are not told apart at this size. */
const ELEMENTS_MOST = 250;
const REST_MS = 800;
const MARGIN = 24;

interface ThumbnailProps {
  readonly board: PageBoard;
  readonly pictures: Pictures;
}

export function Thumbnail({ board, pictures }: ThumbnailProps): VNode {
  const frame = useRef<HTMLSpanElement>(null);
  const shown = useSignal<PageBoard | null>(null);
  const isSeen = useSignal(false);
  useEffect(() => {
    const watch = new IntersectionObserver((entries) => {
      isSeen.value = entries.some((entry) => entry.isIntersecting);
    });
    watch.observe(frame.current!);
    return () => watch.disconnect();
  }, []);
  const isStale = isSeen.value && !isSame(shown.value, board);
  useEffect(() => {
    if (!isStale) return undefined;
    const timer = setTimeout(
      () => {
        shown.value = board;
      },
      shown.value === null ? 0 : REST_MS,
    );
    return () => clearTimeout(timer);
  }, [isStale, board]);
  return (
    <span ref={frame} class="thumbnail" aria-hidden="true">
      {shown.value && <Picture board={shown.value} pictures={pictures} />}
    </span>
  );
}

function Picture({ board, pictures }: ThumbnailProps): VNode {
  return useMemo(() => {
    const seen = extent(board);
    const byLayer = stacked(board);
    const elements = board.layers
      .filter(({ visible }) => visible !== false)
      .flatMap(({ id }) => byLayer.get(id) ?? []);
    const zoom = Math.min(WIDTH / seen.w, HEIGHT / seen.h);
    return (
      <svg viewBox={`${seen.x} ${seen.y} ${seen.w} ${seen.h}`}>
        <PicturesOf.Provider value={pictures}>
          <PaperView page={board.page} seen={seen} zoom={zoom} />
          {elements.slice(-ELEMENTS_MOST).map(elementNode)}
        </PicturesOf.Provider>
      </svg>
    );
  }, [board]);
}

function extent({ page, elements }: PageBoard): Bounds {
  if (page.size) return { x: 0, y: 0, w: page.size[0], h: page.size[1] };
  const drawn = extentOf(elements.values());
  const under = page.background && { x: 0, y: 0, ...page.background };
  const all = union([...(drawn ? [drawn] : []), ...(under ? [under] : [])]) ?? { x: 0, y: 0, w: 640, h: 448 };
  return { x: all.x - MARGIN, y: all.y - MARGIN, w: all.w + 2 * MARGIN, h: all.h + 2 * MARGIN };
}

/** Other pages are taken anew from the whole board each time. */
function isSame(before: PageBoard | null, now: PageBoard): boolean {
  if (before === null || before.page !== now.page || before.elements.size !== now.elements.size) return false;
  if (before === now || before.elements === now.elements) return true;
  for (const [id, element] of now.elements) if (before.elements.get(id) !== element) return false;
  return now.layers.every((layer, at) => layer === before.layers[at]);
}
