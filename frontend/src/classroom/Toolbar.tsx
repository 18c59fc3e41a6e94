/** The tools that the permissions allow, and the colour and width they draw with. */

import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { addImages, IMAGE_TYPES, mayAddImages } from "../board/input/adding_images.ts";
import { TOOL_KEYS } from "../board/input/keys.ts";
import { SWATCHES, tint, WIDTHS } from "../board/palette.ts";
import { zAbove, zBelow } from "../board/stacking.ts";
import type { Operation } from "../client/wire.ts";
import { t } from "../language/language.ts";
import { IconButton } from "../ui/controls.tsx";
import type { Classroom } from "./classroom.ts";
import { TOOLS, type Tool } from "../board/desk.ts";

export function Toolbar({ room }: { readonly room: Classroom }): VNode | null {
  const tools = TOOLS.filter((tool) => room.desk.mayUse(tool));
  if (tools.length === 1) return null;
  return (
    <div class="toolbar card" role="toolbar" aria-label={t("board.tools")} aria-orientation="vertical">
      {tools.map((tool) => (
        <IconButton
          key={tool}
          icon={tool}
          label={t(`tool.${tool}`)}
          shortcut={TOOL_KEYS[tool]}
          pressed={room.desk.tool.value === tool}
          onClick={() => {
            room.desk.chosenTool.value = tool;
            if (tool !== "select") room.desk.selection.value = new Set();
          }}
        />
      ))}
      {mayAddImages(room.desk) && <ImageButton room={room} />}
    </div>
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
        accept={IMAGE_TYPES.join()}
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
  "text",
  "note",
]);

/** Shown while there is something to choose for: a tool that draws, or a selection. */
export function StyleBar({ room }: { readonly room: Classroom }): VNode | null {
  const hasSelection = room.desk.selection.value.size > 0;
  if (!room.desk.mayUse("pen") || !(WITH_STYLE.has(room.desk.tool.value) || hasSelection)) return null;
  const isShape = room.desk.tool.value === "rect" || room.desk.tool.value === "ellipse" || hasSelection;
  return (
    <div class="style-bar card" role="toolbar" aria-label={t("board.style")}>
      <div class="swatches">
        {SWATCHES.map(({ name, hex }) => (
          <button
            key={name}
            type="button"
            class="swatch"
            data-color={name}
            aria-label={t(`color.${name}`)}
            title={t(`color.${name}`)}
            aria-pressed={room.desk.color.value === hex}
            onClick={() => {
              room.desk.color.value = hex;
              room.desk.restyle({ color: hex });
            }}
          />
        ))}
      </div>
      <span class="divider" />
      {WIDTHS.map((width, n) => (
        <button
          key={width}
          type="button"
          class="icon-button width"
          data-width={n}
          aria-label={t("style.width", { width })}
          title={t("style.width", { width })}
          aria-pressed={room.desk.width.value === width}
          onClick={() => {
            room.desk.width.value = width;
            room.desk.restyle({ width });
          }}
        />
      ))}
      {isShape && (
        <IconButton
          icon="fill"
          kind={room.desk.isFilled.value ? "filled" : ""}
          label={t("style.fill")}
          pressed={room.desk.isFilled.value}
          onClick={() => {
            room.desk.isFilled.value = !room.desk.isFilled.value;
            const fill = room.desk.isFilled.value ? tint(room.desk.color.value) : "transparent";
            restyleShapes(room, fill);
          }}
        />
      )}
      {hasSelection && <SelectionActions room={room} />}
    </div>
  );
}

function SelectionActions({ room }: { readonly room: Classroom }): VNode {
  return (
    <>
      <span class="divider" />
      <IconButton icon="front" label={t("board.toFront")} onClick={() => restack(room, "front")} />
      <IconButton icon="back" label={t("board.toBack")} onClick={() => restack(room, "back")} />
      {room.lesson.may("can_erase") && (
        <IconButton
          icon="trash"
          label={t("board.delete")}
          shortcut="Delete"
          onClick={() => room.desk.removeSelected()}
        />
      )}
    </>
  );
}

function restyleShapes(room: Classroom, fill: string): void {
  const ops: Operation[] = [];
  for (const id of room.desk.selection.value) {
    const element = room.desk.board.value.elements.get(id);
    if (element?.type === "rect" || element?.type === "ellipse") {
      ops.push({ op: "patch", id, set: { style: { fill } } });
    }
  }
  room.desk.edit(ops);
}

function restack(room: Classroom, to: "front" | "back"): void {
  const { elements } = room.desk.board.value;
  const z = to === "front" ? zAbove(elements.values()) : zBelow(elements.values());
  room.desk.edit([...room.desk.selection.value].map((id): Operation => ({ op: "patch", id, set: { z } })));
}
