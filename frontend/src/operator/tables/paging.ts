/** Pages of a list, one after the other, begun anew where its filters change. */

import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Attempt } from "../attempt.ts";
import type { DamagedRow, Page } from "../operator_api.ts";

export interface Pages<Item> {
  /** Null until the first page is here. */
  readonly items: Signal<readonly Item[] | null>;
  readonly damaged: Signal<readonly DamagedRow[]>;
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly reload: () => void;
}

/**
 * @param load fetches the page after a cursor.
 * @param filters as text; another text begins with the first page.
 */
export function usePages<Item>(
  attempt: Attempt,
  load: (cursor: string | null) => Promise<Page<Item>>,
  filters: string,
): Pages<Item> {
  const items = useSignal<readonly Item[] | null>(null);
  const damaged = useSignal<readonly DamagedRow[]>([]);
  const cursor = useSignal<string | null>(null);
  const newest = useRef(0);
  const fetchPage = (after: string | null): void => {
    const number = (newest.current += 1);
    void attempt(async () => {
      const page = await load(after);
      // The answer to filters that were changed meanwhile is of no use.
      if (number !== newest.current) return;
      const before = after === null ? [] : (items.value ?? []);
      items.value = [...before, ...page.items];
      damaged.value = [...(after === null ? [] : damaged.value), ...(page.damaged ?? [])];
      cursor.value = page.next_cursor;
    });
  };
  useEffect(() => fetchPage(null), [filters]);
  return {
    items,
    damaged,
    hasMore: cursor.value !== null,
    more: () => fetchPage(cursor.value),
    reload: () => fetchPage(null),
  };
}
