/** Choosing some pages of many, by what they look like. */

import type { ComponentChildren, VNode } from "preact";
import { t } from "../../language/language.ts";
import "../../styles/choosing.css";

export interface Choosable<Key> {
  readonly key: Key;
  readonly name: string;
  readonly picture: ComponentChildren;
}

interface ChoosePagesProps<Key> {
  readonly pages: readonly Choosable<Key>[];
  readonly chosen: ReadonlySet<Key>;
  readonly onChoose: (chosen: ReadonlySet<Key>) => void;
}

export function ChoosePages<Key extends string | number>({ pages, chosen, onChoose }: ChoosePagesProps<Key>): VNode {
  const isAll = pages.every(({ key }) => chosen.has(key));
  return (
    <fieldset class="choose-pages">
      <legend>
        {t("choose.pages")}
        <button
          type="button"
          class="button small"
          onClick={() => onChoose(new Set(isAll ? [] : pages.map(({ key }) => key)))}
        >
          {t(isAll ? "choose.none" : "choose.all")}
        </button>
      </legend>
      <ul>
        {pages.map(({ key, name, picture }) => (
          <li key={key}>
            <label>
              <input
                type="checkbox"
                checked={chosen.has(key)}
                onChange={(event) => {
                  const now = new Set(chosen);
                  if (event.currentTarget.checked) now.add(key);
                  else now.delete(key);
                  onChoose(now);
                }}
              />
              {picture}
              <bdi>{name}</bdi>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
