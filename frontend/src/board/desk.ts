/** The desk: the board as a person works at it, with their tools, and what they have selected. */

import { batch, computed, signal } from "@preact/signals";
import { tabStorage } from "../browser/browser_storage.ts";
import { EMPTY_BOARD, type Board } from "../client/replica/board.ts";
import { Refusal } from "../client/refusal.ts";
import type { RoomClient } from "../client/room_client.ts";
import type { Edit, Element, Id, Operation, Page, Style } from "../client/wire.ts";
import type { Lesson } from "../lesson/lesson.ts";
import { Assets } from "./drawing/assets.ts";
import { extentOf, fitted, fitting, freePart, isShown, visibleOn, type Insets } from "./geometry/fitting.ts";
import { MIN_ZOOM, union, type Bounds, type Camera, type Point } from "./geometry/geometry.ts";
import { UndoHistory, type Travel } from "./editing/history.ts";
import { permitted } from "./editing/permitted.ts";
import { Others } from "./others.ts";
import { pageBoard, pageShown, type PageBoard } from "./pages.ts";
import { KEPT_TEX, type OpenFigure } from "./figures/figure.ts";
import { KeptDrafts } from "./text/kept_drafts.ts";
import { Writing } from "./text/writing.ts";
import { Aids } from "./tools/aids.ts";
import { arranging } from "./tools/arranging.ts";
import type { Instrument } from "./hand/instruments.ts";
import { Eraser } from "./tools/eraser.ts";
import { neededFor, type Tool } from "./tools/tools.ts";
import { looksOf, restyled, type Look, type Looks } from "./editing/styling.ts";

export interface Unfinished {
  finish(): void;
  cancel(): void;
  /** Takes the last click back. */
  back(): void;
  /** Where keys lead it: so many steps along each axis, far ones or not. */
  lead?(steps: readonly [number, number], isFar: boolean): void;
}

/** Who comes in sees what is there at this zoom at least, where one can read it. */
const READABLE_ZOOM = 0.25;
const START: Camera = { x: 0, y: 0, zoom: 1 };

export class Desk {
  readonly client: RoomClient;
  readonly history = new UndoHistory();
  /** The page that one looks at; `client.board` has all of them. */
  readonly board = signal<PageBoard>(pageBoard(EMPTY_BOARD, EMPTY_BOARD.pages[0]!));
  readonly page = computed<Page>(() => this.board.value.page);
  /** Whether what lies on it is still on its way (BD-28). */
  readonly isComing = computed(() => this.turn.value && (this.client.state?.rest?.pages.includes(this.page.value.id) ?? false));
  readonly others: Others;
  /** Told again whenever the board is another, on whatever page. */
  readonly turn = signal<Board>(EMPTY_BOARD);
  /** All pages, in order. */
  readonly pages = computed<readonly Page[]>(() => this.turn.value.pages);
  readonly undoable = signal({ canUndo: false, canRedo: false });

  /** What the person chose; kept while a permission or a pause takes it away. */
  readonly chosenTool = signal<Tool>("pen");
  readonly tool = computed<Tool>(() =>
    this.mayUse(this.chosenTool.value) ? this.chosenTool.value : "hand",
  );
  readonly color = signal("#1e1e1e");
  readonly width = signal<number>(4);
  readonly isFilled = signal(false);
  /** What letters look like that are written next. */
  readonly lettering = signal<Style>({});
  readonly eraser = new Eraser();
  readonly layer = signal<Id>("base");
  readonly selection = signal<ReadonlySet<Id>>(new Set());
  /** Elements as a gesture shows them, before or instead of what is on the board. */
  readonly drafts = signal<ReadonlyMap<Id, Element>>(new Map());
  /** What an eraser has touched that the room has not heard of yet, and what is left of it. */
  readonly erased = signal<ReadonlyMap<Id, readonly Element[]>>(new Map());
  readonly aids = new Aids(arranging);
  readonly marquee = signal<{ from: Point; to: Point } | null>(null);
  /** What is made by several clicks, or led by keys, and not done yet. */
  readonly unfinished = signal<Unfinished | null>(null);
  /** What lies on the board for this person alone, to draw along. */
  readonly instruments = signal<readonly Instrument[]>([]);
  /** The loop that is being drawn to select. */
  readonly lasso = signal<readonly Point[] | null>(null);
  readonly camera = signal<Camera>(START);
  readonly viewSize = signal({ width: 0, height: 0 });
  /** How much of the view lies below bars and panels; the board that is shown knows. */
  covered: () => Insets = () => ({ top: 0, right: 0, bottom: 0, left: 0 });

