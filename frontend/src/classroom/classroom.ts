/** What the classroom's page shows: signals over a `RoomClient`, and what a person can do. */

import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { Assets } from "../board/assets.ts";
import {
  extentOf,
  fitted,
  freePart,
  isShown,
  type Bounds,
  type Camera,
  type Insets,
  type Point,
} from "../board/geometry.ts";
import { UndoHistory, type Travel } from "../board/history.ts";
import { tint } from "../board/palette.ts";
import { EMPTY_BOARD, type Board } from "../client/board.ts";
import { ApiRefusal } from "../client/http.ts";
import { ClassroomApi } from "../client/rest.ts";
import { Refusal } from "../client/refusal.ts";
import type { RoomClient, Status } from "../client/room_client.ts";
import type { DeviceLine } from "../media/devices.ts";
import { Media } from "../media/media.ts";
import { Chat } from "./chat.ts";
import { defaultPermissions, type RoomState } from "../client/room_state.ts";
import type { ChatPolicy, Commands, Edit, Element, ErrorData, Id, Operation, Permission } from "../client/wire.ts";
import { Following } from "./following.ts";
import { Pointing } from "./pointing.ts";

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

/** Text that is being written: `element` may not be on the board yet. */
export interface Editing {
  readonly element: Extract<Element, { type: "text" | "note" }>;
  readonly isNew: boolean;
}

export interface Toast {
  readonly key: number;
  readonly error: ErrorData;
}

/** A cursor that has not moved for so long is no longer shown. */
const CURSOR_MS = 6_000;
const TOAST_MS = 5_000;

export class Classroom {
  readonly client: RoomClient;
  readonly history = new UndoHistory();
  readonly media: Media;
  readonly chat: Chat;
  readonly following: Following;
  readonly pointing: Pointing;
  /** The HTTP API, in this participant's name. */
  readonly api: () => ClassroomApi;

  readonly state = signal<RoomState | null>(null);
  readonly status = signal<Status>({ connection: "connecting", ending: null, reason: "", unsaved: 0, sending: null });
  readonly board = signal<Board>(EMPTY_BOARD);
  readonly cursors = signal<ReadonlyMap<number, Cursor>>(new Map());
  readonly toast = signal<Toast | null>(null);
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
  readonly editing = signal<Editing | null>(null);
  readonly camera = signal<Camera>({ x: 0, y: 0, zoom: 1 });
  viewSize = { width: 0, height: 0 };
  /** How much of the view lies below bars and panels; the board that is shown knows. */
  covered: () => Insets = () => ({ top: 0, right: 0, bottom: 0, left: 0 });

  readonly me = computed(() => {
    const state = this.state.value;
    return state?.roster.get(state.userId) ?? null;
  });
  readonly isHost = computed(() => {
    const role = this.me.value?.role;
    return role === "host" || role === "solo";
  });
  /** Whom one can follow: the host, while they are there and somebody else. */
  readonly leader = computed(() => {
    const host = this.present.value.find(({ role }) => role === "host");
    return host === undefined || host.user_id === this.state.value?.userId ? null : host;
  });
  readonly isBoardOpen = computed(() => {
    const status = this.state.value?.session.status;
    return status === "active" || (this.isHost.value && (status === "waiting" || status === "paused" || status === "scheduled"));
  });
  /** The layer that is drawn on: the chosen one, or the topmost where that is gone. */
  readonly activeLayer = computed(() => {
    const { layers } = this.board.value;
    return layers.find((layer) => layer.id === this.layer.value) ?? layers.at(-1) ?? null;
  });
  /** Those who wait to be let in. */
  readonly waiting = computed(() =>
    [...(this.state.value?.roster.values() ?? [])].filter(
      ({ is_admitted, status }) => !is_admitted && status === "joining",
    ),
  );
  readonly present = computed(() =>
    [...(this.state.value?.roster.values() ?? [])].filter(
      ({ status }) => status === "connected" || status === "reconnecting",
    ),
  );

  readonly #stops: (() => void)[] = [];
  readonly #cursorTimer: ReturnType<typeof setInterval>;
  #toastCount = 0;
  #hasFitted = false;

  /** How many pictures are on their way to the server. */
  readonly uploading = signal(0);
  readonly assets = new Assets((asset) => this.api().image(asset));

  /**
   * @param token the room token as it is now; it may be renewed.
   * @param wished what is to be on as soon as one is in the room.
   */
  constructor(
    client: RoomClient,
    readonly sessionId: string,
    token: () => string | null,
    wished: readonly DeviceLine[] = [],
  ) {
    this.api = () => new ClassroomApi(location.origin, token());
    this.client = client;
    this.media = new Media(client, wished);
    this.chat = new Chat(client, this.state, this.api, sessionId);
    this.following = new Following(this);
    this.pointing = new Pointing(this);
    this.#stops.push(
      client.on("change", () => this.#follow()),
      client.on("refused", ({ error }) => this.show(error)),
      client.on("regrouped", () => this.history.forgetRoom()),
      client.on("pointers", (pointers) => {
        const seenAt = Date.now();
        const cursors = new Map(this.cursors.value);
        for (const [userId, x, y, tool] of pointers) {
          if (userId !== this.state.value?.userId) cursors.set(userId, { userId, at: { x, y }, tool, seenAt });
        }
        this.cursors.value = cursors;
      }),
    );
    this.#stops.push(
      client.on("peerJoined", () => this.pointing.tellView()),
      effect(() => {
        void this.camera.value;
        untracked(() => this.pointing.tellView());
      }),
    );
    this.#cursorTimer = setInterval(() => this.#forgetCursors(), 1_000);
    this.#follow();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.media.dispose();
    this.chat.dispose();
    this.following.dispose();
    this.pointing.dispose();
    this.assets.dispose();
    clearInterval(this.#cursorTimer);
    this.client.leave();
  }

