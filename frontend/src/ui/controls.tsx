/** The controls that every page is made of. */

import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../language/language.ts";
import { Icon, type IconName } from "./icons.tsx";

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly shortcut?: string;
  readonly kind?: string;
}

/** A button with an icon alone; its label is read out, and shown as a hint. */
export function IconButton(props: IconButtonProps): VNode {
  const { icon, label, onClick, pressed, disabled, shortcut, kind = "" } = props;
  return (
    <button
      type="button"
      class={`icon-button ${kind}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut}
      disabled={disabled}
      title={shortcut ? `${label} (${shortcut})` : label}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly disabled?: boolean;
  /** Read out, but not shown: what is around the switch says it. */
  readonly isLabelHidden?: boolean;
}

export function Switch({ label, isOn, onChange, disabled, isLabelHidden }: SwitchProps): VNode {
  return (
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked={isOn}
      disabled={disabled}
      onClick={() => onChange(!isOn)}
    >
      <span class={isLabelHidden ? "for-screen-readers" : undefined}>{label}</span>
      <span class="switch-track" aria-hidden="true" />
    </button>
  );
}

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/**
 * A modal dialog: the browser keeps the focus inside and gives it back.
 *
 * The focus begins where one writes, or on what does no harm, and never on the way out: the first
 * key that one types must not close what one has just opened.
 */
export function Dialog({ title, onClose, children }: DialogProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const isGone = useRef(false);
  const id = useId();
  // Before it is taken out of the document, which an effect's end is not.
  useLayoutEffect(() => {
    const { current } = dialog;
    if (current === null) return undefined;
    current.showModal();
    const first = current.querySelector<HTMLElement>(".dialog-body > :not(header) :is(input, textarea, select), [data-harmless]");
    (first ?? current.querySelector<HTMLElement>("h2"))?.focus();
    return () => {
      // Taken away without being closed, it would not give the focus back.
      isGone.current = true;
      current.close();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      onClose={() => {
        if (!isGone.current) onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      {/* Within a section, `header` and `footer` are none of the whole page's. */}
      <section class="dialog-body">
        <header>
          <h2 id={id} tabIndex={-1}>{title}</h2>
          <IconButton icon="close" label={t("app.close")} onClick={() => dialog.current?.close()} />
        </header>
        {children}
      </section>
    </dialog>
  );
}

interface QuestionProps {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that others will feel. */
export function Question({ title, text, confirm, onConfirm, onClose }: QuestionProps): VNode {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <footer>
        <button type="button" class="button" data-harmless onClick={onClose}>
          {t("app.cancel")}
        </button>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            onConfirm();
            onClose();
          }}
        >
          {confirm}
        </button>
      </footer>
    </Dialog>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly autoFocus?: boolean;
  readonly kind?: string;
  readonly autoComplete?: string;
}

export function Field(props: FieldProps): VNode {
  const { label, value, onInput, hint, placeholder, maxLength, autoFocus, kind, autoComplete } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, []);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        ref={input}
        id={id}
        class={kind}
        value={value}
        maxLength={maxLength}
        placeholder={placeholder}
        autoComplete={autoComplete ?? "off"}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
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
