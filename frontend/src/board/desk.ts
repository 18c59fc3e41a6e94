/** The desk: the board as a person works at it, with their tools, and what they have selected. */

import { computed, signal } from "@preact/signals";
import { EMPTY_BOARD, type Board } from "../client/board.ts";
import { Refusal } from "../client/refusal.ts";
import type { RoomClient } from "../client/room_client.ts";
import type { Edit, Element, Id, Operation, Permission } from "../client/wire.ts";
import type { Lesson } from "../lesson/lesson.ts";
import { Assets } from "./assets.ts";
import { extentOf, fitting, freePart, isShown, visibleOn, type Insets } from "./fitting.ts";
import { MIN_ZOOM, type Bounds, type Camera, type Point } from "./geometry.ts";
import { UndoHistory, type Travel } from "./history.ts";
import { restacked } from "./stacking.ts";
import { KeptDrafts } from "./text/kept_drafts.ts";
import { Writing } from "./text/writing.ts";
import { lookOf, restyled, type Look } from "./styling.ts";

export const TOOLS = [
  "select",
  "hand",
  "pen",
  "highlighter",
  "eraser",
  "line",
  "arrow",
  "rect",
  "ellipse",
  "text",
  "note",
] as const;
export type Tool = (typeof TOOLS)[number];

/** The permission without which a tool is not offered. */
export function neededFor(tool: Tool): Permission | null {
  if (tool === "hand") return null;
  return tool === "eraser" ? "can_erase" : "can_draw";
}

export interface Cursor {
  readonly userId: number;
  readonly at: Point;
  readonly tool: string | null;
  readonly seenAt: number;
}

/** What a cursor says instead of a tool while its owner writes: it stands where the text begins. */
export const WRITING = "writing";
/** Who comes in sees what is there at this zoom at least, where one can read it. */
const READABLE_ZOOM = 0.25;
/** A cursor that has not moved for so long is no longer shown. */
const CURSOR_MS = 6_000;

export class Desk {
  readonly client: RoomClient;
  readonly history = new UndoHistory();
  readonly board = signal<Board>(EMPTY_BOARD);
  readonly cursors = signal<ReadonlyMap<number, Cursor>>(new Map());
  readonly undoable = signal({ canUndo: false, canRedo: false });

  /** What the person chose; kept while a permission or a pause takes it away. */
  readonly chosenTool = signal<Tool>("pen");
  readonly tool = computed<Tool>(() =>
    this.mayUse(this.chosenTool.value) ? this.chosenTool.value : "hand",
  );
  readonly color = signal("#1e1e1e");
  readonly width = signal<number>(4);
  readonly isFilled = signal(false);
  readonly layer = signal<Id>("base");
  readonly selection = signal<ReadonlySet<Id>>(new Set());
  /** Elements as a gesture shows them, before or instead of what is on the board. */
  readonly drafts = signal<ReadonlyMap<Id, Element>>(new Map());
  readonly marquee = signal<{ from: Point; to: Point } | null>(null);
  readonly camera = signal<Camera>({ x: 0, y: 0, zoom: 1 });
  readonly viewSize = signal({ width: 0, height: 0 });
  /** How much of the view lies below bars and panels; the board that is shown knows. */
  covered: () => Insets = () => ({ top: 0, right: 0, bottom: 0, left: 0 });

  /** Where the person's pointer is, on the board; null before it was there. */
  readonly pointer = signal<Point | null>(null);
  /** A pen is down, or something is dragged. */
  readonly isBusy = signal(false);
  /** How many pictures are on their way to the server. */
  readonly uploading = signal(0);
  readonly assets: Assets;
  /** The layer that is drawn on: the chosen one, or the topmost where that is gone. */
  readonly activeLayer = computed(() => {
    const { layers } = this.board.value;
    return layers.find((layer) => layer.id === this.layer.value) ?? layers.at(-1) ?? null;
  });

