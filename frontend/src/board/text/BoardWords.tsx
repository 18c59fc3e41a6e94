/** What is on the board, for those who do not see it. */

import type { VNode } from "preact";
import type { Element } from "../../client/wire.ts";
import { plural } from "../../language/language.ts";
import type { Desk } from "../desk.ts";

/** What an element says to those who do not see it; a formula is read as it was written. */
function wordsOf(element: Element): string {
  if (element.type === "stroke") return "";
  if (element.type === "image") return element.alt ?? "";
  if (element.type === "formula") return element.tex;
  if (element.type === "table") return Object.values(element.cells ?? {}).filter(Boolean).join("; ");
  if (element.type === "graph") return (element.curves ?? []).map(({ expr }) => `y = ${expr}`).join("; ");
  return "text" in element ? (element.text ?? "") : "";
}

/** As much of a text as one listens to, and as many of them as one goes through. */
const SPOKEN_CHARS = 1_000;
const SPOKEN_TEXTS = 1_000;

/** The board in words, for those who do not see it. */
export function BoardWords({ desk }: { readonly desk: Desk }): VNode {
  const { elements } = desk.board.value;
  const texts: string[] = [];
  for (const element of elements.values()) {
    const text = wordsOf(element);
    if (text && texts.push(text.slice(0, SPOKEN_CHARS)) === SPOKEN_TEXTS) break;
  }
  return (
    <div class="for-screen-readers">
      <p>{plural("board.elements", elements.size)}</p>
      <ul>
        {texts.map((text, n) => (
          <li key={n}>{text}</li>
        ))}
      </ul>
    </div>
  );
}
