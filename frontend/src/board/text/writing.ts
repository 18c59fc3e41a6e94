/** Words that are being written: whatever happens to the page, the permission or the text, they are not lost. */

import { computed, effect, signal, untracked, type ReadonlySignal } from "@preact/signals";
import { withoutDefaults, type Board } from "../../client/replica/board.ts";
import { randomId } from "../../client/random_id.ts";
import type { Edit, Element, Id, Note, Operation, Style, TextElement } from "../../client/wire.ts";
import { KeptDrafts, type Draft } from "./kept_drafts.ts";
import { merged } from "./merging.ts";

export type TextHolder = TextElement | Note;
export type { Draft } from "./kept_drafts.ts";

/** What writing needs of the desk. */
export interface Paper {
  readonly board: ReadonlySignal<Board>;
  /** Whether a text may be changed, or a new one put on its layer. */
  mayWrite(element: TextHolder, isNew: boolean): boolean;
  edit(ops: readonly Edit[]): void;
  /** Whether anything may be written at all. */
  readonly isOpen: ReadonlySignal<boolean>;
  /** Where a text goes whose layer is gone. */
  layer(): Id;
}

/** Between a text and the words that could not be put into it, in board units. */
const GAP = 16;

export class Writing {
  /** What is being written now, as it was when it was opened: what is typed since is `text`. */
  readonly current = signal<Draft | null>(null);
  /** What may not be put on the board for now: it is kept, and goes on as soon as it may. */
  readonly isHeld = computed(() => {
    const draft = this.current.value;
    return draft !== null && !this.#paper.mayWrite(draft.element, draft.isNew);
  });
  readonly #paper: Paper;
  readonly #waiting: Draft[] = [];
  readonly #stops: (() => void)[];
  #kept: KeptDrafts | null = null;
  #text = "";
  /** The person is done with it; it only may not be put on the board. */
  #isDone = false;

  constructor(paper: Paper) {
    this.#paper = paper;
    this.#stops = [
      effect(() => {
        void paper.board.value;
        void paper.isOpen.value;
        const isHeld = this.isHeld.value;
        untracked(() => this.#goOn(isHeld));
      }),
    ];
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#kept?.close();
  }

