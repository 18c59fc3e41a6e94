/** What is asked, and shown, in front of everything else. */

import type { ComponentChildren, VNode } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../language/language.ts";
import { IconButton } from "./controls.tsx";
import "../styles/base/forms.css";

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
  /** Whether nothing is lost by it. */
  readonly isHarmless?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** What else is to be decided. */
  readonly children?: ComponentChildren;
}

/** Asks before something that others will feel. */
export function Question({ title, text, confirm, isHarmless = false, onConfirm, onClose, children }: QuestionProps): VNode {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      {children}
      <footer>
        <button type="button" class="button" data-harmless onClick={onClose}>
          {t("app.cancel")}
        </button>
        <button
          type="button"
          class={isHarmless ? "button primary" : "button danger"}
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
