/** Ruler, protractor and compass on the board: each person's own, moved and turned by hand or by keys. */

import type { VNode } from "preact";
import { t } from "../../language/language.ts";
import type { Desk } from "../desk.ts";
import { toBoard, type Point } from "../geometry/geometry.ts";
import { degreesAt, LEAST_RADIUS, localTo, RULER_WIDTH, type Instrument } from "./instruments.ts";

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function Instruments({ desk }: { readonly desk: Desk }): VNode {
  const { x, y, zoom } = desk.camera.value;
  return (
    <g transform={`scale(${zoom}) translate(${-x} ${-y})`}>
      {desk.instruments.value.map((one) => (
        <Lying key={one.kind} desk={desk} one={one} />
      ))}
    </g>
  );
}

function Lying({ desk, one }: { readonly desk: Desk; readonly one: Instrument }): VNode {
  const change = (set: Partial<Instrument>): void => {
    desk.instruments.value = desk.instruments.value.map((other) => (other.kind === one.kind ? { ...other, ...set } : other));
  };
  const at = ({ clientX, clientY, currentTarget }: PointerEvent): Point => {
    const box = (currentTarget as Element).closest(".board")!.getBoundingClientRect();
    return toBoard(desk.camera.peek(), { x: clientX - box.left, y: clientY - box.top });
  };
  /** @param follow what becomes of it while the pointer goes from one place to another. */
  const held = (follow: (from: Point, to: Point) => Partial<Instrument>) => ({
    onPointerDown: (event: PointerEvent): void => {
      event.stopPropagation();
      const target = event.currentTarget as SVGElement;
      const from = at(event);
      target.setPointerCapture(event.pointerId);
      target.onpointermove = (moved) => {
        moved.stopPropagation();
        change(follow(from, at(moved)));
      };
      target.onpointerup = target.onpointercancel = () => {
        target.onpointermove = target.onpointerup = target.onpointercancel = null;
      };
    },
  });
  const moving = held((from, to) => ({ x: one.x + to.x - from.x, y: one.y + to.y - from.y }));
  const turning = held((_, to) => {
    const away = Math.hypot(to.x - one.x, to.y - one.y);
    const rotation = Math.round((Math.atan2(to.y - one.y, to.x - one.x) * 180) / Math.PI);
    return one.kind === "compass" ? { rotation, radius: Math.max(LEAST_RADIUS, Math.round(away)) } : { rotation };
  });
  const press = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const by = event.shiftKey ? 1 : 10;
    if (step !== undefined && !event.ctrlKey) change({ x: one.x + step[0] * by, y: one.y + step[1] * by });
    else if (step !== undefined && one.kind === "compass") change({ radius: Math.max(LEAST_RADIUS, one.radius + (step[0] - step[1]) * by) });
    else if (event.key === "," || event.key === ".") change({ rotation: (one.rotation + (event.key === "." ? 1 : -1) + 360) % 360 });
    else if (event.key === "<" || event.key === ">") change({ rotation: (one.rotation + (event.key === ">" ? 15 : -15) + 360) % 360 });
    else if (event.key === "Delete" || event.key === "Backspace") desk.instruments.value = desk.instruments.value.filter((other) => other.kind !== one.kind);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const pointer = desk.pointer.value;
  const isNear = pointer !== null && Math.hypot(localTo(one, pointer).x, localTo(one, pointer).y) < one.radius * 1.3;
  const degrees = one.kind === "protractor" && isNear ? degreesAt(one, pointer) : null;
  const step = desk.page.value.paper?.step ?? 32;
  const lean = Math.round(((one.rotation % 360) + 360) % 360);
  return (
    <g
      class="instrument"
      data-kind={one.kind}
      // In SVG the name of an attribute is as it is written.
      {...{ tabindex: 0 }}
      role="group"
      aria-label={t(`instrument.${one.kind}`)}
      transform={`translate(${one.x} ${one.y}) rotate(${one.rotation})`}
      onKeyDown={press}
    >
      <Body one={one} step={step} moving={moving} />
      <circle class="instrument-turn" cx={one.radius + (one.kind === "compass" ? 0 : 26)} cy={0} r={10} {...turning} />
      <text class="instrument-reading" x={0} y={one.kind === "protractor" ? -one.radius / 3 : 5} text-anchor="middle">
        {one.kind === "compass" ? (one.radius / step).toFixed(1) : `${degrees ?? lean}°`}
      </text>
    </g>
  );
}

interface BodyProps {
  readonly one: Instrument;
  readonly step: number;
  readonly moving: { readonly onPointerDown: (event: PointerEvent) => void };
}

function Body({ one, step, moving }: BodyProps): VNode {
  const { kind, radius } = one;
  if (kind === "compass") {
    return (
      <>
        <circle class="instrument-edge" r={radius} />
        <path class="instrument-mark" d={`M0 0L${radius} 0`} />
        <circle class="instrument-body" r={16} {...moving} />
      </>
    );
  }
  if (kind === "ruler") {
    const marks = Array.from({ length: Math.floor((2 * radius) / (step / 4)) + 1 }, (_, n) => {
      const long = n % 4 === 0 ? 16 : n % 2 === 0 ? 11 : 7;
      return `M${-radius + (n * step) / 4} ${-RULER_WIDTH / 2}v${long}`;
    });
    const numbers = Array.from({ length: Math.floor((2 * radius) / step) + 1 }, (_, n) => n);
    return (
      <>
        <rect class="instrument-body" x={-radius} y={-RULER_WIDTH / 2} width={2 * radius} height={RULER_WIDTH} rx={3} {...moving} />
        <path class="instrument-mark" d={marks.join("")} />
        {numbers.slice(1, -1).map((n) => (
          <text key={n} class="instrument-number" x={-radius + n * step} y={-RULER_WIDTH / 2 + 28} text-anchor="middle">
            {n}
          </text>
        ))}
      </>
    );
  }
  const rays = Array.from({ length: 37 }, (_, n) => n * 5).map((degrees) => {
    const angle = (-degrees * Math.PI) / 180;
    const from = radius - (degrees % 10 === 0 ? 14 : 8);
    return `M${from * Math.cos(angle)} ${from * Math.sin(angle)}L${radius * Math.cos(angle)} ${radius * Math.sin(angle)}`;
  });
  return (
    <>
      <path class="instrument-body" d={`M${-radius} 0A${radius} ${radius} 0 0 1 ${radius} 0Z`} {...moving} />
      <path class="instrument-mark" d={`${rays.join("")}M-8 0h16M0 0v-8`} />
      {Array.from({ length: 7 }, (_, n) => n * 30).map((degrees) => {
        const angle = (-degrees * Math.PI) / 180;
        return (
          <text key={degrees} class="instrument-number" x={(radius - 26) * Math.cos(angle)} y={(radius - 26) * Math.sin(angle) + (degrees % 180 ? 4 : -4)} text-anchor="middle">
            {degrees}
          </text>
        );
      })}
    </>
  );
}
