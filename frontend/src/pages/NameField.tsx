/** Where one says what one is called. */

import type { Signal } from "@preact/signals";
import type { VNode } from "preact";
import { t } from "../language/language.ts";
import { Field } from "../ui/forms.tsx";

interface NameFieldProps {
  readonly label: string;
  readonly name: Signal<string>;
}

export function NameField({ label, name }: NameFieldProps): VNode {
  return (
    <Field
      label={label}
      value={name.value}
      placeholder={t("join.namePlaceholder")}
      maxLength={64}
      autoComplete="name"
      autoFocus
      onInput={(value) => {
        name.value = value;
      }}
    />
  );
}
