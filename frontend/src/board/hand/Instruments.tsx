/** Ruler, protractor and compass on the board: each person's own, moved and turned by hand or by keys. */

import { effect, untracked } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../language/language.ts";
import type { Desk } from "../desk.ts";
import { focusBoard } from "../focus.ts";
import { toBoard, type Point } from "../geometry/geometry.ts";
import { YOUNG_MS } from "../input/contacts.ts";
import type { Tool } from "../tools/tools.ts";
import { degreesAt, dragged, edgeAt, LEAST_RADIUS, localTo, RULER_WIDTH, type Instrument } from "./instruments.ts";

/** Tools that follow an edge, and from how near, in pixels, they do so rather than move the instrument. */
const DRAWING: ReadonlySet<Tool> = new Set<Tool>(["pen", "highlighter"]);
const NEAR = 7;
/** Of numbers and readings, in pixels of the screen at least. */
const LEAST_LETTERS = 11;
/** Of what turns it, likewise: as it is seen, and as a finger finds it. */
const GRIP = 10;
const REACH = 22;

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
  /** Fingers and pens that hold it, where each was last. */
  const hands = useRef(new Map<number, Point>());
  /** What it was before these hands, and since when they hold it. */
  const before = useRef<{ readonly one: Instrument; readonly since: number } | null>(null);
  useEffect(
    () =>
      effect(() => {
        if (!desk.isBusy.value || hands.current.size === 0) return;
        // What lies on it when a pen comes is the hand that draws.
        hands.current.clear();
        const held = before.current;
        if (held !== null && performance.now() - held.since < YOUNG_MS) untracked(() => change(held.one));
      }),
    [desk],
  );
  const change = (set: Partial<Instrument>): void => {
    desk.instruments.value = desk.instruments.value.map((other) => (other.kind === one.kind ? { ...other, ...set } : other));
  };
  const at = ({ clientX, clientY, currentTarget }: PointerEvent): Point => {
    const box = (currentTarget as Element).closest(".board")!.getBoundingClientRect();
    return toBoard(desk.camera.peek(), { x: clientX - box.left, y: clientY - box.top });
  };
  /** A pen that is put down at the edge draws, on whichever side of it. */
  const isAtEdge = (event: PointerEvent): boolean =>
    DRAWING.has(desk.tool.peek()) && edgeAt([one], at(event), NEAR / desk.camera.peek().zoom) !== null;
  /** @param follow what becomes of it, as it is now, while these hands go from their places to others. */
  const held = (follow: (now: Instrument, from: readonly Point[], to: readonly Point[]) => Instrument) => ({
    onPointerDown: (event: PointerEvent): void => {
      if (isAtEdge(event)) return;
      event.stopPropagation();
      (event.currentTarget as SVGElement).setPointerCapture(event.pointerId);
      if (hands.current.size === 0) before.current = { one, since: performance.now() };
      hands.current.set(event.pointerId, at(event));
    },
    onPointerMove: (event: PointerEvent): void => {
      const { current } = hands;
      if (!current.has(event.pointerId)) return;
      event.stopPropagation();
      const from = [...current.values()];
      current.set(event.pointerId, at(event));
      const now = desk.instruments.peek().find(({ kind }) => kind === one.kind);
      if (now !== undefined) change(follow(now, from, [...current.values()]));
    },
    onPointerUp: (event: PointerEvent): void => void hands.current.delete(event.pointerId),
    onPointerCancel: (event: PointerEvent): void => void hands.current.delete(event.pointerId),
  });
  const moving = held(dragged);
  const turning = held((now, _, [to]) => {
    if (to === undefined) return now;
    const away = Math.hypot(to.x - now.x, to.y - now.y);
    const rotation = Math.round((Math.atan2(to.y - now.y, to.x - now.x) * 180) / Math.PI);
    return now.kind === "compass" ? { ...now, rotation, radius: Math.max(LEAST_RADIUS, Math.round(away)) } : { ...now, rotation };
  });
  const press = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const by = event.shiftKey ? 1 : 10;
    if (step !== undefined && !event.ctrlKey) change({ x: one.x + step[0] * by, y: one.y + step[1] * by });
    else if (step !== undefined && one.kind === "compass") change({ radius: Math.max(LEAST_RADIUS, one.radius + (step[0] - step[1]) * by) });
    else if (event.key === "," || event.key === ".") change({ rotation: (one.rotation + (event.key === "." ? 1 : -1) + 360) % 360 });
    else if (event.key === "<" || event.key === ">") change({ rotation: (one.rotation + (event.key === ">" ? 15 : -15) + 360) % 360 });
    else if (event.key === "Escape") focusBoard();
    else if (event.key === "Delete" || event.key === "Backspace") {
      desk.instruments.value = desk.instruments.value.filter((other) => other.kind !== one.kind);
      // What had the focus is gone: without this the next keys would be nobody's.
      focusBoard();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const pointer = desk.pointer.value;
  const isNear = pointer !== null && Math.hypot(localTo(one, pointer).x, localTo(one, pointer).y) < one.radius * 1.3;
  const degrees = one.kind === "protractor" && isNear ? degreesAt(one, pointer) : null;
  const step = desk.page.value.paper?.step ?? 32;
  const { zoom } = desk.camera.value;
  const letters = Math.max(LEAST_LETTERS, LEAST_LETTERS / zoom);
  const grip = Math.max(GRIP, GRIP / zoom);
  const reach = reachOf(one, zoom);
  const turn = { cx: one.radius + (one.kind === "compass" ? 0 : 16 + grip), cy: 0 };
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
      <Body one={one} step={step} moving={moving} letters={letters} reach={reach} />
      <circle class="instrument-turn" {...turn} r={grip} />
      <circle class="instrument-reach" {...turn} r={Math.max(grip, reach)} {...turning} />
      <text class="instrument-reading" font-size={letters * 1.4} x={0} y={one.kind === "protractor" ? -one.radius / 3 : 5} text-anchor="middle">
        {one.kind === "compass" ? (one.radius / step).toFixed(1) : `${degrees ?? lean}°`}
      </text>
    </g>
  );
}

