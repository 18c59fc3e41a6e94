/** What narrows a table. A filter holds as one types, after a breath; Enter does not wait for that. */

import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";
import { t, type Key } from "../../language/language.ts";
import { useBreath } from "../../ui/breath.ts";
import "../../styles/base/forms.css";

interface FiltersProps {
  readonly onRefresh: () => void;
  readonly children: ComponentChildren;
}

export function Filters({ onRefresh, children }: FiltersProps): VNode {
  return (
    <form
      class="narrow"
      onSubmit={(event) => {
        event.preventDefault();
        // What is typed and does not hold yet is told by a change, which leaving the field is.
        const field = document.activeElement;
        if (field instanceof HTMLElement) field.dispatchEvent(new Event("change", { bubbles: true }));
      }}
    >
      {children}
      <button type="button" class="button" onClick={onRefresh}>{t("operator.refresh")}</button>
    </form>
  );
}

interface LabelledProps {
  readonly label: Key;
  readonly children: (id: string) => VNode;
}

function Labelled({ label, children }: LabelledProps): VNode {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{t(label)}</label>
      {children(id)}
    </div>
  );
}

interface InputFilterProps {
  readonly label: Key;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function TextFilter({ label, value, onChange }: InputFilterProps): VNode {
  const { typed, settled } = useBreath(onChange);
  return (
    <Labelled label={label}>
      {(id) => (
        <input
          id={id}
          type="search"
          maxLength={200}
          defaultValue={value}
          onInput={({ currentTarget }) => typed(currentTarget.value.trim())}
          onChange={({ currentTarget }) => settled(currentTarget.value.trim())}
        />
      )}
    </Labelled>
  );
}

/** A whole number from `least` on; anything else is taken out of the field. */
export function NumberFilter(props: InputFilterProps & { readonly least?: number }): VNode {
  const { label, value, onChange, least = 1 } = props;
  const { typed, settled } = useBreath(onChange);
  const allowed = (field: HTMLInputElement): string => {
    const number = field.valueAsNumber;
    return Number.isSafeInteger(number) && number >= least ? String(number) : "";
  };
  return (
    <Labelled label={label}>
      {(id) => (
        <input
          id={id}
          type="number"
          min={least}
          step={1}
          defaultValue={value}
          onInput={({ currentTarget }) => typed(allowed(currentTarget))}
          onChange={({ currentTarget }) => {
            currentTarget.value = allowed(currentTarget);
            settled(currentTarget.value);
          }}
        />
      )}
    </Labelled>
  );
}

export function DateFilter({ label, value, onChange }: InputFilterProps): VNode {
  return (
    <Labelled label={label}>
      {(id) => (
        <input id={id} type="date" value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)} />
      )}
    </Labelled>
  );
}

interface ChoiceFilterProps<Value extends string> {
  readonly label: Key;
  readonly value: Value | "";
  readonly choices: readonly Value[];
  readonly wordsFor: (choice: Value) => string;
  readonly onChange: (value: Value | "") => void;
}

export function ChoiceFilter<Value extends string>(props: ChoiceFilterProps<Value>): VNode {
  const { label, value, choices, wordsFor, onChange } = props;
  return (
    <Labelled label={label}>
      {(id) => (
        <select
          id={id}
          value={value}
          onChange={({ currentTarget }) => onChange(currentTarget.value as Value | "")}
        >
          <option value="">{t("operator.any")}</option>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {wordsFor(choice)}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}
