/** What is wrong with TeX, in the person's language: the server says it in English (BD-21). */

import type { Key } from "../../language/language.ts";

/** What the server says, and the words for it; `{a}` in them is what it names first. */
const FAULTS: readonly (readonly [RegExp, Key])[] = [
  [/^there is nothing to be set$/, "tex.nothing"],
  [/^a second (?:subscript|superscript|.*?): put the first one into braces$/, "tex.second"],
  [/^this is never closed: (.+) is missing$/, "tex.unclosed"],
  [/^there is no command (\\\S*?)(?: here)?(?:: (.+))?$/, "tex.noCommand"],
  [/^this \} closes nothing$/, "tex.closesNothing"],
  [/^(.) means nothing here(?:; write (.+))?$/, "tex.meaningless"],
  [/^this character cannot be drawn$/, "tex.undrawable"],
  [/^(.+) stands in a matrix, in cases or in aligned only$/, "tex.matrixOnly"],
  [/^there is no \\left to this \\right$/, "tex.noLeft"],
  [/^there is no environment (.+?) here; there are: (.+)$/, "tex.noEnvironment"],
  [/^its columns follow: (.+)$/, "tex.columns"],
  [/^(.+) is closed by (.+), not by (.+)$/, "tex.closedBy"],
  [/^(.+) needs its (?:words|lines) in braces$/, "tex.braces"],
  [/^between the braces of a text are words alone$/, "tex.wordsAlone"],
  [/^a script needs/, "tex.script"],
  [/^(.+) needs a (?:.*)part behind it; put it into braces$/, "tex.part"],
  [/^a bracket stands here: (.+)$/, "tex.bracket"],
  [/^(.+) stands behind (.+)$/, "tex.behind"],
  [/^a command is missing behind this \\$/, "tex.commandMissing"],
  [/^there is no \\begin to this \\end$/, "tex.noBegin"],
  [/^this is nested deeper than (\d+) levels$/, "tex.deep"],
  [/^the font of formulas has no (.+)$/, "tex.noGlyph"],
  [/^a formula has at most (\d+) (?:characters|cells and lines)$/, "tex.tooLarge"],
  [/^this formula (?:takes too long|is too large) to be drawn: make two of it$/, "tex.two"],
  [/^this formula cannot be drawn$/, "tex.cannot"],
];

/** Which words say it, and of what; none for what only a newer server says, which is shown as it is. */
export function faultIn(message: string): { readonly key: Key; readonly values: Readonly<Record<string, string>> } | null {
  for (const [pattern, key] of FAULTS) {
    const found = pattern.exec(message);
    if (found !== null) return { key, values: { a: found[1] ?? "", b: found[2] ?? "", c: found[3] ?? "" } };
  }
  return null;
}
