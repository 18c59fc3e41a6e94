/** Looking for words on all pages: in titles, in what is written, in what imported pages say. */

import type { Board } from "../../client/replica/board.ts";
import type { Element, Id, Page } from "../../client/wire.ts";

/** A place where the words stand. */
export interface Found {
  readonly page: Page;
  /** Where the page stands, from 0. */
  readonly at: number;
  /** What they stand in; null for a title, and for an imported page. */
  readonly element: Id | null;
  readonly before: string;
  readonly words: string;
  readonly after: string;
}

/** More than somebody looks through. */
export const FOUND_MOST = 200;
const OF_A_PAGE = 5;
const AROUND = 32;

/** What is written in an element; of a table a cell to a line. */
function wordsIn(element: Element): string {
  switch (element.type) {
    case "text":
      return element.text;
    case "note":
      return element.text ?? "";
    case "formula":
      return element.tex;
    case "table":
      return Object.values(element.cells ?? {}).join("\n");
    case "image":
      return element.alt ?? "";
    default:
      return "";
  }
}

/** In lower case, letter by letter: places stay where they are, whatever a language does. */
function folded(text: string): string {
  let result = "";
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!;
    const lower = letter.toLowerCase();
    result += /\s/.test(letter) ? " " : lower.length === 1 ? lower : letter;
  }
  return result;
}

function* places(text: string, wanted: string): Generator<Pick<Found, "before" | "words" | "after">> {
  const within = folded(text);
  for (let at = within.indexOf(wanted); at >= 0; at = within.indexOf(wanted, at + wanted.length)) {
    const end = at + wanted.length;
    yield {
      before: text.slice(Math.max(0, at - AROUND), at),
      words: text.slice(at, end),
      after: text.slice(end, end + AROUND),
    };
  }
}

/**
 * Where words stand on a board, page by page: the title first, then what is written, then what the
 * imported page says.
 *
 * @param words of imported pages, by their asset, as far as they are here.
 */
export function find(board: Board, words: ReadonlyMap<string, string>, wanted: string): Found[] {
  const query = folded(wanted.trim().normalize("NFC"));
  if (query === "") return [];
  const pageOf = new Map(
    board.layers.filter(({ visible }) => visible !== false).map(({ id, page }) => [id, String(page ?? "p1")]),
  );
  const written = new Map<Id, Element[]>();
  for (const element of board.elements.values()) {
    const page = pageOf.get(element.layer);
    if (page === undefined || wordsIn(element) === "") continue;
    const there = written.get(page);
    if (there === undefined) written.set(page, [element]);
    else there.push(element);
  }
  const found: Found[] = [];
  for (const [at, page] of board.pages.entries()) {
    for (const place of places(page.title ?? "", query)) found.push({ page, at, element: null, ...place });
    for (const element of written.get(page.id) ?? []) {
      // One look at an element shows all places in it.
      for (const place of places(wordsIn(element), query)) {
        found.push({ page, at, element: element.id, ...place });
        break;
      }
    }
    let n = 0;
    for (const place of places(words.get(page.background?.text ?? "") ?? "", query)) {
      if ((n += 1) > OF_A_PAGE) break;
      found.push({ page, at, element: null, ...place });
    }
    if (found.length >= FOUND_MOST) return found.slice(0, FOUND_MOST);
  }
  return found;
}