/** How far what is seized of it reaches, in board units: of a small compass its middle and its edge are two. */
function reachOf({ kind, radius }: Instrument, zoom: number): number {
  return kind === "compass" ? Math.min(REACH / zoom, radius / 2) : REACH / zoom;
}

interface BodyProps {
  readonly one: Instrument;
  readonly step: number;
  readonly moving: Readonly<Record<`onPointer${"Down" | "Move" | "Up" | "Cancel"}`, (event: PointerEvent) => void>>;
  /** How large numbers are, in board units. */
  readonly letters: number;
  /** How far the middle of a compass is seized from, likewise. */
  readonly reach: number;
}

function Body({ one, step, moving, letters, reach }: BodyProps): VNode {
  const { kind, radius } = one;
  if (kind === "compass") {
    return (
      <>
        <circle class="instrument-edge" r={radius} />
        <path class="instrument-mark" d={`M0 0L${radius} 0`} />
        <circle class="instrument-body" r={Math.max(16, reach)} {...moving} />
      </>
    );
  }
  if (kind === "ruler") {
    const marks = Array.from({ length: Math.floor((2 * radius) / (step / 4)) + 1 }, (_, n) => {
      const long = n % 4 === 0 ? 16 : n % 2 === 0 ? 11 : 7;
      return `M${-radius + (n * step) / 4} ${-RULER_WIDTH / 2}v${long}`;
    });
    // Numbers that would run into each other are left out.
    const each = Math.ceil((letters * 1.6) / step);
    const numbers = Array.from({ length: Math.floor((2 * radius) / step) + 1 }, (_, n) => n);
    return (
      <>
        <rect class="instrument-body" x={-radius} y={-RULER_WIDTH / 2} width={2 * radius} height={RULER_WIDTH} rx={3} {...moving} />
        <path class="instrument-mark" d={marks.join("")} />
        {numbers.slice(1, -1).filter((n) => n % each === 0).map((n) => (
          <text key={n} class="instrument-number" font-size={letters} x={-radius + n * step} y={-RULER_WIDTH / 2 + 17 + letters} text-anchor="middle">
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
          <text key={degrees} class="instrument-number" font-size={letters} x={(radius - 26) * Math.cos(angle)} y={(radius - 26) * Math.sin(angle) + (degrees % 180 ? 4 : -4)} text-anchor="middle">
            {degrees}
          </text>
        );
      })}
    </>
  );
}
