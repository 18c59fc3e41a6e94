/** Words for people: English and Ukrainian, chosen by the browser, switchable. */

import { computed, effect, signal } from "@preact/signals";
import { deviceStorage } from "../page/browser_storage.ts";
import en from "./en.json";
import uk from "./uk.json";

export type Key = keyof typeof en;
type Plural = Key extends infer K ? (K extends `${infer Base}.many` ? Base : never) : never;
export type Language = "en" | "uk";

// Each has the keys of the other, or this does not compile.
const DICTIONARIES: Readonly<Record<Language, Readonly<Record<Key & keyof typeof uk, string>>>> = {
  en: en satisfies Record<keyof typeof uk, string>,
  uk: uk satisfies Record<Key, string>,
};

export const LANGUAGES: Readonly<Record<Language, string>> = { en: "English", uk: "Українська" };

const STORED_AS = "lessonroom.language";

function preferred(): Language {
  const stored = deviceStorage.getItem(STORED_AS);
  if (stored === "en" || stored === "uk") return stored;
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith("uk")) ? "uk" : "en";
}

export const language = signal<Language>(preferred());

effect(() => {
  document.documentElement.lang = language.value;
});

export function choose(chosen: Language): void {
  language.value = chosen;
  deviceStorage.setItem(STORED_AS, chosen);
}

/** The words of `key`, with `{name}` replaced by each of `values`. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  const words = DICTIONARIES[language.value][key];
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** For `values` of people's own: keeps what is written from right to left to itself, as `bdi` does. */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}

const rules = computed(() => new Intl.PluralRules(language.value));

export function plural(base: Plural, count: number): string {
  const category = rules.value.select(count) as "one" | "few" | "many" | "other";
  return t(`${base}.${category}` as Key, { count });
}

/** The language as the person's own country writes dates in it, where the browser says which. */
export const locale = computed(
  () => navigator.languages.find((tag) => tag.split("-")[0] === language.value) ?? language.value,
);

const dates = computed(
  () => new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" }),
);

export function dateTime(at: string): string {
  return dates.value.format(new Date(at));
}

/** `12:05`, or `1:02:05` from an hour on. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
