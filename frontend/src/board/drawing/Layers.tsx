/** The layers of a page: what is in view of them, and what gestures show instead. */

import { effect, useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Desk } from "../desk.ts";
import { elementNode } from "./ElementView.tsx";
import { usePainter } from "./painting.ts";
import { useSeen } from "./seeing.ts";

const NONE: readonly VNode[] = [];
/** With less on a page, leaving out what nobody sees gains nothing. */
const MANY = 400;
/** How much around the view is drawn, in views. */
const AROUND = 0.5;

export function Layers({ desk }: { readonly desk: Desk }): VNode {
  const painter = usePainter(desk.board, desk.isPrinting);
  const part = useSeen(desk, AROUND);
  const { layers, elements } = desk.board.value;
  const drafts = desk.drafts.value;
  const written = desk.writing.current.value?.element.id;
  const erased = desk.erased.value;
  const instead = written === undefined ? erased : new Map(erased).set(written, []);
  const added = [...drafts.values()].filter((draft) => !elements.has(draft.id));
  const seen = elements.size > MANY && !desk.isPrinting.value ? part.value.seen : null;
  // Read here, they are another set only when something begins or ends to slide.
  const sliding = useComputed(() => desk.slide.value?.ids ?? null).value;
  const held = useRef(new Set<SVGGElement>()).current;
  useEffect(
    () =>
      effect(() => {
        const moved = shifted(desk.slide.value);
        if (moved !== undefined) for (const group of held) group.setAttribute("transform", moved);
      }),
    [desk],
  );
  held.clear();
  const hold = (group: SVGGElement | null): void => {
    if (group !== null) held.add(group);
  };
  return (
    <>
      {layers.map((layer) => {
        const nodes = painter.nodes(layer.id, drafts, instead, seen);
        const slides = sliding === null ? NONE : nodes.filter(({ key }) => sliding.has(String(key)));
        const stays = slides.length === 0 ? nodes : nodes.filter(({ key }) => !sliding!.has(String(key)));
        // Where all of a layer slides, nothing in it is touched.
        const isWhole = slides.length > 0 && stays.length === 0;
        const transform = sliding === null ? undefined : shifted(desk.slide.peek());
        return (
          <g
            key={layer.id}
            ref={isWhole ? hold : null}
            data-layer={layer.id}
            display={layer.visible === false ? "none" : undefined}
            transform={isWhole ? transform : undefined}
          >
            {painter.chunks(layer.id, isWhole ? slides : stays)}
            {slides.length > 0 && !isWhole && (
              <g key="slides" ref={hold} transform={transform}>
                {slides}
              </g>
            )}
            {added.filter((draft) => draft.layer === layer.id).map(elementNode)}
          </g>
        );
      })}
    </>
  );
}

function shifted(slide: Desk["slide"]["value"]): string | undefined {
  return slide === null ? undefined : `translate(${slide.dx} ${slide.dy})`;
}
