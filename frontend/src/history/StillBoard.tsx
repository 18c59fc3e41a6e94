/** A page of a board as it was, and the pages that there were. */

import { useComputed, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { FetchAsset } from "../board/drawing/assets.ts";
import { usePainter } from "../board/drawing/painting.ts";
import { PaperView } from "../board/drawing/PaperView.tsx";
import { visiblePart } from "../board/geometry/fitting.ts";
import { boundsOf, union } from "../board/geometry/geometry.ts";
import { isPlain, pageBoard, pageShown } from "../board/pages.ts";
import { PageWords } from "../board/text/PageWords.tsx";
import type { Element, Page } from "../client/wire.ts";
import { t } from "../language/language.ts";
import type { Shown } from "./shown.ts";

const MARGIN = 40;
/** Units to a side: past that nothing could be told apart. */
const LARGEST = 8_000;
const NO_DRAFTS = new Map();

/** A page of the board, as it was. The frame grows with what is on it and does not shrink again. */
export function StillBoard({ course, fetch }: { readonly course: Shown; readonly fetch: FetchAsset }): VNode {
  const page = pageShown(course.board.value.pages, course.page.value, 0);
  const text = page?.background?.text;
  return (
    <>
      {page && <StillPage key={page.id} course={course} page={page} />}
      {text != null && <PageWords key={text} fetch={fetch} text={text} />}
      <PageStrip course={course} page={page} />
    </>
  );
}

function StillPage({ course, page }: { readonly course: Shown; readonly page: Page }): VNode {
  const { id } = page;
  const shown = useComputed(() => {
    const board = course.board.value;
    return pageBoard(board, pageShown(board.pages, id, 0));
  });
  const board = shown.value;
  const frame = useSignal({ x: 0, y: 0, w: 960, h: 540 });
  const bounds = visiblePart(board, LARGEST, LARGEST);
  const sheet = page.size && { x: 0, y: 0, w: page.size[0], h: page.size[1] };
  const wanted = sheet ?? union([frame.value, ...(bounds ? [bounds] : [])]) ?? frame.value;
  const isLarger = !sheet && (wanted.w > frame.value.w || wanted.h > frame.value.h);
  useEffect(() => {
    if (isLarger) frame.value = wanted;
  });
  const seen = { x: wanted.x - MARGIN, y: wanted.y - MARGIN, w: wanted.w + 2 * MARGIN, h: wanted.h + 2 * MARGIN };
  const painter = usePainter(shown);
  const sought = board.elements.get(course.sought.value ?? "");
  return (
    <svg
      class="still-board"
      viewBox={`${seen.x} ${seen.y} ${seen.w} ${seen.h}`}
      role="img"
      aria-label={t("history.board", { version: course.shownVersion.value })}
    >
      {!isPlain(page) && <PaperView page={page} seen={seen} zoom={1} />}
      {board.layers.map((layer) => (
        <g key={layer.id} display={layer.visible === false ? "none" : undefined}>
          {painter.nodes(layer.id, NO_DRAFTS)}
        </g>
      ))}
      {sought !== undefined && <Sought element={sought} />}
    </svg>
  );
}

/** A frame around what somebody was led to. */
function Sought({ element }: { readonly element: Element }): VNode {
  const { x, y, w, h } = boundsOf(element);
  return <rect class="sought" x={x - 8} y={y - 8} width={w + 16} height={h + 16} rx={8} />;
}

/** The pages that there were; a board of one has no strip. */
function PageStrip({ course, page }: { readonly course: Shown; readonly page: Page | undefined }): VNode | null {
  const { pages } = course.board.value;
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [page?.id]);
  if (pages.length < 2) return null;
  return (
    <nav ref={list} class="page-strip" aria-label={t("pages.title")}>
      {pages.map((each, at) => (
        <button
          key={each.id}
          type="button"
          aria-current={each.id === page?.id ? "page" : undefined}
          onClick={() => {
            course.page.value = each.id;
          }}
        >
          <bdi>{each.title || t("pages.name", { n: at + 1 })}</bdi>
        </button>
      ))}
    </nav>
  );
}
