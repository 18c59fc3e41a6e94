/** The layers of a page on their sheets: what is in view of them, and what gestures show instead. */

import { useComputed, useSignalEffect } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Desk } from "../desk.ts";
import type { Element, Id, Layer } from "../../client/wire.ts";
import { overlaps, type Bounds } from "../geometry/geometry.ts";
import { elementNode } from "./ElementView.tsx";
import { usePainter, type Instead, type Painter } from "./painting.ts";
import { isWithin, useSeen } from "./seeing.ts";
import { areSame, factsOf, topmost, type Sheet } from "./sheets.ts";
import type { View } from "./viewing.ts";

/** With less on a page, leaving out what nobody sees gains nothing. */
const MANY = 400;
/** How much around the view is drawn, in views. */
const AROUND = 0.5;
/** Closer than that, what lies around would be most of what is drawn; taking it away costs a frame. */
const CLOSEST = 4;

interface LayersProps {
  readonly desk: Desk;
  readonly view: View;
  /** What lies under all layers. */
  readonly children: ComponentChildren;
}

export function Layers({ desk, view, children }: LayersProps): VNode {
  const painter = usePainter(desk.board, desk.isPrinting);
  const part = useSeen(desk, AROUND, CLOSEST);
  const drawn = useRef<ReadonlyMap<Id, Drawn>>(new Map());
  // Read here, they are another set only when something begins or ends to slide.
  const sliding = useComputed(() => desk.slide.value?.ids ?? null).value;
  useSignalEffect(() => view.slide(desk.slide.value));
  const board = desk.board.value;
  const drafts = desk.drafts.value;
  const isPrinting = desk.isPrinting.value;
  const live = isPrinting ? NO_IDS : topmost(board, drafts);
  const instead = new Map<Id, readonly Element[]>(desk.erased.value);
  for (const id of [...live, ...(desk.writing.current.value ? [desk.writing.current.value.element.id] : [])]) instead.set(id, NOTHING);
  const look: Look = {
    painter,
    drafts,
    instead,
    added: [...drafts.values()].filter(({ id }) => !board.elements.has(id) && !live.has(id)),
    changed: [...drafts.keys(), ...instead.keys()],
    seen: board.elements.size > MANY && !isPrinting ? part.value.seen : null,
    sliding,
  };
  const { sheets } = painter;
  drawn.current = new Map(
    sheets.map((sheet, n) => [sheet.key, drawing(sheet, drawn.current.get(sheet.key), look, sheets.slice(n + 1), view)]),
  );
  const all = [...drawn.current.values()];
  const above = [...live].map((id) => drafts.get(id)!);
  return (
    <>
      <svg key="under" class="board-svg">
        <g ref={view.place} class="board-world">
          {children}
          {isPrinting && all.flatMap(({ parts }) => parts).map(partNode)}
        </g>
      </svg>
      {!isPrinting && all.map(({ node }) => node)}
      {above.length > 0 &&
        sheetNode(
          "live",
          board.layers.map((layer) => ({ layer, nodes: above.filter((draft) => draft.layer === layer.id).map(elementNode) })),
          view,
        )}
    </>
  );
}

const NO_IDS: ReadonlySet<Id> = new Set();
const NOTHING: readonly Element[] = [];

/** What is drawn of a layer on a sheet. */
interface Part {
  readonly layer: Layer;
  readonly nodes: readonly VNode[];
}

interface Look {
  readonly painter: Painter;
  readonly drafts: ReadonlyMap<Id, Element>;
  readonly instead: Instead;
  /** Elements under a hand that are on the board only then. */
  readonly added: readonly Element[];
  /** What is not shown as it is on the board. */
  readonly changed: readonly Id[];
  readonly seen: Bounds | null;
  readonly sliding: ReadonlySet<Id> | null;
}

/** A sheet as it was drawn last. */
interface Drawn {
  readonly sheet: Sheet;
  /** All of it is made. */
  readonly isWhole: boolean;
  /** What is shown of it otherwise than it is on the board. */
  readonly touched: readonly unknown[];
  readonly seen: Bounds | null;
  readonly sliding: ReadonlySet<Id> | null;
  readonly heavy: number;
  readonly parts: readonly Part[];
  /** The very same one where nothing of it has changed. */
  readonly node: VNode[];
}

