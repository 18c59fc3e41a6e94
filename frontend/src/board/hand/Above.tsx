/** What lies above the board without being on it: beams of lasers, the loop of a lasso. */

import { effect, useSignal } from "@preact/signals";
import { getStroke } from "perfect-freehand";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../language/language.ts";
import { colorOf } from "../../ui/color_of.ts";
import type { Desk } from "../desk.ts";
import type { Camera, Point } from "../geometry/geometry.ts";
import { closedCurve } from "../drawing/outline.ts";
import { Instruments } from "./Instruments.tsx";
import { keepPalmOff } from "./palm.ts";
import { LIVES_MS, Trails, type Trail } from "./trails.ts";

export const LASER = "laser";
/** In pixels of the screen. */
const BEAM_WIDTH = 9;
/** Of the ring around what keys lead, likewise. */
const LED_RADIUS = 11;

export function Above({ desk }: { readonly desk: Desk }): VNode {
  const lasso = desk.lasso.value;
  const camera = desk.camera.value;
  const led = desk.unfinished.value?.lead ? desk.pointer.value : null;
  useEffect(keepPalmOff, []);
  return (
    <>
      <svg class="above">
        {desk.instruments.value.length > 0 && <Instruments desk={desk} />}
        <Beams desk={desk} />
        {led && <circle class="led" data-down={desk.isBusy.value} r={LED_RADIUS} transform={`translate(${onScreen(camera, led)})`} />}
        {lasso && <path class="lasso" d={`${lasso.map((at, n) => `${n === 0 ? "M" : "L"}${onScreen(camera, at)}`).join("")}Z`} />}
      </svg>
      {desk.isComing.value && (
        <p class="above-coming" role="status">
          {t("board.coming")}
        </p>
      )}
    </>
  );
}

function onScreen({ x, y, zoom }: Camera, at: Point): string {
  return `${((at.x - x) * zoom).toFixed(1)} ${((at.y - y) * zoom).toFixed(1)}`;
}

function Beams({ desk }: { readonly desk: Desk }): VNode {
  const trails = useRef(new Trails()).current;
  const shown = useSignal<readonly Trail[]>([]);
  useEffect(() => {
    let frame = 0;
    const draw = (): void => {
      frame = 0;
      shown.value = [...trails.alive(performance.now())];
      if (shown.value.length > 0) frame = requestAnimationFrame(draw);
    };
    const light = (userId: number, page: string | null, at: Point): void => {
      trails.add(userId, page, at, performance.now());
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    const own = (): number => desk.lesson.state.peek()?.userId ?? 0;
    const stops = [
      effect(() => {
        const at = desk.pointer.value;
        if (!desk.isBusy.value || desk.tool.value !== LASER) trails.lift(own());
        else if (at !== null) light(own(), desk.page.value.id, at);
      }),
      desk.client.on("pointers", (rows) => {
        for (const [userId, x, y, tool, page] of rows) {
          if (userId === own()) continue;
          if (tool === LASER) light(userId, page, { x, y });
          else trails.lift(userId);
        }
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      cancelAnimationFrame(frame);
    };
  }, [desk]);
  const { id } = desk.page.value;
  const camera = desk.camera.value;
  const now = performance.now();
  return (
    <>
      {shown.value
        .filter(({ page }) => (page ?? id) === id)
        .map(({ userId, dots }) => {
          const inputs = dots.map(({ x, y, at }): [number, number, number] => [
            (x - camera.x) * camera.zoom,
            (y - camera.y) * camera.zoom,
            Math.max(0.02, 1 - (now - at) / LIVES_MS),
          ]);
          const outline = getStroke(inputs, { size: BEAM_WIDTH, thinning: 0.9, streamline: 0.3, smoothing: 0.6, simulatePressure: false, last: true });
          return <path key={`${userId} ${dots[0]!.at}`} class="beam" data-person={colorOf(userId)} d={closedCurve(outline as [number, number][])} />;
        })}
    </>
  );
}
