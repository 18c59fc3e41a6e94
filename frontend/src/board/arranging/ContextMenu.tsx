/** What can be done with the selection, or with the board where nothing is selected. */

import { Fragment, type ComponentChildren, type VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Desk } from "../desk.ts";
import { focusBoard } from "../focus.ts";
import { t, type Key } from "../../language/language.ts";
import { Icon, type IconName } from "../../ui/icons.tsx";
import { stepFocus } from "../../ui/stepping.ts";
import { reachable } from "../drawing/stacking.ts";
import { changeable, movable, selectedElements } from "./handles.ts";
import type { Switch } from "../tools/aids.ts";
import {
  align,
  distribute,
  duplicate,
  flip,
  group,
  lock,
  lockedOf,
  lockedOnPage,
  mayAlign,
  mayDistribute,
  mayGroup,
  mayUngroup,
  step,
  turn,
  ungroup,
  unlock,
} from "./arranging.ts";
import { copyPicture } from "../clipboard/picture.ts";
import { givenByBrowser, paste } from "../clipboard/pasting.ts";
import { ICONS } from "./icons.ts";
import { keyName } from "./key_names.ts";
import { openable, openSelected } from "./making.ts";
import { restack } from "./ordering.ts";

const MARGIN = 8;

export function ContextMenu({ desk }: { readonly desk: Desk }): VNode | null {
  const list = useRef<HTMLDivElement>(null);
  const at = desk.aids.menu.value?.at ?? null;
  const close = (): void => {
    desk.aids.menu.value = null;
    focusBoard();
  };
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null || at === null) return;
    // Where there is room for all of it.
    const { width, height } = desk.viewSize.peek();
    const [left, top] = [
      Math.min(at.x, width - element.offsetWidth - MARGIN),
      Math.min(at.y, height - element.offsetHeight - MARGIN),
    ].map((place) => Math.max(MARGIN, place));
    element.style.left = `${left}px`;
    element.style.top = `${top}px`;
    element.querySelector("button")?.focus({ preventScroll: true });
  }, [at]);
  useEffect(() => {
    const outside = (event: Event): void => {
      if (!list.current?.contains(event.target as Node)) desk.aids.menu.value = null;
    };
    document.addEventListener("pointerdown", outside, true);
    window.addEventListener("blur", outside);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      window.removeEventListener("blur", outside);
    };
  }, [desk]);
  if (at === null) return null;
  const item: Item = (icon, key, act, keys, isOn) => (
    <button
      key={key}
      type="button"
      class="menu-item"
      role={isOn === undefined ? "menuitem" : "menuitemcheckbox"}
      aria-checked={isOn}
      aria-keyshortcuts={keys}
      onClick={() => {
        close();
        act();
      }}
    >
      {isOn === false ? <span class="no-icon" /> : <Icon name={icon} size={20} />} <span>{t(key)}</span>
      {keys && <kbd aria-hidden="true">{keyName(keys)}</kbd>}
    </button>
  );
  const row: Row = (title, buttons) => (
    <div class="menu-row" role="group" aria-label={t(title)}>
      {buttons.map(([icon, key, act]) => (
        <button
          key={key}
          type="button"
          class="icon-button"
          role="menuitem"
          aria-label={t(key)}
          title={t(key)}
          onClick={() => {
            close();
            act();
          }}
        >
          <Icon name={icon} size={20} />
        </button>
      ))}
    </div>
  );
  return (
    <div
      ref={list}
      class="menu-list card context-menu"
      role="menu"
      tabIndex={-1}
      aria-label={t("arrange.menu")}
      onContextMenu={(event) => event.preventDefault()}
      onPointerDown={(event) => event.stopPropagation()}
      onWheel={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape" || event.key === "Tab") {
          event.preventDefault();
          close();
        } else stepFocus(event, list.current, "button", "both");
      }}
    >
      {desk.selection.value.size > 0 ? ofSelection(desk, item, row) : ofBoard(desk, item)}
    </div>
  );
}

type Item = (icon: IconName, key: Key, act: () => void, keys?: string, isOn?: boolean) => VNode;
type Row = (title: Key, buttons: readonly (readonly [IconName, Key, () => void])[]) => VNode;

/** A line between what belongs together; parts of which nothing fits are left out. */
function parted(...parts: readonly ComponentChildren[][]): VNode[] {
  return parts
    .map((part) => part.filter(Boolean))
    .filter((part) => part.length > 0)
    .map((part, n) => (
      <Fragment key={n}>
        {n > 0 && <hr />}
        {part}
      </Fragment>
    ));
}

