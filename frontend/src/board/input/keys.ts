/** The keyboard on the board. */

import type { Signal } from "@preact/signals";
import type { Desk } from "../desk.ts";
import { TOOL_KEYS, type Tool } from "../tools/tools.ts";
import type { Operation } from "../../client/wire.ts";
import { boundsOf, centre, moving, zoomedAt } from "../geometry/geometry.ts";
import { FIGURE_KEYS, FIGURES, openFigure } from "../figures/figure.ts";
import { letterOf } from "./letters.ts";
import { make, size } from "./making.ts";
import { selectedElements } from "../tools/selecting.ts";
import { reachable } from "../drawing/stacking.ts";

const TOOL_OF = new Map(Object.entries(TOOL_KEYS).map(([tool, key]) => [key.toLowerCase(), tool as Tool]));
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** A key went down somewhere on the page. Typing, and controls that have the focus, come first. */
export function pressKey(desk: Desk, event: KeyboardEvent, isPanning: Signal<boolean>): void {
  const target = event.target as HTMLElement;
  if (event.defaultPrevented || event.isComposing || isElsewhere(target)) return;
  if (event.ctrlKey || event.metaKey) {
    // With Alt it is AltGr, which writes letters of its own.
    if (!event.altKey && withControl(desk, event)) event.preventDefault();
    return;
  }
  const isOnControl = target.closest("button, a, [role=switch], [role=tab]") !== null;
  // A button of the board's own bars keeps the focus after it is pressed; no button knows these keys.
  const isBoards = !isOnControl || (target.closest("[role=toolbar]") !== null && !OF_CONTROLS.has(event.key));
  if (event.code === "Space") {
    if (isOnControl) return;
    isPanning.value = true;
    event.preventDefault();
  } else if (isBoards && onBoard(desk, event)) {
    event.preventDefault();
  } else {
    if (!event.altKey && !event.shiftKey && makeFigure(desk, letterOf(event))) {
      event.preventDefault();
      return;
    }
    const tool = event.altKey || event.shiftKey ? undefined : TOOL_OF.get(letterOf(event) ?? "");
    if (tool !== undefined && desk.mayUse(tool)) choose(desk, tool);
  }
}

/** Opens the editor of a new figure, where its letter was pressed. */
function makeFigure(desk: Desk, letter: string | null | undefined): boolean {
  const kind = FIGURES.find((one) => FIGURE_KEYS[one].toLowerCase() === letter);
  if (kind === undefined || !desk.mayUse("text") || !desk.mayDrawHere()) return false;
  desk.figure.value = { kind, element: null };
  return true;
}

/** As a click on its button: what was selected is not what is drawn next. */
function choose(desk: Desk, tool: Tool): void {
  desk.chosenTool.value = tool;
  if (tool !== "select") desk.selection.value = new Set();
}

/** What buttons and toolbars do something with themselves. */
const OF_CONTROLS: ReadonlySet<string> = new Set(["Enter", "Tab", "Home", "End", ...Object.keys(ARROWS)]);

/** Whether what is typed or pasted there is meant for something else than the board. */
export function isElsewhere(target: EventTarget | null): boolean {
  const element = target instanceof Element ? target : document.body;
  return element.closest("input, textarea, select, dialog, [contenteditable]") !== null;
}

export function releaseKey(event: KeyboardEvent, isPanning: Signal<boolean>): void {
  if (event.code === "Space") isPanning.value = false;
}

function withControl(desk: Desk, event: KeyboardEvent): boolean {
  const arrow = ARROWS[event.key];
  if (arrow !== undefined) return size(desk, arrow, event.shiftKey);
  switch (letterOf(event)) {
    case "z":
      if (event.shiftKey) desk.redo();
      else desk.undo();
      return true;
    case "y":
      desk.redo();
      return true;
    case "a":
      desk.chosenTool.value = "select";
      desk.selection.value = new Set(reachable(desk.board.value, desk.mayChange).map((element) => element.id));
      return true;
    default:
      return false;
  }
}

function onBoard(desk: Desk, event: KeyboardEvent): boolean {
  const arrow = ARROWS[event.key];
  if (arrow !== undefined) {
    if (event.altKey) walk(desk, arrow[0] + arrow[1]);
    else push(desk, arrow, event.shiftKey);
    return true;
  }
  switch (letterOf(event) ?? event.key) {
    case "Delete":
    case "Backspace":
      if (desk.unfinished.value !== null) {
        desk.unfinished.value.back();
        return true;
      }
      if (desk.lesson.may("can_erase")) desk.removeSelected();
      return true;
    case "Escape":
      desk.unfinished.value?.cancel();
      desk.selection.value = new Set();
      return true;
    case "Enter":
      if (desk.unfinished.value !== null) {
        desk.unfinished.value.finish();
        return true;
      }
      return write(desk) || make(desk);
    case "+":
    case "=":
      zoomBy(desk, 1.25);
      return true;
    case "-":
      zoomBy(desk, 0.8);
      return true;
    case "0":
      zoomBy(desk, 1 / desk.camera.value.zoom);
      return true;
    case "1":
      desk.fit();
      return true;
    case "PageUp":
      desk.turnPage(-1);
      return true;
    case "PageDown":
      desk.turnPage(1);
      return true;
    default:
      return false;
  }
}

export function zoomBy(desk: Desk, factor: number): void {
  const { width, height } = desk.viewSize.peek();
  const middle = { x: width / 2, y: height / 2 };
  desk.camera.value = zoomedAt(desk.camera.value, middle, desk.camera.value.zoom * factor);
}

/** Moves what is selected, or the board where nothing is. */
function push(desk: Desk, [dx, dy]: readonly [number, number], isFar: boolean): void {
  const selected = selectedElements(desk);
  if (selected.length === 0 || !desk.mayUse("select")) {
    const step = (isFar ? 400 : 80) / desk.camera.value.zoom;
    const { camera } = desk;
    camera.value = { ...camera.value, x: camera.value.x + dx * step, y: camera.value.y + dy * step };
    return;
  }
  const step = isFar ? 10 : 1;
  const ops = selected.map((element): Operation => {
    return { op: "patch", id: element.id, set: moving(element, dx * step, dy * step) };
  });
  desk.edit(ops);
}

/** Selects the next element, or the one before, and brings it into view: those of others, too. */
function walk(desk: Desk, direction: number): void {
  const elements = reachable(desk.board.value).reverse();
  if (elements.length === 0) return;
  const [current] = desk.selection.value;
  const at = elements.findIndex((element) => element.id === current);
  const next = elements[(at + direction + elements.length) % elements.length] ?? elements[0]!;
  if (desk.mayUse("select")) desk.chosenTool.value = "select";
  desk.selection.value = new Set([next.id]);
  const { x, y } = centre(boundsOf(next));
  const { camera } = desk;
  const viewSize = desk.viewSize.peek();
  const { zoom } = camera.value;
  camera.value = { x: x - viewSize.width / 2 / zoom, y: y - viewSize.height / 2 / zoom, zoom };
}

function write(desk: Desk): boolean {
  const [only, ...others] = selectedElements(desk);
  if (others.length === 0 && openFigure(desk, only)) return true;
  if (others.length > 0 || (only?.type !== "text" && only?.type !== "note")) return false;
  desk.selection.value = new Set();
  desk.writing.open(only, false);
  return true;
}
