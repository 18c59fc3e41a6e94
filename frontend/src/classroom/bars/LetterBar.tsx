/** What letters look like, in the style bar: bold, italic, the font, where lines stand, a list. */

import type { VNode } from "preact";
import type { Desk } from "../../board/desk.ts";
import { areBulleted, letter, letteringOf, toggle, toggleBullets, type Lettering } from "../../board/editing/lettering.ts";
import { pressedAs } from "../../board/editing/styling.ts";
import { ask, familyOf } from "../../board/text/face.ts";
import { t } from "../../language/language.ts";
import { IconButton } from "../../ui/controls.tsx";
import type { IconName } from "../../ui/icons.tsx";

const FONTS = ["sans", "serif", "mono", "hand"] as const;
const ALIGNS: readonly (readonly [Lettering["align"], IconName])[] = [
  ["start", { path: "M4 6h16M4 12h9M4 18h13" }],
  ["center", { path: "M4 6h16M7.5 12h9M5.500 18h13" }],
  ["end", { path: "M4 6h16M11 12h9M7 18h13" }],
];
const BOLD = { path: "M7 5h6a3.500 3.500 0 0 1 0 7H7zM7 12h7a3.500 3.500 0 0 1 0 7H7zM8 5v14" } as const;
const ITALIC = { path: "M10.500 5H17M7 19h6.500M14 5l-4 14" } as const;
const LIST = { path: "M5 6h.01M5 12h.01M5 18h.01M9.500 6H20M9.500 12H20M9.500 18H20" } as const;

export function LetterBar({ desk }: { readonly desk: Desk }): VNode {
  const { font, bold, italic, align } = letteringOf(desk);
  const list = areBulleted(desk);
  return (
    <>
      <span class="divider" />
      <IconButton icon={BOLD} kind="bold" label={t("letters.bold")} shortcut="Ctrl+B" pressed={pressedAs(bold, true)} onClick={() => toggle(desk, "bold")} />
      <IconButton icon={ITALIC} label={t("letters.italic")} shortcut="Ctrl+I" pressed={pressedAs(italic, true)} onClick={() => toggle(desk, "italic")} />
      {FONTS.map((one) => {
        ask({ font: one }, "");
        return (
          <button
            key={one}
            type="button"
            class="icon-button letters"
            style={{ fontFamily: familyOf({ font: one }) }}
            aria-label={t(`letters.${one}`)}
            title={t(`letters.${one}`)}
            aria-pressed={pressedAs(font, one)}
            onClick={() => letter(desk, { font: one })}
          >
            <span aria-hidden="true">{t("letters.sample")}</span>
          </button>
        );
      })}
      {ALIGNS.map(([one, icon]) => (
        <IconButton key={one} icon={icon} label={t(`letters.${one}`)} pressed={pressedAs(align, one)} onClick={() => letter(desk, { align: one })} />
      ))}
      {list !== null && <IconButton icon={LIST} label={t("letters.list")} pressed={list} onClick={() => toggleBullets(desk)} />}
    </>
  );
}