function ofSelection(desk: Desk, item: Item, row: Row): VNode[] {
  const isFree = changeable(desk).length > 0;
  const isMovable = movable(desk).length > 0;
  const mayErase = isFree && desk.lesson.may("can_erase");
  const mayCopy = selectedElements(desk).some(desk.mayPut);
  return parted(
    [openable(desk) !== null && item("pen", "arrange.open", () => void openSelected(desk), "Enter")],
    [
      mayErase && item(ICONS.cut, "arrange.cut", () => document.execCommand("cut"), "Ctrl+X"),
      item("copy", "arrange.copy", () => document.execCommand("copy"), "Ctrl+C"),
      item(ICONS.paste, "arrange.paste", () => void pasteFromMenu(desk), "Ctrl+V"),
      mayCopy && item(ICONS.duplicate, "arrange.duplicate", () => duplicate(desk), "Ctrl+D"),
    ],
    [
      item("image", "copy.png", () => void copyPicture(desk, "png")),
      item("image", "copy.svg", () => void copyPicture(desk, "svg")),
      desk.aids.keep && desk.lesson.may("can_export") && item(ICONS.keep, "shelf.keepOpen", desk.aids.keep),
    ],
    [
      mayGroup(desk) && item(ICONS.group, "arrange.group", () => group(desk), "Ctrl+G"),
      mayUngroup(desk) && item(ICONS.ungroup, "arrange.ungroup", () => ungroup(desk), "Ctrl+Shift+G"),
      isFree && item("lock", "arrange.lock", () => lock(desk), "Ctrl+Shift+L"),
      lockedOf(desk).length > 0 && item("unlock", "arrange.unlock", () => unlock(desk), "Ctrl+Shift+L"),
    ],
    [
      isMovable && item("up", "order.forward", () => step(desk, "forward"), "Ctrl+]"),
      isMovable && item("down", "order.backward", () => step(desk, "backward"), "Ctrl+["),
      isMovable && item("front", "board.toFront", () => restack(desk, "front"), "]"),
      isMovable && item("back", "board.toBack", () => restack(desk, "back"), "["),
      isMovable &&
        row("arrange.turn", [
          [ICONS.turnLeft, "turn.left", () => turn(desk, -90)],
          [ICONS.turnRight, "turn.right", () => turn(desk, 90)],
          ...(isFree
            ? ([
                [ICONS.flipAcross, "flip.across", () => flip(desk, "across")],
                [ICONS.flipDown, "flip.down", () => flip(desk, "down")],
              ] as const)
            : []),
        ]),
      mayAlign(desk) &&
        row("arrange.align", [
          [ICONS.alignLeft, "align.left", () => align(desk, "left")],
          [ICONS.alignCenter, "align.center", () => align(desk, "center")],
          [ICONS.alignRight, "align.right", () => align(desk, "right")],
          [ICONS.alignTop, "align.top", () => align(desk, "top")],
          [ICONS.alignMiddle, "align.middle", () => align(desk, "middle")],
          [ICONS.alignBottom, "align.bottom", () => align(desk, "bottom")],
          ...(mayDistribute(desk)
            ? ([
                [ICONS.distributeAcross, "distribute.across", () => distribute(desk, "across")],
                [ICONS.distributeDown, "distribute.down", () => distribute(desk, "down")],
              ] as const)
            : []),
        ]),
    ],
    [mayErase && item("trash", "board.delete", () => desk.removeSelected(), "Delete")],
  );
}

/** Browsers ask first, or tell a page nothing: then keys are what is left. */
async function pasteFromMenu(desk: Desk): Promise<void> {
  const given = await givenByBrowser();
  if (given === null) desk.aids.tell(t("paste.byKey", { keys: keyName("Ctrl+V") }), true);
  else await paste(desk, given);
}

function ofBoard(desk: Desk, item: Item): VNode[] {
  const { snapsToElements, snapsToPaper } = desk.aids;
  const switched = (key: Key, { isOn, toggle }: Switch): VNode => item("check", key, toggle, undefined, isOn.value);
  const all = reachable(desk.board.value, desk.mayMove);
  return parted(
    [item(ICONS.paste, "arrange.paste", () => void pasteFromMenu(desk), "Ctrl+V")],
    [
      all.length > 0 &&
        item(
          ICONS.all,
          "arrange.all",
          () => {
            desk.chosenTool.value = "select";
            desk.selection.value = new Set(all.map(({ id }) => id));
          },
          "Ctrl+A",
        ),
      lockedOnPage(desk).length > 0 && item("unlock", "arrange.unlockAll", () => unlock(desk, lockedOnPage(desk))),
    ],
    [switched("snap.elements", snapsToElements), switched("snap.paper", snapsToPaper)],
  );
}
