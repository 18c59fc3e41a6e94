/** Looking for lessons: by words, from one day to another. */

import type { VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../../language/language.ts";
import { Icon } from "../../ui/icons.tsx";
import type { ListOfLessons } from "./list_of_lessons.ts";

/** Nobody waits for each letter. */
const TYPING_MS = 250;

export function Finding({ list }: { readonly list: ListOfLessons }): VNode {
  const { title, from, to } = list.filter.value;
  const id = useId();
  const typing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => () => clearTimeout(typing.current), []);
  const day = (name: "from" | "to", value: string): VNode => (
    <label class="field day" for={`${id}-${name}`}>
      <span>{t(`home.${name}`)}</span>
      <input
        id={`${id}-${name}`}
        type="date"
        value={value}
        onInput={(event) => list.look({ [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <search class="finding">
      <label class="field finding-title" for={id}>
        <span class="for-screen-readers">{t("home.searchAll")}</span>
        <input
          ref={search}
          id={id}
          type="search"
          defaultValue={title}
          placeholder={t("home.searchAll")}
          maxLength={200}
          onInput={(event) => {
            const { value } = event.currentTarget;
            clearTimeout(typing.current);
            typing.current = setTimeout(() => list.look({ title: value }), TYPING_MS);
          }}
        />
      </label>
      {day("from", from)}
      {day("to", to)}
      {list.isFiltered.value && (
        <button
          type="button"
          class="button small"
          onClick={() => {
            clearTimeout(typing.current);
            if (search.current !== null) search.current.value = "";
            list.look({ title: "", from: "", to: "" });
          }}
        >
          <Icon name="close" size={16} /> {t("home.all")}
        </button>
      )}
    </search>
  );
}