  /** Takes up what earlier page loads left. */
  async takeUp(kept: KeptDrafts): Promise<void> {
    this.#kept = kept;
    if (this.current.peek() !== null) this.typed(this.#text);
    this.#waiting.push(...(await kept.left(Date.now())));
    this.#goOn(this.isHeld.peek());
  }

  /** The text that is being written, as it lies on the board now; null where there is none. */
  get element(): TextHolder | null {
    const draft = this.current.peek();
    const now = draft && this.#paper.board.peek().elements.get(draft.element.id);
    return now?.type === "text" || now?.type === "note" ? now : (draft?.element ?? null);
  }

  open(element: TextHolder, isNew: boolean): void {
    const at = this.#waiting.findIndex((draft) => draft.element.id === element.id);
    const [left] = at < 0 ? [] : this.#waiting.splice(at, 1);
    this.#show(left ?? { element, isNew, text: element.text ?? "" });
  }

  /** Goes on from what another has made of the text, where nothing was typed yet; returns whether. */
  rebase(element: TextHolder): boolean {
    const draft = this.current.peek();
    if (draft === null || this.#text !== (draft.element.text ?? "") || element.text === draft.element.text) return false;
    this.#text = element.text ?? "";
    this.current.value = { ...draft, element, text: this.#text };
    return true;
  }

  /** Gives what is written, and is not on the board yet, another look. */
  restyle(styleOf: (element: TextHolder) => Style | null): void {
    const draft = this.current.peek();
    const style = draft?.isNew ? styleOf(draft.element) : null;
    if (draft === null || style === null) return;
    const element = { ...draft.element, style: { ...draft.element.style, ...style } };
    this.current.value = { ...draft, element, text: this.#text };
    this.typed(this.#text);
  }

  /** What has been typed by now. */
  get text(): string {
    return this.#text;
  }

  /** Puts other words in the place of what was typed. */
  rewrite(text: string): void {
    const draft = this.current.peek();
    if (draft === null) return;
    this.current.value = { ...draft, text };
    this.typed(text);
  }

  typed(text: string): void {
    this.#text = text;
    this.#isDone = false;
    const draft = this.current.peek();
    if (draft !== null) this.#kept?.keep({ ...draft, text }, Date.now());
  }

  /**
   * The person is done: puts the words on the board.
   *
   * @returns the element that they are in now; null where they stay as they are, or nothing is left of it.
   */
  finish(): Id | null {
    const draft = this.current.peek();
    if (draft === null) return null;
    const text = this.#text.trimEnd();
    if (this.isHeld.peek() && text !== (draft.element.text ?? "")) {
      this.#isDone = true;
      return null;
    }
    this.current.value = null;
    this.#kept?.forget(draft.element.id);
    const ops = saving(this.#paper.board.peek(), { ...draft, text }, this.#paper.layer());
    this.#paper.edit(ops);
    const [op] = ops;
    return op?.op === "put" ? op.element.id : op?.op === "patch" ? op.id : null;
  }

  /** Puts the words aside until they may be put on the board; they are kept. */
  putAside(): void {
    const draft = this.current.peek();
    if (draft === null) return;
    this.#waiting.push({ ...draft, text: this.#text });
    this.current.value = null;
  }

  /** The room did not take it: the words are shown again. */
  refused(ops: readonly Operation[]): void {
    for (const op of ops) {
      const draft = draftOf(op, this.#paper.board.peek());
      if (draft === null) continue;
      this.#kept?.keep(draft, Date.now());
      this.#waiting.push(draft);
    }
    this.#goOn(this.isHeld.peek());
  }

  #show(draft: Draft): void {
    this.#text = draft.text;
    this.#isDone = false;
    this.current.value = draft;
  }

  #goOn(isHeld: boolean): void {
    const draft = this.current.peek();
    if (draft === null) {
      const at = this.#waiting.findIndex(({ element, isNew }) => this.#paper.mayWrite(element, isNew));
      const [next] = at < 0 ? [] : this.#waiting.splice(at, 1);
      if (next !== undefined) this.#show(next);
    } else if (!isHeld && this.#isDone) {
      this.finish();
    }
  }
}

/** What puts words on a board on which others may have changed the text, or taken it away. */
export function saving(board: Board, { element, isNew, text }: Draft, layer: Id): readonly Operation[] {
  const base = element.text ?? "";
  const now = board.elements.get(element.id);
  if (now?.type !== "text" && now?.type !== "note") {
    const isEmptyNote = isNew && element.type === "note";
    if (text === "" ? !isEmptyNote : !isNew && text === base) return [];
    // Under its old id it was removed: to whoever did that this is another text.
    return [putting({ ...element, text, ...(!isNew && { id: randomId() }) }, board, layer)];
  }
  const theirs = now.text ?? "";
  if (text === base) return [];
  const both = merged(base, theirs, text);
  if (both === null) return [putting(beside(now, text), board, layer)];
  if (both === "" && now.type === "text") return [{ op: "remove", ids: [now.id] }];
  return both === theirs ? [] : [{ op: "patch", id: now.id, set: { text: both } }];
}

function putting(element: TextHolder, board: Board, layer: Id): Operation {
  const isThere = board.layers.some(({ id }) => id === element.layer);
  const { by: _, ...own } = element;
  return { op: "put", element: withoutDefaults({ ...own, ...(!isThere && { layer }) } as Element) };
}

/** The same words were changed by both: one's own come below the others'. */
function beside(now: TextHolder, text: string): TextHolder {
  const size = now.style?.font_size ?? 20;
  const height = now.type === "note" ? now.h : (now.text ?? "").split("\n").length * size * 1.3;
  return { ...now, id: randomId(), y: now.y + height + GAP, text };
}

/** The words of an operation that puts text on the board, to be written on. */
function draftOf(op: Operation, board: Board): Draft | null {
  if (op.op === "put") {
    const { element } = op;
    if ((element.type !== "text" && element.type !== "note") || !element.text) return null;
    const isNew = !board.elements.has(element.id);
    return { element: isNew ? { ...element, text: "" } : element, isNew, text: element.text };
  }
  const text = op.op === "patch" ? (op.set as { text?: unknown }).text : undefined;
  if (op.op !== "patch" || typeof text !== "string" || text === "") return null;
  const element = board.elements.get(op.id);
  return element?.type === "text" || element?.type === "note" ? { element, isNew: false, text } : null;
}
