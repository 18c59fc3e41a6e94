/** The tools that the permissions allow, and the colour and width they draw with. */

import { effect } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { changeable, movable, selectedElements } from "../../board/arranging/handles.ts";
import { ICONS } from "../../board/arranging/icons.ts";
import { addImages, mayAddImages, PICKED } from "../../board/input/image_files.ts";
import { FIGURE_KEYS, FIGURES } from "../../board/figures/figure.ts";
import { SWATCHES, WIDTHS } from "../../board/drawing/palette.ts";
import { ERASER_SIZES } from "../../board/tools/eraser.ts";
import { isWritten } from "../../board/geometry/geometry.ts";
import { common, pressedAs } from "../../board/editing/styling.ts";
import { speakOfPages, t } from "../../language/language.ts";
import { focusBoard } from "../../board/focus.ts";
import { Bar } from "../../ui/Bar.tsx";
import { IconButton } from "../../ui/controls.tsx";
import { Later } from "../../ui/Later.tsx";
import type { Classroom } from "../classroom.ts";
import { TOOL_GROUPS, type Tool } from "../../board/tools/tools.ts";
import { Flyout, ToolButton, ToolGroup } from "./ToolGroup.tsx";
import { InstrumentGroup } from "./InstrumentGroup.tsx";

export function Toolbar({ room }: { readonly room: Classroom }): VNode | null {
  const groups = TOOL_GROUPS.map((tools) => tools.filter((tool: Tool) => room.desk.mayUse(tool)) as readonly Tool[]);
  if (groups.flat().length === 1) return null;
  return (
    <Bar kind="toolbar card" label={t("board.tools")} onLeave={focusBoard}>
      {groups.map((tools) => {
        const [first, ...others] = tools;
        if (first === undefined) return null;
        if (others.length === 0) return <ToolButton key={first} room={room} tool={first} />;
        return <ToolGroup key={first} room={room} tools={tools} label={first === "select" ? "tools.selecting" : "tools.shapes"} />;
      })}
      <InstrumentGroup room={room} />
      {mayAddImages(room.desk) && <ImageButton room={room} />}
      <FigureButtons room={room} />
      {hasStyle(room) && <StyleToggle room={room} />}
    </Bar>
  );
}

/** What has an editor of its own; what is made is put in the middle of what one sees. */
function FigureButtons({ room }: { readonly room: Classroom }): VNode | null {
  const { desk } = room;
  if (!desk.mayUse("text")) return null;
  return (
    <Flyout label={t("figure.insert")} name={t("figure.insert")} icon="formula">
      {(close) =>
        FIGURES.map((kind) => (
          <IconButton
            key={kind}
            icon={kind}
            label={t(`figure.${kind}`)}
            shortcut={FIGURE_KEYS[kind]}
            disabled={!desk.mayDrawHere()}
            onClick={() => {
              close();
              desk.figure.value = { kind, element: null };
            }}
          />
        ))
      }
    </Flyout>
  );
}

