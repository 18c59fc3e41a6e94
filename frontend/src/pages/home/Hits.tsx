/** What was written in lessons and has the words that are looked for; one click shows it as it was. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { goTo } from "../../browser/address.ts";
import { SERVER } from "../../browser/root.ts";
import { ApiRefusal } from "../../client/rest/http.ts";
import { dateTime, t } from "../../language/language.ts";
import { wordsFor } from "../../language/words_of_errors.ts";
import { marked, placeOf, SearchApi, type Hit, type HitPage } from "./search_api.ts";
import "../../styles/pages/hits.css";

/** A lesson that has more of them shows the newest: the others are found in its series. */
const PER_LESSON = 3;

interface HitsProps {
  readonly token: string;
  readonly q: string;
  /** Only in the lessons of this series. */
  readonly series?: string;
}

export function Hits({ token, q, series }: HitsProps): VNode | null {
  const api = useMemo(() => new SearchApi(SERVER, token), [token]);
  const found = useSignal<HitPage | null>(null);
  const problem = useSignal<string | null>(null);
  const asked = useRef(0);
  const look = async (cursor: string | null): Promise<void> => {
    const question = (asked.current += 1);
    try {
      const page = await api.find({ q, cursor, ...(series ? { series } : { perLesson: PER_LESSON }) });
      if (asked.current !== question) return;
      const before = cursor === null ? [] : (found.value?.items ?? []);
      found.value = { items: [...before, ...page.items], next_cursor: page.next_cursor };
      problem.value = null;
    } catch (error) {
      if (asked.current !== question) return;
      // Signs alone are no words: nothing is found by them.
      const isNoWord = error instanceof ApiRefusal && error.status === 422;
      found.value = { items: [], next_cursor: null };
      if (!isNoWord) problem.value = wordsFor(error);
    }
  };
  useEffect(() => {
    void look(null);
    return () => void (asked.current += 1);
  }, [q, series, api]);
  const page = found.value;
  if (problem.value !== null) return <p class="error" role="alert">{problem.value}</p>;
  if (page === null || (page.items.length === 0 && page.next_cursor === null && !series)) return null;
  return (
    <section class="hits" aria-labelledby="hits">
      <h2 id="hits">{t("hits.title")}</h2>
      {page.items.length === 0 && page.next_cursor === null && <p class="hint">{t("hits.none")}</p>}
      {groupsOf(page.items).map((hits) => (
        <section key={hits[0]!.session.session_id} aria-label={titleOf(hits[0]!)}>
          <h3>
            <bdi>{titleOf(hits[0]!)}</bdi> <span class="hint">{dateTime(hits[0]!.session.at)}</span>
          </h3>
          <ul>
            {hits.map((hit) => (
              <li key={`${hit.seq}/${hit.element}/${hit.cell}`}>
                <HitButton hit={hit} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {page.next_cursor !== null && (
        <button type="button" class="button more" onClick={() => void look(page.next_cursor)}>
          {t("home.more")}
        </button>
      )}
    </section>
  );
}

function HitButton({ hit }: { readonly hit: Hit }): VNode {
  return (
    <button type="button" class="hit" onClick={() => goTo(placeOf(hit))}>
      <span class="hit-text" dir="auto">
        {marked(hit.excerpt, hit.marks).map((part, at) => (at % 2 === 1 ? <mark key={at}>{part}</mark> : part))}
      </span>
      <span class="hint">
        {t(`hits.kind.${hit.kind}`)} · {hit.name && hit.kind !== "document" && <><bdi>{hit.name}</bdi> · </>}
        <time dateTime={hit.at}>{dateTime(hit.at)}</time>
      </span>
    </button>
  );
}

function titleOf({ session }: Hit): string {
  return session.title || t("home.untitled");
}

/** Those of one lesson stand together, as they come. */
function groupsOf(hits: readonly Hit[]): readonly (readonly Hit[])[] {
  const groups = new Map<string, Hit[]>();
  for (const hit of hits) {
    const { session_id: id } = hit.session;
    groups.set(id, [...(groups.get(id) ?? []), hit]);
  }
  return [...groups.values()];
}
