/** What each language is called by those who speak it: for whoever chooses one, so not in the first load. */

import type { Language } from "./language.ts";

export const LANGUAGES: Readonly<Record<Language, string>> = {
  de: "Deutsch",
  en: "English",
  es: "Español",
  fr: "Français",
  pl: "Polski",
  uk: "Українська",
};
