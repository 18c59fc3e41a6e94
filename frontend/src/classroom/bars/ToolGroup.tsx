/** Tools that share a place in the bar: a button for the one that was used last, the others beside it. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { TOOL_KEYS, type Tool } from "../../board/tools/tools.ts";
import { t, type Key } from "../../language/language.ts";
import { IconButton } from "../../ui/controls.tsx";
import { Icon, type IconName } from "../../ui/icons.tsx";
import { stepFocus } from "../../ui/stepping.ts";
import type { Classroom } from "../classroom.ts";
import { iconOf } from "./tool_icons.ts";

interface ToolsProps {
  readonly room: Classroom;
  readonly tools: readonly Tool[];
}

export function choose(room: Classroom, tool: Tool): void {
  room.desk.chosenTool.value = tool;
  if (tool !== "select" && tool !== "lasso") room.desk.selection.value = new Set();
}

export function ToolButton({ room, tool, onChoose }: { room: Classroom; tool: Tool; onChoose?: () => void }): VNode {
  return (
    <IconButton
      icon={iconOf(tool)}
      label={t(`tool.${tool}`)}
      {...(TOOL_KEYS[tool] !== undefined && { shortcut: TOOL_KEYS[tool] })}
      pressed={room.desk.tool.value === tool}
      onClick={() => {
        choose(room, tool);
        onChoose?.();
      }}
    />
  );
}

/** @param label what the tools are together. */
export function ToolGroup({ room, tools, label }: ToolsProps & { readonly label: Key }): VNode {
  const last = useSignal(tools[0]!);
  const held = tools.find((tool) => tool === room.desk.tool.value);
  const shown = held ?? (tools.includes(last.value) ? last.value : tools[0]!);
  useEffect(() => {
    if (held !== undefined) last.value = held;
  }, [held]);
  return (
    <Flyout
      label={t(label)}
      name={`${t(label)}: ${t(`tool.${shown}`)}`}
      icon={iconOf(shown)}
      pressed={held !== undefined}
      onOpen={() => choose(room, shown)}
    >
      {(close) => tools.map((tool) => <ToolButton key={tool} room={room} tool={tool} onChoose={close} />)}
    </Flyout>
  );
}

interface FlyoutProps {
  readonly label: string;
  /** Of its button. */
  readonly name: string;
  readonly icon: IconName;
  readonly pressed?: boolean;
  readonly onOpen?: () => void;
  /** The buttons beside it; each closes it. */
  readonly children: (close: () => void) => ComponentChildren;
}

/** One place in the bar, and what opens beside it. */
export function Flyout({ label, name, icon, pressed, onOpen, children }: FlyoutProps): VNode {
  const group = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const isOpen = useSignal(false);
  useEffect(() => {
    const outside = (event: Event): void => {
      if (!group.current?.contains(event.target as Node)) isOpen.value = false;
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, []);
  const close = (): void => {
    isOpen.value = false;
    group.current?.querySelector("button")?.focus({ preventScroll: true });
  };
  return (
    <div
      ref={group}
      class="tool-group"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen.value) return;
        event.preventDefault();
        close();
      }}
    >
      <button
        type="button"
        class="icon-button"
        aria-label={name}
        title={name}
        aria-pressed={pressed}
        aria-expanded={isOpen.value}
        onClick={(event) => {
          isOpen.value = !isOpen.value;
          if (isOpen.value) onOpen?.();
          // By the keyboard one wants to choose; a pointer goes where it likes.
          if (isOpen.value && event.detail === 0) requestAnimationFrame(() => list.current?.querySelector("button")?.focus());
        }}
      >
        <Icon name={icon} />
      </button>
      {isOpen.value && (
        <div
          ref={list}
          class="flyout card"
          role="group"
          aria-label={label}
          style={{ "--at": `${(group.current?.offsetTop ?? 0) + (group.current?.offsetHeight ?? 0) / 2}px` }}
          onKeyDown={(event) => stepFocus(event, list.current, "button", "both")}
        >
          {children(close)}
        </div>
      )}
    </div>
  );
}
