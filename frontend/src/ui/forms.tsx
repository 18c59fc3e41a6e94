/** Fields and switches. */

import type { VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import "../styles/base/forms.css";

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
