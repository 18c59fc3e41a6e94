import { expect, test } from "vitest";
import { faultsOf, unsaid } from "../../scripts/check_languages.mjs";

const ENGLISH = {
  "app.direction": "ltr",
  "lesson.start": "Start {title}",
  "people.count.one": "{count} person",
  "people.count.other": "{count} people",
  "error.other": "No",
};
const POLISH = {
  "app.direction": "ltr",
  "lesson.start": "Rozpocznij: {title}",
  "people.count.one": "{count} osoba",
  "people.count.few": "{count} osoby",
  "people.count.many": "{count} osób",
  "people.count.other": "{count} osoby",
  "error.other": "Nie",
};

test("a language with all keys, its own plural forms and the same places is complete", () => {
  expect(faultsOf("pl", POLISH, ENGLISH)).toEqual([]);
  expect(faultsOf("en", ENGLISH, ENGLISH)).toEqual([]);
});

test.each([
  ["lesson.start", undefined, "lacks lesson.start"],
  ["lesson.start", "Rozpocznij", "lesson.start has other places than in English"],
  ["lesson.start", " {title}", "lesson.start is empty, or has blanks around it"],
  ["people.count.few", undefined, "lacks people.count.few"],
  ["people.count.two", "{count}", "has people.count.two, which is no plural form of it"],
  ["lesson.stop", "Stop", "has lesson.stop, which English has not"],
  ["app.direction", "up", "app.direction is ltr or rtl"],
])("%s as %j is a fault", (key, said, fault) => {
  const words = Object.fromEntries(Object.entries({ ...POLISH, [key]: said }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  expect(faultsOf("pl", words, ENGLISH)).toEqual([fault]);
});

test("what nothing says is found, and not what is put together", () => {
  expect(unsaid(ENGLISH, 't("lesson.start"); plural("people.count", 2); t(`error.${code}`)')).toEqual(["app.direction"]);
});
