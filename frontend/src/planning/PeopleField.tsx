/** Whom a lesson is for: those whom one has taught, to be ticked. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../language/language.ts";
import type { KnownPerson, PlanningApi } from "./planning_api.ts";

interface PeopleFieldProps {
  readonly api: PlanningApi;
  readonly chosen: ReadonlySet<number>;
  readonly onChange: (chosen: ReadonlySet<number>) => void;
}

export function PeopleField({ api, chosen, onChange }: PeopleFieldProps): VNode | null {
  const known = useSignal<readonly KnownPerson[]>([]);
  useEffect(() => {
    // Without them a lesson is planned as well: people come by the link.
    api.people().then(
      ({ items }) => {
        known.value = items;
      },
      () => undefined,
    );
  }, [api]);
  if (known.value.length === 0) return null;
  return (
    <fieldset class="people-field">
      <legend>{t("plan.people")}</legend>
      <p class="hint">{t("plan.people.text")}</p>
      <div class="people-choices">
        {known.value.map(({ user_id: id, name }) => (
          <label key={id} class="person-choice">
            <input
              type="checkbox"
              checked={chosen.has(id)}
              onChange={(event) => {
                const next = new Set(chosen);
                if (event.currentTarget.checked) next.add(id);
                else next.delete(id);
                onChange(next);
              }}
            />
            <bdi>{name}</bdi>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
