/** The keyboard on the board. */

import type { Signal } from "@preact/signals";
import type { Desk } from "../desk.ts";
import { TOOL_KEYS, type Tool } from "../tools/tools.ts";
import { FIGURE_KEYS, FIGURES } from "../figures/figure.ts";
import { zoomedAt } from "../geometry/geometry.ts";
import { focusBoard } from "../focus.ts";
import { actOf, ARROWS } from "./combinations.ts";
import { letterOf } from "./letters.ts";
import { reachable } from "../drawing/stacking.ts";

const TOOL_OF = new Map(Object.entries(TOOL_KEYS).map(([tool, key]) => [key.toLowerCase(), tool as Tool]));
/** A key went down somewhere on the page. Typing, and controls that have the focus, come first. */
export function pressKey(desk: Desk, event: KeyboardEvent, isPanning: Signal<boolean>): void {
  const target = event.target as HTMLElement;
  if (event.defaultPrevented || event.isComposing || isElsewhere(target)) return;
  if (event.ctrlKey || event.metaKey) {
    // With Alt it is AltGr, which writes letters of its own.
    if (!event.altKey && (act(desk, event) || withControl(desk, event))) event.preventDefault();
    return;
  }
  const isOnControl = target.closest("button, a, [role=switch], [role=tab]") !== null;
  // A button of the board's own bars keeps the focus after it is pressed; no button knows these keys.
  const isBoards = !isOnControl || (target.closest("[role=toolbar]") !== null && !OF_CONTROLS.has(event.key));
  if (event.code === "Space") {
    if (isOnControl) return;
    isPanning.value = true;
    event.preventDefault();
  } else if (isBoards && (act(desk, event) || onBoard(desk, event))) {
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
      desk.selection.value = new Set(reachable(desk.board.value, desk.mayMove).map((element) => element.id));
      desk.aids.arranging?.tellSelection(desk);
      return true;
    default:
      return false;
  }
}

function onBoard(desk: Desk, event: KeyboardEvent): boolean {
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
      // What had the focus is gone: from nowhere, too, one comes back.
      if (event.target === document.body) focusBoard();
      return true;
    case "Tab":
      // What lies next; behind the last one come the bars.
      return (event.target as HTMLElement).matches(".board") && desk.aids.arranging?.walk(desk, event.shiftKey ? -1 : 1) === true;
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

/** What is done to the selection, or in the middle of what one sees. */
function act(desk: Desk, event: KeyboardEvent): boolean {
  const wanted = actOf(event);
  if (wanted === undefined) return false;
  const arrow = ARROWS[event.key];
  const { unfinished } = desk;
  if (wanted === "push" && unfinished.value?.lead) {
    unfinished.value.lead(arrow!, event.shiftKey);
    return true;
  }
  const hasSelection = desk.selection.value.size > 0 && desk.mayUse("select");
  if (arrow !== undefined && !hasSelection) {
    // With a modifier an arrow is the browser's: the page before.
    if (wanted === "push") moveBoard(desk, arrow, event.shiftKey);
    return true;
  }
  desk.aids.arrange(({ acts }) => acts[wanted](desk, event));
  return true;
}

function moveBoard(desk: Desk, [dx, dy]: readonly [number, number], isFar: boolean): void {
  const { camera } = desk;
  const step = (isFar ? 400 : 80) / camera.value.zoom;
  camera.value = { ...camera.value, x: camera.value.x + dx * step, y: camera.value.y + dy * step };
}

export function zoomBy(desk: Desk, factor: number): void {
  const { width, height } = desk.viewSize.peek();
  const middle = { x: width / 2, y: height / 2 };
  desk.camera.value = zoomedAt(desk.camera.value, middle, desk.camera.value.zoom * factor);
}