function ImageButton({ room }: { readonly room: Classroom }): VNode {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        icon="image"
        kind={room.desk.uploading.value > 0 ? "busy" : ""}
        label={t("tool.image")}
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={PICKED.join()}
        aria-label={t("tool.image")}
        onChange={(event) => {
          const { files } = event.currentTarget;
          const { width, height } = room.desk.viewSize.peek();
          void addImages(room.desk, [...(files ?? [])], { x: width / 2, y: height / 2 });
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

const WITH_STYLE: ReadonlySet<Tool> = new Set<Tool>([
  "pen",
  "highlighter",
  "line",
  "arrow",
  "rect",
  "ellipse",
  "triangle",
  "parallelogram",
  "trapezium",
  "polygon",
  "polyline",
  "text",
  "note",
]);

const FILLED: ReadonlySet<Tool> = new Set<Tool>(["rect", "ellipse", "triangle", "parallelogram", "trapezium", "polygon"]);

/** Whether there is something to choose for: a tool that draws, what of a selection is one's to change, or what is written. */
function hasStyle({ desk }: Classroom): boolean {
  if (!desk.mayUse("pen")) return false;
  if (desk.writing.current.value !== null) return true;
  return desk.selection.value.size > 0 ? changeable(desk).length > 0 : WITH_STYLE.has(desk.tool.value);
}

/** Whether there are letters to choose for. */
function hasLetters({ desk }: Classroom): boolean {
  if (desk.writing.current.value !== null) return true;
  if (desk.selection.value.size === 0) return desk.tool.value === "text" || desk.tool.value === "note";
  return changeable(desk).some(isWritten);
}

const letterBar = async () => {
  const [{ LetterBar }] = await Promise.all([import("./LetterBar.tsx"), speakOfPages()]);
  return LetterBar;
};

/** Where there is little room, colour and width are behind this button: it shows the colour. */
function StyleToggle({ room }: { readonly room: Classroom }): VNode {
  const chosen = SWATCHES.find(({ hex }) => hex === common(room.desk.looks.value.color));
  const label = t("board.style");
  return (
    <button
      type="button"
      class="icon-button style-toggle"
      data-color={chosen?.name}
      aria-label={label}
      title={label}
      aria-expanded={room.isStyleOpen.value}
      onClick={() => {
        room.isStyleOpen.value = !room.isStyleOpen.value;
      }}
    />
  );
}

export function StyleBar({ room }: { readonly room: Classroom }): VNode | null {
  const hasSelection = room.desk.selection.value.size > 0;
  useEffect(
    () =>
      effect(() => {
        // Who draws has chosen.
        if (room.desk.isBusy.value) room.isStyleOpen.value = false;
      }),
    [room],
  );
  if (room.desk.tool.value === "eraser" && room.desk.selection.value.size === 0) return <EraserBar room={room} />;
  const isStyled = hasStyle(room);
  if (!isStyled && !(hasSelection && room.desk.mayUse("select"))) return null;
  return (
    <Bar
      kind="style-bar card"
      isOpen={room.isStyleOpen.value || hasSelection}
      label={t("board.style")}
      onLeave={focusBoard}
      onPress={(event) => {
        // Whoever writes goes on writing, in another colour.
        if (room.desk.writing.current.value !== null) event.preventDefault();
      }}
    >
      {isStyled && <Looks room={room} />}
      {hasSelection && <SelectionActions room={room} />}
    </Bar>
  );
}

function Looks({ room }: { readonly room: Classroom }): VNode {
  const { color, width, isFilled } = room.desk.looks.value;
  const mayFill = room.desk.selection.value.size > 0 ? isFilled.size > 0 : FILLED.has(room.desk.tool.value);
  return (
    <>
      <div class="swatches">
        {SWATCHES.map(({ name, hex }) => (
          <button
            key={name}
            type="button"
            class="swatch"
            data-color={name}
            aria-label={t(`color.${name}`)}
            title={t(`color.${name}`)}
            aria-pressed={pressedAs(color, hex)}
            onClick={() => room.desk.restyle({ color: hex })}
          />
        ))}
      </div>
      <span class="divider" />
      {WIDTHS.map((one, n) => (
        <button
          key={one}
          type="button"
          class="icon-button width"
          data-width={n}
          aria-label={t("style.width", { width: one })}
          title={t("style.width", { width: one })}
          aria-pressed={pressedAs(width, one)}
          onClick={() => room.desk.restyle({ width: one })}
        />
      ))}
      {hasLetters(room) && <Later load={letterBar} props={{ desk: room.desk }} />}
      {mayFill && (
        <IconButton
          icon="fill"
          kind={common(isFilled) ? "filled" : ""}
          label={t("style.fill")}
          pressed={pressedAs(isFilled, true)}
          onClick={() => room.desk.restyle({ isFilled: common(isFilled) !== true })}
        />
      )}
    </>
  );
}

function EraserBar({ room }: { readonly room: Classroom }): VNode {
  const { eraser } = room.desk;
  const { radius, isWhole } = eraser.value;
  return (
    <Bar kind="style-bar card" isOpen label={t("eraser.title")} onLeave={focusBoard}>
      {ERASER_SIZES.map((size, n) => (
        <button
          key={size}
          type="button"
          class="icon-button eraser-size"
          data-width={n}
          aria-label={t("eraser.size", { size: n + 1 })}
          title={t("eraser.size", { size: n + 1 })}
          aria-pressed={radius === size}
          onClick={() => eraser.choose({ radius: size })}
        />
      ))}
      <span class="divider" />
      <button type="button" class="button small" aria-pressed={isWhole} onClick={() => eraser.choose({ isWhole: !isWhole })}>
        {t("eraser.whole")}
      </button>
    </Bar>
  );
}

/** Three dots. */
const MORE = { path: "M5.5 12h.01M12 12h.01M18.5 12h.01" } as const;

/** What one may do with the selection, and nothing else: of others' cards one may move perhaps, or copy them. */
function SelectionActions({ room }: { readonly room: Classroom }): VNode {
  const isFree = changeable(room.desk).length > 0;
  const isMovable = isFree || movable(room.desk).length > 0;
  return (
    <>
      {isFree && <span class="divider" />}
      {isMovable && (
        <>
          <IconButton icon="front" label={t("board.toFront")} onClick={() => room.desk.aids.arrange(({ restack }) => restack(room.desk, "front"))} />
          <IconButton icon="back" label={t("board.toBack")} onClick={() => room.desk.aids.arrange(({ restack }) => restack(room.desk, "back"))} />
        </>
      )}
      {selectedElements(room.desk).some(room.desk.mayPut) && (
        <IconButton
          icon={ICONS.duplicate}
          label={t("arrange.duplicate")}
          shortcut="Control+D"
          onClick={() => room.desk.aids.arrange(({ duplicate }) => duplicate(room.desk))}
        />
      )}
      {isFree && room.lesson.may("can_erase") && (
        <IconButton
          icon="trash"
          label={t("board.delete")}
          shortcut="Delete"
          onClick={() => room.desk.removeSelected()}
        />
      )}
      <IconButton
        icon={MORE}
        label={t("arrange.more")}
        shortcut="Shift+F10"
        isExpanded={room.desk.aids.menu.value !== null}
        onClick={() => {
          const button = document.activeElement;
          room.desk.aids.arrange(({ openMenuBeside }) => openMenuBeside(room.desk, button));
        }}
      />
    </>
  );
}