  /** The look of what is selected, or else of what is drawn next. */
  readonly look = computed(() => {
    const selected = this.#selected();
    if (selected.length > 0) return lookOf(selected);
    return { color: this.color.value, width: this.width.value, isFilled: this.isFilled.value };
  });

  readonly writing: Writing;

  readonly #stops: (() => void)[];
  readonly #cursorTimer: ReturnType<typeof setInterval>;
  #hasFitted = false;
  #hasBegun = false;

  constructor(readonly lesson: Lesson) {
    this.client = lesson.client;
    this.assets = new Assets((asset) => lesson.api().image(asset));
    this.writing = new Writing({
      board: this.board,
      isOpen: computed(() => this.mayUse("text")),
      mayWrite: ({ layer }) => this.mayUse("text") && this.#mayDrawOn(layer),
      edit: (ops) => this.edit(ops),
      layer: () => this.activeLayer.value?.id ?? "base",
    });
    this.#stops = [
      this.client.on("refused", ({ ops }) => this.writing.refused(ops)),
      this.client.on("regrouped", () => this.history.forgetRoom()),
      this.client.on("pointers", (pointers) => {
        const seenAt = Date.now();
        const cursors = new Map(this.cursors.value);
        for (const [userId, x, y, tool] of pointers) {
          if (userId !== lesson.state.value?.userId) cursors.set(userId, { userId, at: { x, y }, tool, seenAt });
        }
        this.cursors.value = cursors;
      }),
    ];
    this.#cursorTimer = setInterval(() => this.#forgetCursors(), 1_000);
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.writing.dispose();
    this.assets.dispose();
    clearInterval(this.#cursorTimer);
  }

  mayUse(tool: Tool): boolean {
    const needed = neededFor(tool);
    return needed === null || (this.lesson.may(needed) && this.lesson.isBoardOpen.value);
  }

  /** Whether the person may change an element: their own, and those of others where the host lets them. */
  readonly mayChange = (element: Element): boolean =>
    this.lesson.may("can_edit_others") || (element.by ?? 0) === this.lesson.state.peek()?.userId;

  /** Whether something can be drawn where the person is about to draw. */
  mayDrawHere(): boolean {
    const layer = this.activeLayer.value;
    return layer !== null && layer.locked !== true && layer.visible !== false;
  }

