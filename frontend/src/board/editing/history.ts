/** Undo and redo of one's own doing: which step, what it comes to, and who knows it (BD-11). */

import { isArranging, pageOf, type Arrangement } from "../../client/replica/arrangement.ts";
import type { Board } from "../../client/replica/board.ts";
import type { Edit, Element, Id, Layer, Operation } from "../../client/wire.ts";

/** What one gesture changed. Absent: there was, or is, no such element. */
export interface Step {
  readonly elements: ReadonlyMap<Id, { readonly before?: Element; readonly after?: Element }>;
  readonly arrangement: { readonly before: Arrangement; readonly after: Arrangement } | null;
  /** So many changes it is to the desk, which takes back one at a time; 0: the desk has no such. */
  inRoom: number;
}

/** How a step is taken back: by the desk, or, where that has forgotten it, by new operations. */
export interface Travel {
  readonly ops: readonly Operation[];
  readonly inRoom: number;
  /** Where something is other than before, of the pages that are there afterwards. */
  readonly pages: readonly Id[];
}

const DEPTH = 200;

export interface TakingBack {
  /** The operations that bring back what was before, where nobody has changed it since. */
  inverse(step: Step, board: Board): Operation[];
  /** What taking a step back does. */
  reversed(step: Step, board: Board, ops: readonly Operation[]): Step;
  /** The pages on which operations change something, those excepted that they remove. */
  pagesOf(ops: readonly Operation[], board: Board): readonly Id[];
}

/** How steps are taken back: fetched behind the board (`taking_back.ts`), nothing is until then. */
export const taking: { back: TakingBack | null } = { back: null };

export class UndoHistory {
  #past: Step[] = [];
  #future: Step[] = [];
  /** The board before the gesture that is going on, and what it has touched. */
  #gesture: Gesture | null = null;
  #depth = 0;

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** Everything recorded until the matching `end` is one step. */
  begin(board: Board): void {
    if (this.#depth === 0) {
      this.#gesture = { before: board, touched: new Set(), isArranging: false, inRoom: 0, isForgotten: false };
    }
    this.#depth += 1;
  }

  /** Notes what the person's own operations are about to touch on `board`, and in how many parts. */
  record(board: Board, ops: readonly Edit[], submissions = 1): void {
    const gesture = this.#gesture;
    if (gesture === null) return;
    // To the desk a stroke is one change, whatever number of appends it came in.
    if (!ops.every((op) => goesOn(op, gesture))) gesture.inRoom += ops.length === 1 ? 1 : submissions;
    for (const op of ops) {
      for (const id of touchedBy(op, board)) gesture.touched.add(id);
      gesture.isArranging ||= op.op !== "append" && isArranging(op as Operation);
    }
  }

  end(board: Board): void {
    this.#depth = Math.max(0, this.#depth - 1);
    const gesture = this.#gesture;
    if (gesture === null || this.#depth > 0) return;
    this.#gesture = null;
    const elements = new Map<Id, { before?: Element; after?: Element }>();
    for (const id of gesture.touched) {
      const [before, after] = [gesture.before.elements.get(id), board.elements.get(id)];
      if (before === after) continue;
      elements.set(id, { ...(before && { before }), ...(after && { after }) });
    }
    const arrangement = gesture.isArranging ? { before: gesture.before, after: board } : null;
    if (elements.size === 0 && arrangement === null) {
      // A stroke that was taken back at once: the room has it as steps of its own, on top of all others.
      if (gesture.inRoom > 0) this.forgetRoom();
      return;
    }
    this.#past.push({ elements, arrangement, inRoom: gesture.isForgotten ? 0 : gesture.inRoom });
    if (this.#past.length > DEPTH) this.#past.shift();
    this.#future = [];
  }

  /** Notes pages that the room has made for this person, with all that is on them: one change of theirs. */
  came(pages: readonly Id[], board: Board): void {
    const isOther = (layer: Layer): boolean => !pages.includes(pageOf(layer));
    const before = { pages: board.pages.filter(({ id }) => !pages.includes(id)), layers: board.layers.filter(isOther) };
    const layers = new Set(board.layers.filter((layer) => !isOther(layer)).map(({ id }) => id));
    const elements = [...board.elements].filter(([, { layer }]) => layers.has(layer));
    this.#past.push({
      elements: new Map(elements.map(([id, after]) => [id, { after }])),
      arrangement: { before, after: board },
      inRoom: 1,
    });
    if (this.#past.length > DEPTH) this.#past.shift();
    this.#future = [];
  }

  /** Returns what takes the newest step back that still has an effect, null where none has. */
  undo(board: Board): Travel | null {
    return this.#travelled(this.#past, this.#future, board);
  }

  redo(board: Board): Travel | null {
    return this.#travelled(this.#future, this.#past, board);
  }

  /** The desk has forgotten all steps so far, or has others: it was opened anew, or got them in one. */
  forgetRoom(): void {
    if (this.#gesture !== null) this.#gesture.isForgotten = true;
    for (const step of [...this.#past, ...this.#future]) step.inRoom = 0;
  }

  #travelled(from: Step[], to: Step[], board: Board): Travel | null {
    const { back } = taking;
    if (back === null) return null;
    for (let step = from.pop(); step !== undefined; step = from.pop()) {
      const ops = back.inverse(step, board);
      if (ops.length === 0) {
        // The desk still has it, on top of those below.
        this.forgetRoom();
        continue;
      }
      to.push(back.reversed(step, board, ops));
      return { ops, inRoom: step.inRoom, pages: back.pagesOf(ops, board) };
    }
    return null;
  }
}

interface Gesture {
  readonly before: Board;
  readonly touched: Set<Id>;
  isArranging: boolean;
  inRoom: number;
  /** The desk has what was done until now in other steps. */
  isForgotten: boolean;
}

function goesOn(op: Edit, gesture: Gesture): boolean {
  return op.op === "append" && gesture.touched.has(op.id);
}

function touchedBy(op: Edit, board: Board): readonly Id[] {
  switch (op.op) {
    case "put":
      return [op.element.id];
    case "patch":
    case "append":
      return [op.id];
    case "remove":
      return op.ids;
    case "clear":
      return idsOn(board, (layer, page) => (op.layer ?? layer) === layer && (op.page ?? page) === page);
    case "remove_layer":
      return idsOn(board, (layer) => layer === op.id);
    case "remove_page":
      return idsOn(board, (_, page) => page === op.id);
    default:
      return [];
  }
}

function idsOn(board: Board, isMeant: (layer: Id, page: Id) => boolean): Id[] {
  const layers = new Set(board.layers.filter((each) => isMeant(each.id, pageOf(each))).map(({ id }) => id));
  return [...board.elements.values()].filter(({ layer }) => layers.has(layer)).map(({ id }) => id);
}
