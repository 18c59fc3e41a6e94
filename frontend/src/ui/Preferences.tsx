/** Language and appearance. */

import type { VNode } from "preact";
import { useId } from "preact/hooks";
import { choose, language, t, type Language } from "../language/language.ts";
import { LANGUAGES } from "../language/names.ts";
import "../styles/base/forms.css";
import { chooseTheme, theme, THEMES, type Theme } from "./theme.ts";

export function Preferences(): VNode {
  const id = useId();
  return (
    <div class="preferences">
      <label for={`${id}-language`}>{t("app.language")}</label>
      <select
        id={`${id}-language`}
        value={language.value}
        onChange={(event) => void choose(event.currentTarget.value as Language)}
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
      <label for={`${id}-theme`}>{t("app.theme")}</label>
      <select
        id={`${id}-theme`}
        value={theme.value}
        onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}
      >
        {THEMES.map((name) => (
          <option key={name} value={name}>
            {t(`app.theme.${name}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
