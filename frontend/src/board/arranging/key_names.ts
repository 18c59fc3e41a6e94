/** Keys as they are printed on the person's keyboard. */

/** Names on a Mac's keyboard. */
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

const ON_A_MAC: Readonly<Record<string, string>> = { Ctrl: "⌘", Shift: "⇧", Alt: "⌥" };

/** `Ctrl+Shift+G`, or `⇧⌘G`. */
export function keyName(keys: string): string {
  if (!isMac) return keys;
  return keys
    .split("+")
    .map((key) => ON_A_MAC[key] ?? key)
    .join("");
}
