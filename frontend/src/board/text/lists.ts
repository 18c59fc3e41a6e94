/** Lists are lines that begin with a sign or a number: whoever ends one begins the next. */

const ITEM = /^(\s*)(?:([-–—*•])|(\d{1,4})([.)]))(\s+)(.*)$/su;

/** What a new line below an item begins with; empty where the item has no words, which ends the list; null where there is none. */
export function nextItem(line: string): string | null {
  const found = ITEM.exec(line);
  if (found === null) return null;
  const [, before = "", sign, number, dot = "", after = "", words = ""] = found;
  if (words.trim() === "") return "";
  return `${before}${sign ?? `${Number(number) + 1}${dot}`}${after}`;
}

/** At the end of an item: begins the next one; whether it did. The browser's own undo takes it back. */
export function goOnWithList(area: HTMLTextAreaElement): boolean {
  const { value, selectionStart: at, selectionEnd } = area;
  const begin = value.lastIndexOf("\n", at - 1) + 1;
  const next = at === selectionEnd ? nextItem(value.slice(begin, at)) : null;
  if (next === null) return false;
  if (next === "") area.setSelectionRange(begin, at);
  return document.execCommand("insertText", false, next === "" ? "\n" : `\n${next}`);
}
