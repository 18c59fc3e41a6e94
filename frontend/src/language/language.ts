/** Words for people, in their language: chosen by the browser, switchable. See docs/languages.md. */

import { batch, computed, effect, signal } from "@preact/signals";
import { deviceStorage } from "../browser/browser_storage.ts";
import en from "./en.json";

type Named = keyof typeof en | keyof typeof import("./en_pages.json");
type PluralIn<K> = K extends `${infer Base}.one` ? (`${Base}.other` extends Named ? Base : never) : never;
type Plural = PluralIn<Named>;
type Form = `${Plural}.${Intl.LDMLPluralRule}`;
// A language that lacks one does not compile. Each has plural forms of its own: scripts/check_languages.mjs sees to them.
type Classroom = Readonly<Record<Exclude<keyof typeof en, Form>, string>>;
type Pages = Readonly<Record<Exclude<keyof typeof import("./en_pages.json"), Form>, string>>;
export type Key = keyof Classroom | keyof Pages;
export type Language = "de" | "en" | "es" | "fr" | "pl" | "uk";

/** The words of the classroom, and those of its panels and of other pages, which it does not wait for. */
interface Dictionary {
  readonly classroom: () => Promise<Classroom>;
  readonly pages: () => Promise<Pages>;
}

const DICTIONARIES: Readonly<Record<Language, Dictionary>> = {
  de: {
    classroom: async () => (await import("./de.json")).default,
    pages: async () => (await import("./de_pages.json")).default,
  },
  en: {
    classroom: () => Promise.resolve(en),
    pages: async () => (await import("./en_pages.json")).default,
  },
  es: {
    classroom: async () => (await import("./es.json")).default,
    pages: async () => (await import("./es_pages.json")).default,
  },
  fr: {
    classroom: async () => (await import("./fr.json")).default,
    pages: async () => (await import("./fr_pages.json")).default,
  },
  pl: {
    classroom: async () => (await import("./pl.json")).default,
    pages: async () => (await import("./pl_pages.json")).default,
  },
  uk: {
    classroom: async () => (await import("./uk.json")).default,
    pages: async () => (await import("./uk_pages.json")).default,
  },
};

const STORED_AS = "lessonroom.language";

/** What the person chose here before, or else the first of ours that their browser asks for. */
function preferred(): Language {
  for (const tag of [deviceStorage.getItem(STORED_AS) ?? "", ...navigator.languages]) {
    const code = tag.toLowerCase().split("-")[0]!;
    if (Object.hasOwn(DICTIONARIES, code)) return code as Language;
  }
  return "en";
}

export const language = signal<Language>("en");
const dictionary = signal<Classroom & Partial<Pages>>(en);

effect(() => {
  const root = document.documentElement;
  root.lang = language.value;
  root.dir = dictionary.value["app.direction"];
});

let speaksOfPages = false;

/** Speaks a language; where its words cannot be fetched, the present one goes on. */
async function speak(chosen: Language): Promise<void> {
  const { classroom, pages } = DICTIONARIES[chosen];
  const [ours, others] = await Promise.all([classroom(), speaksOfPages ? pages() : {}]);
  batch(() => {
    dictionary.value = { ...ours, ...others };
    language.value = chosen;
  });
}

/** Fetches the words of panels and pages around the classroom; each of those waits for them. */
export async function speakOfPages(): Promise<void> {
  if (speaksOfPages) return;
  const spoken = language.value;
  const words = await DICTIONARIES[spoken].pages();
  speaksOfPages = true;
  if (language.value === spoken) dictionary.value = { ...dictionary.value, ...words };
  else await speak(language.value);
}

/** Speaks what the person chose here before, or what their browser asks for. */
export async function speakPreferred(): Promise<void> {
  await speak(preferred()).catch(() => undefined);
}

export async function choose(chosen: Language): Promise<void> {
  deviceStorage.setItem(STORED_AS, chosen);
  await speak(chosen).catch(() => undefined);
}

/** The words of `key`, with `{name}` replaced by each of `values`. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  const words = dictionary.value[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** A name as the server takes it: one line, without what turns the writing round unseen. */
export function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, "").trim();
}

/** For `values` of people's own: keeps what is written from right to left to itself, as `bdi` does. */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}

const rules = computed(() => new Intl.PluralRules(language.value));

export function plural(base: Plural, count: number): string {
  const form = `${base}.${rules.value.select(count)}`;
  // Browsers do not all know of the same forms: each language has the last.
  return t((form in dictionary.value ? form : `${base}.other`) as Key, { count });
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

const times = computed(() => new Intl.DateTimeFormat(language.value, { timeStyle: "short" }));

/** The hour and minute of a moment, in ms since the Unix epoch. */
export function timeOfDay(at: number): string {
  return times.value.format(at);
}

const lengths = computed(
  () => new Intl.NumberFormat(language.value, { style: "unit", unit: "minute", unitDisplay: "short" }),
);

/** `45 min`, in the words of the language. */
export function minutes(many: number): string {
  return lengths.value.format(many);
}

const numbers = computed(() => new Intl.NumberFormat(language.value, { maximumSignificantDigits: 3 }));

/** `318 B`, `47.1 kB`, `3.2 MB`; in the words of the language. */
export function size(bytes: number): string {
  const [unit, count] = bytes < 1000 ? ["B", bytes] : bytes < 1e6 ? ["kB", bytes / 1e3] : ["MB", bytes / 1e6];
  return `${numbers.value.format(Number(count))} ${t(`unit.${unit as "B" | "kB" | "MB"}`)}`;
}

/** `12:05`, or `1:02:05` from an hour on. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
