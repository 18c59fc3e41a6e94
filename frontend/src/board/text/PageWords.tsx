/** What is written on the imported page that is shown, for those who do not see its picture (PG-8). */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";

interface WordsProps {
  /** Fetches an asset. */
  readonly fetch: (asset: string) => Promise<Blob>;
  readonly text: string;
}

export function PageWords({ fetch, text }: WordsProps): VNode | null {
  const lines = useSignal<readonly string[]>([]);
  useEffect(() => {
    let isGone = false;
    fetch(text)
      .then((words) => words.text())
      .then(
        (words) => {
          if (!isGone) lines.value = words.split("\n");
        },
        // Without a network there are no words, as there is no picture.
        () => undefined,
      );
    return () => {
      isGone = true;
    };
  }, [text]);
  if (lines.value.length === 0) return null;
  return (
    <div class="for-screen-readers page-text">
      {lines.value.map((line, n) => (
        <p key={n}>{line}</p>
      ))}
    </div>
  );
}