  /** Where the person's pointer is, on the board; null before it was there. */
  readonly pointer = signal<Point | null>(null);
  /** A pen is down, or something is dragged. */
  readonly isBusy = signal(false);
  /** Many that are moved together, and how far: they are shown as a whole. */
  readonly slide = signal<{ readonly ids: ReadonlySet<Id>; readonly dx: number; readonly dy: number } | null>(null);
  /** All of the page is drawn, in view or not. */
  readonly isPrinting = signal(false);
  /** How many pictures are on their way to the server. */
  readonly uploading = signal(0);
  readonly document = signal<File | null>(null); // that came: which of its pages are wanted is asked
  readonly assets: Assets;
  /** The layer that is drawn on: the chosen one, or the topmost where that is gone. */
  readonly activeLayer = computed(() => {
    const { layers } = this.board.value;
    return layers.find((layer) => layer.id === this.layer.value) ?? layers.at(-1) ?? null;
  });

  /** The look of what is selected, or else of what is drawn next. */
  readonly looks = computed<Looks>(() => {
    const selected = this.#selected();
    if (selected.length > 0) return looksOf(selected);
    const [color, width, isFilled] = [this.color.value, this.width.value, this.isFilled.value];
    return { color: new Set([color]), width: new Set([width]), isFilled: new Set([isFilled]) };
  });

  readonly writing: Writing;
  /** The figure whose editor is open. */
  readonly figure = signal<OpenFigure | null>(null);

  readonly #stops: (() => void)[];
  #hasFitted = false;
  #hasBegun = false;
  #wantedPage: Id | null = null;
  /** Where the page stood that one looks at: what comes there once it is gone is shown. */
  #place = 0;
  readonly #cameras = new Map<Id, Camera>();

