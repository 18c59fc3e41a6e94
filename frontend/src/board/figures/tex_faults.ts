/** What is wrong with TeX, in the person's language: the server says it in English (BD-21). */

import type { Language } from "../../language/language.ts";

/** What the server says, and the same in Ukrainian; `{a}` is what it names first. */
const UKRAINIAN: readonly (readonly [RegExp, string])[] = [
  [/^there is nothing to be set$/, "Тут ще нічого немає"],
  [/^a second (?:subscript|superscript|.*?): put the first one into braces$/, "Другий індекс чи степінь: візьміть перший у фігурні дужки"],
  [/^this is never closed: (.+) is missing$/, "Це не закрито: бракує {a}"],
  [/^there is no command (\\\S*?)(?: here)?(?:: (.+))?$/, "Команди {a} тут немає"],
  [/^this \} closes nothing$/, "Ця } нічого не закриває"],
  [/^(.) means nothing here(?:; write (.+))?$/, "{a} тут нічого не означає"],
  [/^this character cannot be drawn$/, "Цього знака не можна намалювати"],
  [/^(.+) stands in a matrix, in cases or in aligned only$/, "{a} буває лише в матриці, cases чи aligned"],
  [/^there is no \\left to this \\right$/, "До цього \\right немає \\left"],
  [/^there is no environment (.+?) here; there are: (.+)$/, "Середовища {a} тут немає; є: {b}"],
  [/^its columns follow: (.+)$/, "Далі мають іти стовпці: {a}"],
  [/^(.+) is closed by (.+), not by (.+)$/, "{a} закриває {b}, а не {c}"],
  [/^(.+) needs its (?:words|lines) in braces$/, "{a} потребує фігурних дужок"],
  [/^between the braces of a text are words alone$/, "У дужках тексту бувають лише слова"],
  [/^a script needs/, "Після індексу чи степеня має щось іти; візьміть це у фігурні дужки"],
  [/^(.+) needs a (?:.*)part behind it; put it into braces$/, "Після {a} має щось іти; візьміть це у фігурні дужки"],
  [/^a bracket stands here: (.+)$/, "Тут має бути дужка: {a}"],
  [/^(.+) stands behind (.+)$/, "{a} буває після {b}"],
  [/^a command is missing behind this \\$/, "Після цього \\ бракує команди"],
  [/^there is no \\begin to this \\end$/, "До цього \\end немає \\begin"],
  [/^this is nested deeper than (\d+) levels$/, "Глибше ніж {a} рівнів вкладати не можна"],
  [/^the font of formulas has no (.+)$/, "У шрифті формул немає {a}"],
  [/^a formula has at most (\d+) (?:characters|cells and lines)$/, "Формула завелика: щонайбільше {a}"],
  [/^this formula (?:takes too long|is too large) to be drawn: make two of it$/, "Ця формула завелика: зробіть із неї дві"],
  [/^this formula cannot be drawn$/, "Цю формулу не можна намалювати"],
];

/** As the server said it where that is not known: a newer one has more to say. */
export function faultWords(message: string, language: Language): string {
  if (language !== "uk") return message;
  for (const [pattern, words] of UKRAINIAN) {
    const found = pattern.exec(message);
    if (found !== null) return words.replace(/\{([abc])\}/g, (_, name: string) => found["_abc".indexOf(name)] ?? "");
  }
  return message;
}
