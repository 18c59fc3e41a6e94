/** The controls that every page is made of. */

import type { VNode } from "preact";
import { Icon, type IconName } from "./icons.tsx";

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly pressed?: boolean | "mixed";
  /** Whether what the button opens is open. */
  readonly isExpanded?: boolean;
  readonly disabled?: boolean;
  readonly shortcut?: string;
  readonly kind?: string;
}

/** A button with an icon alone; its label is read out, and shown as a hint. */
export function IconButton(props: IconButtonProps): VNode {
  const { icon, label, onClick, pressed, isExpanded, disabled, shortcut, kind = "" } = props;
  return (
    <button
      type="button"
      class={`icon-button ${kind}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-expanded={isExpanded}
      aria-keyshortcuts={shortcut}
      disabled={disabled}
      title={shortcut ? `${label} (${shortcut})` : label}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

export function Logo(): VNode {
  return (
    <svg class="logo" width="30" height="30" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M8 20c4-9 6-11 7.5-9.5S11 20 13.5 20.5 18 11 20 12s-2.5 8 0 8.5 3-2.5 4-4" />
    </svg>
  );
}
