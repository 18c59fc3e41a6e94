/** A bar of controls: one stop of the Tab key, arrows go from control to control. */

import type { ComponentChildren, VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { controlsOf, stepFocus } from "./stepping.ts";

interface BarProps {
  readonly kind: string;
  readonly label: string;
  /** Where there is little room, whether it is shown. */
  readonly isOpen?: boolean;
  /** Where Escape leads. */
  readonly onLeave: () => void;
  /** Before what is pressed takes the focus. */
  readonly onPress?: (event: MouseEvent) => void;
  readonly children: ComponentChildren;
}

/** What a menu or a flyout holds has arrows of its own. */
const CONTROLS = "button:not(.menu-list *, .flyout *), input:not([hidden])";

export function Bar({ kind, label, isOpen, onLeave, onPress, children }: BarProps): VNode {
  const bar = useRef<HTMLDivElement>(null);
  const current = useRef<HTMLElement | null>(null);
  const settle = (): void => {
    if (bar.current === null) return;
    const controls = controlsOf(bar.current, CONTROLS);
    const chosen =
      controls.find((control) => control === current.current) ??
      controls.find((control) => control.getAttribute("aria-pressed") === "true") ??
      controls[0];
    for (const control of controls) control.tabIndex = control === chosen ? 0 : -1;
  };
  // What the bar holds changes with what one may do; after each change one of it can be reached.
  useLayoutEffect(() => {
    settle();
    const watch = new MutationObserver(settle);
    watch.observe(bar.current!, { childList: true, subtree: true, attributeFilter: ["disabled"] });
    // Another width of the window shows other ones.
    window.addEventListener("resize", settle);
    return () => {
      watch.disconnect();
      window.removeEventListener("resize", settle);
    };
  }, []);
  return (
    <div
      ref={bar}
      class={kind}
      role="toolbar"
      aria-label={label}
      data-open={isOpen || undefined}
      onMouseDown={onPress}
      onFocusIn={({ target }) => {
        if ((target as HTMLElement).matches(CONTROLS)) current.current = target as HTMLElement;
        settle();
      }}
      onKeyDown={(event) => {
        if (event.defaultPrevented) return;
        if (event.key === "Escape") onLeave();
        else stepFocus(event, bar.current, CONTROLS, "both");
      }}
    >
      {children}
    </div>
  );
}