  /** A layer that is gone counts as the one that is drawn on. */
  #mayDrawOn(id: Id): boolean {
    const layer = this.board.value.layers.find((one) => one.id === id) ?? this.activeLayer.value;
    return layer !== null && layer.locked !== true;
  }

  /** Everything done until `endStep` is undone as one. */
  beginStep(): void {
    this.history.begin(this.client.board);
  }

  endStep(): void {
    this.history.end(this.client.board);
    this.#shown();
  }

  /** Others' work stays as it is, where the person may not change it: nothing is shown that is refused. */
  edit(wanted: readonly Edit[]): void {
    const ops = wanted.flatMap((op) => this.#permitted(op));
    if (ops.length === 0) return;
    this.beginStep();
    this.history.record(this.client.board, ops, this.client.packed(ops).length);
    void this.client.edit(ops);
    this.endStep();
  }

  undo(): void {
    this.#travel("undo", this.history.undo(this.client.board));
  }

  redo(): void {
    this.#travel("redo", this.history.redo(this.client.board));
  }

  removeSelected(): void {
    const ids = [...this.selection.value].filter((id) => this.board.value.elements.has(id));
    this.selection.value = new Set();
    if (ids.length > 0) this.edit([{ op: "remove", ids }]);
  }

  /** Applies to what is selected, and to what is drawn next. */
  restyle(look: Partial<Look>): void {
    if (look.color !== undefined) this.color.value = look.color;
    if (look.width !== undefined) this.width.value = look.width;
    if (look.isFilled !== undefined) this.isFilled.value = look.isFilled;
    this.edit(
      this.#selected().flatMap((element): Operation[] => {
        const style = restyled(element, look);
        return style === null ? [] : [{ op: "patch", id: element.id, set: { style } }];
      }),
    );
  }

  /** Brings what is selected above all else, or below it. */
  restack(to: "front" | "back"): void {
    const places = restacked(this.board.value, this.selection.value, to);
    this.edit([...places].map(([id, z]): Operation => ({ op: "patch", id, set: { z } })));
  }

  #selected(): Element[] {
    return [...this.selection.value].flatMap((id) => this.board.value.elements.get(id) ?? []);
  }

  resized(width: number, height: number): void {
    this.viewSize.value = { width, height };
    this.#fitAtFirst();
  }

  fit(): void {
    this.camera.value = fitting(this.board.value, this.#freePart(), MIN_ZOOM);
  }

  #permitted(op: Edit): Edit[] {
    const isOthers = (id: Id): boolean => {
      const element = this.client.board.elements.get(id);
      return element !== undefined && !this.mayChange(element);
    };
    switch (op.op) {
      case "put":
        return isOthers(op.element.id) ? [] : [op];
      case "patch":
        return isOthers(op.id) ? [] : [op];
      case "remove": {
        const ids = op.ids.filter((id) => !isOthers(id));
        return ids.length > 0 ? [{ ...op, ids }] : [];
      }
      default:
        return [op];
    }
  }

  #travel(what: "undo" | "redo", travel: Travel | null): void {
    const { connection, unsaved } = this.client.status;
    if (travel !== null) {
      const { ops, inRoom } = travel;
      if (inRoom > 0 && connection === "live" && unsaved === 0) {
        this.client.takeBack(what, inRoom, ops).catch((error: unknown) => {
          this.history.forgetRoom();
          if (error instanceof Refusal && error.error.code === "not_found") void this.client.edit(ops);
          else if (error instanceof Refusal) this.lesson.show(error.error);
        });
      } else {
        // To the room this is a new change, with the older ones below it.
        this.history.forgetRoom();
        void this.client.edit(ops);
      }
    }
    this.selection.value = new Set();
    this.#shown();
  }

  /** Takes up what the client holds now. */
  follow(): void {
    const { board, state, status } = this.client;
    if (state?.epoch !== this.lesson.state.peek()?.epoch) this.history.forgetRoom();
    if (status.connection === "live") this.#begin();
    if (board !== this.board.value) {
      this.board.value = board;
      const kept = [...this.selection.value].filter((id) => board.elements.has(id));
      if (kept.length !== this.selection.value.size) this.selection.value = new Set(kept);
    }
    this.#shown();
  }

  /** Once, when one knows who one is and what is on the board. */
  #begin(): void {
    this.#fitAtFirst();
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    void this.writing.takeUp(new KeptDrafts(`${this.lesson.sessionId}/${this.client.state?.userId}`));
  }

  /** Shows what was done just now, and whether it can be undone. */
  #shown(): void {
    this.board.value = this.client.board;
    const { canUndo, canRedo } = this.history;
    if (canUndo !== this.undoable.value.canUndo || canRedo !== this.undoable.value.canRedo) {
      this.undoable.value = { canUndo, canRedo };
    }
  }

  /** Shows what was drawn before one came, where it does not lie in view anyway. */
  #fitAtFirst(): void {
    if (this.#hasFitted || this.client.status.connection !== "live" || this.viewSize.value.width === 0) return;
    this.#hasFitted = true;
    const part = this.#freePart();
    const bounds = extentOf(visibleOn(this.client.board));
    if (bounds === null || isShown(bounds, this.camera.value, part)) return;
    this.camera.value = fitting(this.client.board, part, READABLE_ZOOM);
  }

  #freePart(): Bounds {
    return freePart(this.viewSize.value.width, this.viewSize.value.height, this.covered());
  }

  #forgetCursors(): void {
    const newest = Date.now() - CURSOR_MS;
    const { value } = this.cursors;
    const kept = [...value].filter(([, cursor]) => cursor.seenAt > newest);
    if (kept.length !== value.size) this.cursors.value = new Map(kept);
  }
}
