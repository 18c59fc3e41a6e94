/** Choosing some pages of many, by what they look like: one by one, with Shift a range, by arrows and Space. */

import type { ComponentChildren, VNode } from "preact";
import { useRef } from "preact/hooks";
import { t } from "../../language/language.ts";
import { stepFocus } from "../../ui/stepping.ts";
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
  const list = useRef<HTMLUListElement>(null);
  /** Where a range begins that is chosen with Shift. */
  const latest = useRef(-1);
  const isRange = useRef(false);
  const choose = (at: number, isChosen: boolean): void => {
    const [from, to] = isRange.current && latest.current >= 0 ? [Math.min(at, latest.current), Math.max(at, latest.current)] : [at, at];
    const now = new Set(chosen);
    for (const { key } of pages.slice(from, to + 1)) {
      if (isChosen) now.add(key);
      else now.delete(key);
    }
    latest.current = at;
    onChoose(now);
  };
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
      <ul ref={list} onKeyDown={(event) => stepFocus(event, list.current, "input", "both")}>
        {pages.map(({ key, name, picture }, at) => (
          <li key={key}>
            <label>
              <input
                type="checkbox"
                checked={chosen.has(key)}
                onClick={(event) => void (isRange.current = event.shiftKey)}
                onChange={(event) => choose(at, event.currentTarget.checked)}
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
