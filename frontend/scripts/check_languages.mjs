/**
 * Holds every language to English: the same keys, the plural forms that `Intl` knows of it, the same places for values,
 * and no words that nothing says. `npm run check` and `npm run build` do it; see docs/languages.md.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCES = fileURLToPath(new URL("../src/", import.meta.url));
const PARTS = ["", "_pages"];
const PLACE = /\{\w+\}/g;
const FORMS = /\.(zero|one|two|few|many|other)$/;

/** What is wrong with `words` of `language` beside those of English, a line each. */
export function faultsOf(language, words, english) {
  const bases = new Set(Object.keys(english).flatMap((key) => (isPlural(key, english) ? [key.replace(FORMS, "")] : [])));
  const isForm = (key) => FORMS.test(key) && bases.has(key.replace(FORMS, ""));
  const plain = Object.keys(english).filter((key) => !isForm(key));
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const wanted = [...plain, ...[...bases].flatMap((base) => forms.map((form) => `${base}.${form}`))];
  const faults = wanted.filter((key) => !(key in words)).map((key) => `lacks ${key}`);
  for (const [key, said] of Object.entries(words)) {
    if (!wanted.includes(key)) faults.push(`has ${key}, which ${isForm(key) ? "is no plural form of it" : "English has not"}`);
    else if (typeof said !== "string" || said.trim() === "" || said !== said.trim()) faults.push(`${key} is empty, or has blanks around it`);
    else if (places(said) !== places(english[key] ?? english[key.replace(FORMS, ".other")])) faults.push(`${key} has other places than in English`);
  }
  if (!/^(ltr|rtl)$/.test(words["app.direction"] ?? "ltr")) faults.push("app.direction is ltr or rtl");
  return faults;
}

function isPlural(key, english) {
  return key.endsWith(".one") && key in english && key.replace(FORMS, ".other") in english;
}

function places(said) {
  return [...said.matchAll(PLACE)].map(([place]) => place).sort().join();
}

/** The keys of English that no source says, by its whole name or as what it is put together of. */
export function unsaid(english, sources) {
  const said = new Set([...sources.matchAll(/["'`]([\w.]+)["'`]/g)].map(([, key]) => key));
  const made = [...sources.matchAll(/`((?:[\w.]|\$\{[^{}`]*\})+)`/g)].flatMap(([, text]) => {
    const parts = text.split(/\$\{[^}]*\}/);
    // A name alone, without anything of a key, would be any key.
    if (parts.length === 1 || !/\.\w{3}|\w{3}\./.test(parts.join(" "))) return [];
    return new RegExp(`^${parts.map((part) => part.replaceAll(".", String.raw`\.`)).join(String.raw`[\w.]+`)}$`);
  });
  return Object.keys(english).filter((key) => {
    const name = isPlural(key.replace(FORMS, ".one"), english) ? key.replace(FORMS, "") : key;
    return !said.has(name) && !made.some((one) => one.test(name));
  });
}

function read(file) {
  const text = readFileSync(join(SOURCES, "language", file), "utf8");
  const words = JSON.parse(text);
  const lines = text.match(/^ {2}"/gm)?.length ?? 0;
  if (lines !== Object.keys(words).length) throw new Error(`${file}: a key stands twice, or a line holds two`);
  return words;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const codes = readdirSync(join(SOURCES, "language")).flatMap((file) => /^([a-z]{2,3})\.json$/.exec(file)?.[1] ?? []);
  const faults = [];
  for (const part of PARTS) {
    const english = read(`en${part}.json`);
    for (const code of codes) {
      for (const fault of faultsOf(code, read(`${code}${part}.json`), english)) faults.push(`${code}${part}.json ${fault}`);
    }
    const files = readdirSync(SOURCES, { recursive: true }).filter((name) => /\.tsx?$/.test(name));
    const sources = files.map((name) => readFileSync(join(SOURCES, name), "utf8")).join("\n");
    for (const key of unsaid(english, sources)) faults.push(`en${part}.json has ${key}, which nothing says`);
  }
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exit(1);
  console.log(`${codes.length} languages are complete: ${codes.join(", ")}`);
}