  may(permission: Permission): boolean {
    const state = this.state.value;
    return (state?.permissions ?? defaultPermissions("viewer"))[permission];
  }

  mayUse(tool: Tool): boolean {
    const needed = neededFor(tool);
    return needed === null || (this.may(needed) && this.isBoardOpen.value);
  }

  /** Whether something can be drawn where the person is about to draw. */
  mayDrawHere(): boolean {
    const layer = this.activeLayer.value;
    return layer !== null && layer.locked !== true && layer.visible !== false;
  }

  /** Everything done until `endStep` is undone as one. */
  beginStep(): void {
    this.history.begin(this.client.board);
  }

  endStep(): void {
    this.history.end(this.client.board);
    this.#follow();
  }

  edit(ops: readonly Edit[]): void {
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
  restyle(style: { color?: string; width?: number; fill?: string }): void {
    const ops: Operation[] = [];
    for (const id of this.selection.value) {
      const element = this.board.value.elements.get(id);
      if (element === undefined) continue;
      // The colour of a note is its paper's; its ink stays readable.
      const own =
        element.type === "note" ? (style.color ? { fill: tint(style.color) } : null) : style;
      if (own !== null) ops.push({ op: "patch", id, set: { style: own } });
    }
    this.edit(ops);
  }

  /** Asks the room; a refusal is shown. Whether it was carried out. */
  async ask<Name extends keyof Commands>(name: Name, args: Commands[Name]): Promise<boolean> {
    try {
      await this.client.command(name, args);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.show(error.error);
      return false;
    }
  }

  resized(width: number, height: number): void {
    this.viewSize = { width, height };
    this.#follow();
    this.following.resized();
    this.pointing.tellView();
  }

  /** Changes how the lesson is run; what goes wrong is shown. */
  async changeSettings(settings: { chat_policy?: ChatPolicy }): Promise<void> {
    try {
      await this.api().changeSettings(this.sessionId, settings);
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      this.show(error.error);
    }
  }

  fit(): void {
    const bounds = extentOf(this.board.value.elements.values());
    this.camera.value = fitted(bounds, this.#freePart());
  }

  show(error: ErrorData): void {
    this.#toastCount += 1;
    const toast = { key: this.#toastCount, error };
    this.toast.value = toast;
    setTimeout(() => {
      if (this.toast.value === toast) this.toast.value = null;
    }, TOAST_MS);
  }

  #travel(what: "undo" | "redo", travel: Travel | null): void {
    const { connection, unsaved } = this.status.value;
    if (travel !== null) {
      const { ops, inRoom } = travel;
      if (inRoom > 0 && connection === "live" && unsaved === 0) {
        this.client.takeBack(what, inRoom, ops).catch((error: unknown) => {
          this.history.forgetRoom();
          if (error instanceof Refusal && error.error.code === "not_found") void this.client.edit(ops);
          else if (error instanceof Refusal) this.show(error.error);
        });
      } else {
        // To the room this is a new change, with the older ones below it.
        this.history.forgetRoom();
        void this.client.edit(ops);
      }
    }
    this.selection.value = new Set();
    this.#follow();
  }

  #follow(): void {
    const { board, state, status } = this.client;
    // Whoever is out, for whatever reason, is not filmed any longer.
    if (status.connection === "ended") this.media.dispose();
    const isBack = status.connection === "live" && this.status.value.connection !== "live";
    if (state?.epoch !== this.state.value?.epoch) this.history.forgetRoom();
    batch(() => {
      this.state.value = state;
      this.status.value = status;
      this.chat.follow();
      if (!this.#hasFitted && status.connection === "live") this.#fitAtFirst();
      if (board !== this.board.value) {
        this.board.value = board;
        const kept = [...this.selection.value].filter((id) => board.elements.has(id));
        if (kept.length !== this.selection.value.size) this.selection.value = new Set(kept);
      }
      const { canUndo, canRedo } = this.history;
      if (canUndo !== this.undoable.value.canUndo || canRedo !== this.undoable.value.canRedo) {
        this.undoable.value = { canUndo, canRedo };
      }
    });
    if (isBack) this.pointing.tellView();
  }

  /** Shows what was drawn before one came, where it does not lie in view anyway. */
  #fitAtFirst(): void {
    if (this.viewSize.width === 0) return;
    this.#hasFitted = true;
    const bounds = extentOf(this.client.board.elements.values());
    const part = this.#freePart();
    if (bounds !== null && !isShown(bounds, this.camera.value, part)) this.camera.value = fitted(bounds, part);
  }

  #freePart(): Bounds {
    return freePart(this.viewSize.width, this.viewSize.height, this.covered());
  }

  #forgetCursors(): void {
    const newest = Date.now() - CURSOR_MS;
    const { value } = this.cursors;
    const kept = [...value].filter(([, cursor]) => cursor.seenAt > newest);
    if (kept.length !== value.size) this.cursors.value = new Map(kept);
  }
}
