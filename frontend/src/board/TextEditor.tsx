/** Writing text where it will stand. */

import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Desk, Editing } from "./desk.ts";
import { withoutDefaults } from "../client/board.ts";
import { t } from "../language/language.ts";
import { paint } from "./palette.ts";
import { LINE_HEIGHT, NOTE_PADDING } from "./text_layout.ts";

export function TextEditor({ desk }: { readonly desk: Desk }): VNode | null {
  const editing = desk.editing.value;
  if (editing === null) return null;
  return <Editor key={editing.element.id} desk={desk} editing={editing} />;
}

function Editor({ desk, editing }: { desk: Desk; editing: Editing }): VNode {
  const area = useRef<HTMLTextAreaElement>(null);
  const { element } = editing;
  const isNote = element.type === "note";
  const { x, y, zoom } = desk.camera.value;
  const fontSize = (element.style?.font_size ?? 20) * zoom;

  const grow = (): void => {
    const { current } = area;
    if (current === null || isNote) return;
    current.style.width = "0";
    current.style.height = "0";
    current.style.width = `${Math.max(current.scrollWidth + fontSize, fontSize * 4)}px`;
    current.style.height = `${current.scrollHeight}px`;
  };
  // Before the next key is pressed, or it would choose a tool.
  useLayoutEffect(() => {
    area.current?.focus();
    grow();
  }, []);

  const finish = (): void => {
    if (desk.editing.value !== editing) return;
    desk.editing.value = null;
    save(desk, editing, area.current?.value.trimEnd() ?? "");
  };
  return (
    <textarea
      ref={area}
      class={isNote ? "text-editor note-editor" : "text-editor"}
      aria-label={t("board.writing")}
      spellcheck={false}
      maxLength={desk.client.welcome?.limits.text_chars ?? 10_000}
      defaultValue={element.text ?? ""}
      style={{
        left: `${(element.x - x) * zoom}px`,
        top: `${(element.y - y) * zoom}px`,
        fontSize: `${fontSize}px`,
        lineHeight: String(LINE_HEIGHT),
        color: isNote ? element.style?.color : paint(element.style?.color ?? "#1e1e1e"),
        ...(isNote && {
          width: `${element.w * zoom}px`,
          height: `${element.h * zoom}px`,
          padding: `${NOTE_PADDING * zoom}px`,
          background: element.style?.fill,
        }),
      }}
      onInput={grow}
      onBlur={finish}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
          event.preventDefault();
          finish();
        }
      }}
      onPointerDown={(event) => event.stopPropagation()}
    />
  );
}

function save(desk: Desk, { element, isNew }: Editing, text: string): void {
  if (text === (element.text ?? "") && !(isNew && element.type === "note")) return;
  if (isNew) {
    desk.edit([{ op: "put", element: withoutDefaults({ ...element, text }) }]);
    desk.chosenTool.value = "select";
    desk.selection.value = new Set([element.id]);
  } else if (text === "" && element.type === "text") {
    desk.edit([{ op: "remove", ids: [element.id] }]);
  } else {
    desk.edit([{ op: "patch", id: element.id, set: { text } }]);
  }
}
