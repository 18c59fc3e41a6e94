/** The tools that the permissions allow, and the colour and width they draw with. */

import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { addImages, IMAGE_TYPES, mayAddImages } from "../board/adding_images.ts";
import { TOOL_KEYS } from "../board/keys.ts";
import { SWATCHES, tint, WIDTHS } from "../board/palette.ts";
import { zAbove, zBelow } from "../board/stacking.ts";
import type { Operation } from "../client/wire.ts";
import { t } from "../language/language.ts";
import { IconButton } from "../page/controls.tsx";
import { TOOLS, type Classroom, type Tool } from "./classroom.ts";

export function Toolbar({ room }: { readonly room: Classroom }): VNode | null {
  const tools = TOOLS.filter((tool) => room.mayUse(tool));
  if (tools.length === 1) return null;
  return (
    <div class="toolbar card" role="toolbar" aria-label={t("board.tools")} aria-orientation="vertical">
      {tools.map((tool) => (
        <IconButton
          key={tool}
          icon={tool}
          label={t(`tool.${tool}`)}
          shortcut={TOOL_KEYS[tool]}
          pressed={room.tool.value === tool}
          onClick={() => {
            room.chosenTool.value = tool;
            if (tool !== "select") room.selection.value = new Set();
          }}
        />
      ))}
      {mayAddImages(room) && <ImageButton room={room} />}
    </div>
  );
}

function ImageButton({ room }: { readonly room: Classroom }): VNode {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        icon="image"
        kind={room.uploading.value > 0 ? "busy" : ""}
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
          const { width, height } = room.viewSize;
          void addImages(room, [...(files ?? [])], { x: width / 2, y: height / 2 });
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
  const hasSelection = room.selection.value.size > 0;
  if (!room.mayUse("pen") || !(WITH_STYLE.has(room.tool.value) || hasSelection)) return null;
  const isShape = room.tool.value === "rect" || room.tool.value === "ellipse" || hasSelection;
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
            aria-pressed={room.color.value === hex}
            onClick={() => {
              room.color.value = hex;
              room.restyle({ color: hex });
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
          aria-pressed={room.width.value === width}
          onClick={() => {
            room.width.value = width;
            room.restyle({ width });
          }}
        />
      ))}
      {isShape && (
        <IconButton
          icon="fill"
          kind={room.isFilled.value ? "filled" : ""}
          label={t("style.fill")}
          pressed={room.isFilled.value}
          onClick={() => {
            room.isFilled.value = !room.isFilled.value;
            const fill = room.isFilled.value ? tint(room.color.value) : "transparent";
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
      {room.may("can_erase") && (
        <IconButton
          icon="trash"
          label={t("board.delete")}
          shortcut="Delete"
          onClick={() => room.removeSelected()}
        />
      )}
    </>
  );
}

function restyleShapes(room: Classroom, fill: string): void {
  const ops: Operation[] = [];
  for (const id of room.selection.value) {
    const element = room.board.value.elements.get(id);
    if (element?.type === "rect" || element?.type === "ellipse") {
      ops.push({ op: "patch", id, set: { style: { fill } } });
    }
  }
  room.edit(ops);
}

function restack(room: Classroom, to: "front" | "back"): void {
  const { elements } = room.board.value;
  const z = to === "front" ? zAbove(elements.values()) : zBelow(elements.values());
  room.edit([...room.selection.value].map((id): Operation => ({ op: "patch", id, set: { z } })));
}
