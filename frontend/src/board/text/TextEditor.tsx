/** Writing text where it will stand. */

import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Desk } from "../desk.ts";
import { WRITING } from "../others.ts";
import { t } from "../../language/language.ts";
import { paint } from "../drawing/palette.ts";
import { actOf } from "../input/combinations.ts";
import { familyOf, letters } from "./face.ts";
import { LINE_HEIGHT, NOTE_PADDING } from "./text_layout.ts";
import type { Draft, TextHolder } from "./writing.ts";
import "../../styles/board/writing.css";

export function TextEditor({ desk }: { readonly desk: Desk }): VNode | null {
  const draft = desk.writing.current.value;
  if (draft === null) return null;
  return <Editor key={draft.element.id} desk={desk} draft={draft} />;
}

function Editor({ desk, draft }: { readonly desk: Desk; readonly draft: Draft }): VNode {
  const area = useRef<HTMLTextAreaElement>(null);
  // Others may move it, and give it another look, while it is written.
  void desk.board.value;
  void letters.value;
  const element = desk.writing.element ?? draft.element;
  const isNote = element.type === "note";
  const { x, y, zoom } = desk.camera.value;
  const fontSize = (element.style?.font_size ?? 20) * zoom;

  const grow = (): void => {
    const { current } = area;
    if (current === null) return;
    current.style.height = "0";
    if (element.type === "note") {
      current.style.height = `${Math.max(element.h * zoom, current.scrollHeight)}px`;
      return;
    }
    if (element.w) {
      current.style.width = `${element.w * zoom}px`;
    } else {
      current.style.width = "0";
      current.style.width = `${Math.max(current.scrollWidth + fontSize, fontSize * 4)}px`;
    }
    current.style.height = `${current.scrollHeight}px`;
  };
  // Before the next key is pressed, or it would choose a tool; not from under what is typed elsewhere.
  useLayoutEffect(() => {
    const focused = document.activeElement;
    if (focused === null || focused === document.body || focused.closest(".board") !== null) area.current?.focus();
  }, []);
  // Rewritten from outside: a list made of it.
  useLayoutEffect(() => {
    if (area.current !== null && area.current.value !== draft.text) area.current.value = draft.text;
  }, [draft]);
  useLayoutEffect(grow);
  useEffect(() => {
    if (desk.writing.rebase(element) && area.current !== null) area.current.value = element.text ?? "";
  }, [element]);

  const finish = (): void => {
    if (desk.writing.current.value?.element.id !== draft.element.id) return;
    const saved = desk.writing.finish();
    if (saved === null || !draft.isNew) return;
    desk.chosenTool.value = "select";
    desk.selection.value = new Set([saved]);
  };
  return (
    <div class="writing" style={{ left: `${(element.x - x) * zoom}px`, top: `${(element.y - y) * zoom}px` }}>
      <textarea
        ref={area}
        class={isNote ? "text-editor note-editor" : "text-editor"}
        data-wraps={isNote || Boolean(element.w)}
        aria-label={t("board.writing")}
        dir="auto"
        spellcheck={false}
        maxLength={desk.client.welcome?.limits.text_chars ?? 10_000}
        defaultValue={draft.text}
        style={{
          fontSize: `${fontSize}px`,
          fontFamily: familyOf(element.style),
          fontWeight: element.style?.bold ? 700 : 400,
          fontStyle: element.style?.italic ? "italic" : "normal",
          lineHeight: String(LINE_HEIGHT),
          textAlign: element.style?.align ?? "start",
          color: isNote ? element.style?.color : paint(element.style?.color ?? "#1e1e1e"),
          ...(isNote && {
            width: `${element.w * zoom}px`,
            padding: `${NOTE_PADDING * zoom}px`,
            background: element.style?.fill,
          }),
        }}
        onInput={(event) => {
          desk.writing.typed(event.currentTarget.value);
          grow();
        }}
        onBlur={() => {
          // Another window has the focus: the writing goes on when this one has it again.
          if (document.hasFocus() && document.activeElement !== area.current) finish();
        }}
        onKeyDown={(event) => {
          event.stopPropagation();
          // The key belongs to the input method: it ends a composition, not the writing.
          if (event.isComposing || event.keyCode === 229) return;
          const act = actOf(event);
          if (act === "bold" || act === "italic") {
            event.preventDefault();
            desk.aids.arrange(({ acts }) => acts[act](desk, event));
          } else if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
            if (desk.aids.arranging?.goOnWithList(event.currentTarget)) event.preventDefault();
          } else if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
            event.preventDefault();
            finish();
            if (desk.writing.isHeld.value) desk.writing.putAside();
          }
        }}
        onPointerDown={(event) => event.stopPropagation()}
      />
      <Remarks desk={desk} draft={draft} element={element} />
    </div>
  );
}

interface RemarksProps {
  readonly desk: Desk;
  readonly draft: Draft;
  readonly element: TextHolder;
}

/** What one should know while one writes: who else does, and whether it will be on the board. */
function Remarks({ desk, draft, element }: RemarksProps): VNode {
  const [x, y] = [Math.round(element.x), Math.round(element.y)];
  const roster = desk.lesson.state.value?.roster;
  const others = [...desk.others.cursors.value.values()]
    .filter(({ tool, at }) => tool === WRITING && at.x === x && at.y === y)
    .flatMap(({ userId }) => roster?.get(userId)?.name ?? []);
  const isChanged = !draft.isNew && (element.text ?? "") !== (draft.element.text ?? "");
  return (
    <div class="writing-remarks" role="status">
      {desk.writing.isHeld.value && <p>{t("writing.held")}</p>}
      {others.length > 0 && <p>{t("writing.others", { names: others.join(", ") })}</p>}
      {isChanged && <p>{t("writing.changed")}</p>}
    </div>
  );
}