  constructor(readonly lesson: Lesson) {
    this.client = lesson.client;
    this.others = new Others(this.client, () => lesson.state.value?.userId ?? null);
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
    ];
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.writing.dispose();
    this.assets.dispose();
    this.aids.dispose();
    this.others.dispose();
  }

  mayUse(tool: Tool): boolean {
    const needed = neededFor(tool);
    return needed === null || (this.lesson.may(needed) && this.lesson.isBoardOpen.value);
  }

  /** Whether the person may change an element: their own, and those of others where the host lets them. */
  readonly mayChange = (element: Element): boolean =>
    this.lesson.may("can_edit_others") || (element.by ?? 0) === this.lesson.state.peek()?.userId;

  /** Whether the person may move an element: those of others, too, where the page or the layer is open (BD-27). */
  readonly mayMove = (element: Element): boolean =>
    this.mayChange(element) || this.board.value.page.open === true || this.board.value.layers.some(({ id, open }) => open === true && id === element.layer);

  /** Whether it is theirs to change, and nothing holds it: no lock of its own, none of its layer. */
  readonly isFree = (element: Element): boolean =>
    this.mayChange(element) && this.#isLoose(element);

  readonly isMovable = (element: Element): boolean => this.mayMove(element) && this.#isLoose(element);

  /** Whether the person may put such an element on the board. */
  readonly mayPut = ({ type }: Element): boolean =>
    this.mayUse("pen") && (type !== "image" || this.lesson.may("can_upload_images"));

  /** Where a copy of an element goes: where that lies, or where one draws. */
  readonly layerFor = ({ layer }: Element): Id => {
    const isHere = this.board.value.layers.some(({ id, locked, visible }) => id === layer && !locked && visible !== false);
    return isHere ? layer : (this.activeLayer.value?.id ?? "base");
  };

  /** Whether something can be drawn where the person is about to draw. */
  mayDrawHere(): boolean {
    const layer = this.activeLayer.value;
    return layer !== null && layer.locked !== true && layer.visible !== false && !this.isComing.value;
  }

  #isLoose({ locked, layer }: Element): boolean {
    return locked !== true && this.#mayDrawOn(layer);
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

  /** What is locked, and others' work where the person may not change it, stays as it is: nothing is shown that is refused. */
  edit(wanted: readonly Edit[]): void {
    const { elements } = this.client.board;
    const ops = wanted.flatMap((op) => permitted(op, elements, this.mayChange, this.mayMove));
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
    this.writing.restyle((element) => restyled(element, look));
    this.edit(
      this.#selected().flatMap((element): Operation[] => {
        const style = restyled(element, look);
        return style === null || !this.client.board.elements.has(element.id) ? [] : [{ op: "patch", id: element.id, set: { style } }];
      }),
    );
  }

  #selected(): Element[] {
    const draft = this.writing.current.value;
    if (draft !== null) return [this.board.value.elements.get(draft.element.id) ?? draft.element];
    return [...this.selection.value].flatMap((id) => this.board.value.elements.get(id) ?? []);
  }

  /** What one sees of the board, where no bars and panels are. */
  seen(): Bounds {
    const { x, y, zoom } = this.camera.value;
    const part = this.#freePart();
    return { x: x + part.x / zoom, y: y + part.y / zoom, w: part.w / zoom, h: part.h / zoom };
  }

  resized(width: number, height: number): void {
    this.viewSize.value = { width, height };
    this.#fitAtFirst();
  }

  /** Shows everything: what lies beside the sheet, too. */
  fit(): void {
    const drawn = extentOf(visibleOn(this.board.value));
    const beside = drawn && this.page.value.size ? union([drawn, this.#extent()!]) : null;
    this.camera.value = beside ? fitted(beside, this.#freePart()) : this.#fitting(MIN_ZOOM);
  }

  /** Looks at another page, where one looked at it before; nothing happens while a pen is down. */
  showPage(id: Id): void {
    const { pages } = this.client.board;
    if (id === this.page.value.id || this.isBusy.value || !pages.some((page) => page.id === id)) return;
    if (!this.isComing.value) this.#cameras.set(this.page.value.id, this.camera.value);
    batch(() => {
      this.selection.value = new Set();
      this.drafts.value = new Map();
      this.#wantedPage = id;
      this.#show(this.client.board);
      const camera = this.#cameras.get(id);
      if (camera !== undefined) this.camera.value = camera;
      else this.#fitPage();
    });
  }

  /** Takes up pages that the room has made for this person: what they undo next is them. */
  pageCame(...ids: Id[]): void {
    this.history.came(ids, this.client.board);
    this.#shown();
    this.showPage(ids[0]!);
  }

  /** Looks at the page that stands so many places further on, if there is one. */
  turnPage(by: number): void {
    const { pages } = this.client.board;
    const next = pages[pages.findIndex(({ id }) => id === this.page.value.id) + by];
    if (next !== undefined) this.showPage(next.id);
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
    // One sees what comes of it.
    const there = travel?.pages ?? [];
    if (there.length > 0 && !there.includes(this.page.value.id)) this.showPage(there[0]!);
  }

  /** Takes up what the client holds now. */
  follow(): void {
    const { board, state, status } = this.client;
    if (state?.epoch !== this.lesson.state.peek()?.epoch) this.history.forgetRoom();
    if (status.connection === "live") this.#begin();
    const wasComing = this.isComing.value;
    if (this.#show(board)) {
      const { elements } = this.board.value;
      const kept = [...this.selection.value].filter((id) => elements.has(id));
      if (kept.length !== this.selection.value.size) this.selection.value = new Set(kept);
    }
    if (wasComing && !this.isComing.value && this.camera.value === START) this.#fitPage();
    this.#shown();
  }

  /** Once, when one knows who one is and what is on the board. */
  #begin(): void {
    this.#fitAtFirst();
    if (this.#hasBegun || this.client.state?.rest) return;
    this.#hasBegun = true;
    if (tabStorage.keys().some((key) => key.startsWith(KEPT_TEX))) void import("./figures/kept_tex.ts").then(({ reopen }) => reopen(this));
    void this.writing.takeUp(new KeptDrafts(`${this.lesson.sessionId}/${this.client.state?.userId}`));
  }

  /** Shows what was done just now, and whether it can be undone. */
  #shown(): void {
    this.#show(this.client.board);
    const { canUndo, canRedo } = this.history;
    if (canUndo !== this.undoable.value.canUndo || canRedo !== this.undoable.value.canRedo) {
      this.undoable.value = { canUndo, canRedo };
    }
  }

  /** Shows what was drawn before one came, where it does not lie in view anyway. */
  #fitAtFirst(): void {
    if (this.#hasFitted || this.client.status.connection !== "live" || this.viewSize.value.width === 0) return;
    this.#hasFitted = true;
    this.#show(this.client.board);
    this.#fitPage();
  }

  /** Shows what is on the page, where it does not lie in view as it is. */
  #fitPage(): void {
    const bounds = this.#extent();
    const isSheet = this.page.value.size != null;
    if (!isSheet && (bounds === null || isShown(bounds, START, this.#freePart()))) this.camera.value = START;
    else this.camera.value = this.#fitting(READABLE_ZOOM);
  }

  #fitting(leastZoom: number): Camera {
    const { page } = this.board.value;
    const part = this.#freePart();
    if (page.size == null && page.background == null) return fitting(this.board.value, part, leastZoom);
    return fitted(this.#extent(), part);
  }

  /** The sheet, or what is drawn on an endless page. */
  #extent(): Bounds | null {
    const { page } = this.board.value;
    if (page.size) return { x: 0, y: 0, w: page.size[0], h: page.size[1] };
    const { background: under } = page;
    const drawn = extentOf(visibleOn(this.board.value));
    return under ? union([...(drawn ? [drawn] : []), { x: 0, y: 0, ...under }]) : drawn;
  }

  /** Takes up what is on the page that one looks at; whether that is another than before. */
  #show(board: Board): boolean {
    const before = this.board.value;
    this.turn.value = board;
    const page = pageShown(board.pages, this.#wantedPage ?? before.page.id, this.#place);
    this.#place = board.pages.indexOf(page);
    this.#wantedPage = page.id;
    this.board.value = pageBoard(board, page, before);
    return this.board.value !== before;
  }

  #freePart(): Bounds {
    return freePart(this.viewSize.value.width, this.viewSize.value.height, this.covered());
  }
}
