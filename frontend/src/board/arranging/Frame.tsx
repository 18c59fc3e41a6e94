/** What is shown of a selection: its frame, its handles, the lines it snaps to. */

import type { VNode } from "preact";
import type { Desk } from "../desk.ts";
import { boxOf, centre, onScreen } from "../geometry/geometry.ts";
import { FRAME_GAP, frameOf, handlesOf, selectedElements } from "./handles.ts";

/** The frame around what is selected, its handles, and the frame that is being drawn to select. */
export function Frame({ desk }: { readonly desk: Desk }): VNode {
  const slide = desk.slide.value;
  const seen = desk.camera.value;
  // What slides is not measured anew.
  const camera = slide === null ? seen : { ...seen, x: seen.x - slide.dx, y: seen.y - slide.dy };
  const selected = selectedElements(desk);
  const frame = frameOf(selected);
  const marquee = desk.marquee.value;
  const handles = handlesOf(desk);
  const isLine = handles.length === 2;
  const gap = FRAME_GAP;
  const box = frame && onScreen(camera, frame.box);
  const middle = frame && onScreen(camera, { ...centre(frame.box), w: 0, h: 0 });
  return (
    <>
      {box && !isLine && (
        <rect
          class="frame"
          data-held={handles.length === 0 || undefined}
          x={box.x - gap}
          y={box.y - gap}
          width={box.width + 2 * gap}
          height={box.height + 2 * gap}
          rx={4}
          transform={frame?.rotation ? `rotate(${frame.rotation} ${middle!.x} ${middle!.y})` : undefined}
        />
      )}
      {desk.aids.guides.value.map(({ from, to }, n) => {
        const [a, b] = [from, to].map((point) => onScreen(seen, { ...point, w: 0, h: 0 }));
        return <line key={n} class="guide" x1={a!.x} y1={a!.y} x2={b!.x} y2={b!.y} />;
      })}
      {handles.map(({ handle, at, direction }) => {
        const { x, y } = onScreen(camera, { ...at, w: 0, h: 0 });
        return (
          <g key={handle} class="handle" data-handle={handle} data-direction={direction} transform={`translate(${x} ${y})`}>
            <circle class="reach" r={12} />
            <circle r={5} />
          </g>
        );
      })}
      {marquee && <rect class="marquee" {...onScreen(seen, boxOf(marquee.from, marquee.to))} />}
    </>
  );
}