/** @param higher the sheets above this one. */
function drawing(sheet: Sheet, before: Drawn | undefined, look: Look, higher: readonly Sheet[], view: View): Drawn {
  const { painter, seen, sliding, drafts, instead } = look;
  const { heavy } = painter;
  const { ids, reach } = factsOf(sheet);
  const added = look.added.filter(({ layer }) => endsHere(layer, sheet, higher));
  const touched = [...added, ...look.changed.flatMap((id) => (ids.has(id) ? [instead.get(id) ?? drafts.get(id)] : []))];
  const isAsBefore = before?.sheet === sheet && before.seen === seen && before.sliding === sliding && before.heavy === heavy;
  if (isAsBefore && before.isWhole && areSame(before.touched, touched)) return before;
  const isInside = seen === null || (reach !== null && isWithin(reach, seen));
  const isOutside = touched.length === 0 && seen !== null && (reach === null || !overlaps(reach, seen));
  const parts = sheet.runs.map(({ layer, elements }): Part => {
    const nodes = isOutside ? [] : painter.nodesOf(elements, drafts, instead, isInside ? null : seen);
    return { layer, nodes: [...nodes, ...added.filter((draft) => draft.layer === layer.id).map(elementNode)] };
  });
  const isSame =
    before?.sliding === sliding &&
    before.parts.length === parts.length &&
    parts.every(({ layer, nodes }, n) => before.parts[n]!.layer === layer && areSame(before.parts[n]!.nodes, nodes));
  const node = isSame ? before.node : nodesFor(sheet.key, parts, sliding, view);
  return { sheet, isWhole: !painter.isBehind, touched, seen, sliding, heavy, parts, node };
}

/** Whether what is put on top of a layer lies on this sheet. */
function endsHere(layer: Id, sheet: Sheet, higher: readonly Sheet[]): boolean {
  const holds = ({ runs }: Sheet): boolean => runs.some((run) => run.layer.id === layer);
  return holds(sheet) && !higher.some(holds);
}

/** What slides lies on a sheet of its own, right above the others: that is moved, and nothing is painted. */
function nodesFor(key: Id, parts: readonly Part[], sliding: ReadonlySet<Id> | null, view: View): VNode[] {
  const slides = ({ key: id }: VNode): boolean => sliding?.has(String(id)) === true;
  const stay = parts.map(({ layer, nodes }) => ({ layer, nodes: nodes.filter((node) => !slides(node)) }));
  const slide = parts.map(({ layer, nodes }) => ({ layer, nodes: nodes.filter(slides) }));
  const hasAny = ({ nodes }: Part): boolean => nodes.length > 0;
  return [
    ...(stay.some(hasAny) ? [sheetNode(`${key} stays`, stay, view)] : []),
    // Where all of it slides, nothing in it is touched.
    ...(slide.some(hasAny) ? [sheetNode(stay.some(hasAny) ? `${key} slides` : `${key} stays`, slide, view, true)] : []),
  ];
}

function sheetNode(key: string, parts: readonly Part[], view: View, isSliding = false): VNode {
  return <SheetView key={key} parts={parts} view={view} isSliding={isSliding} />;
}

interface SheetViewProps {
  readonly parts: readonly Part[];
  readonly view: View;
  readonly isSliding: boolean;
}

/** A component, as Preact passes by only those where their node is the very same. */
function SheetView({ parts, view, isSliding }: SheetViewProps): VNode {
  return (
    <svg ref={isSliding ? view.placeSliding : view.placeStill} class="board-svg" data-slides={isSliding || undefined}>
      <g ref={view.place} class="board-world">
        {parts.map(partNode)}
      </g>
    </svg>
  );
}

function partNode({ layer, nodes }: Part): VNode {
  return (
    <g key={layer.id} data-layer={layer.id} display={layer.visible === false ? "none" : undefined}>
      {nodes}
    </g>
  );
}
