import { expect, test } from "vitest";
import faults from "../../../../tests/gateway/formulas/faults.json";
import { faultIn } from "../../../src/board/figures/tex_faults.ts";
import english from "../../../src/language/en_pages.json";

/** What the server says of TeX that it does not take; its own tests hold it to the same file. */
test.each(Object.entries(faults))("what is wrong with %j is said in every language", (_, message) => {
  const fault = faultIn(message)!;
  const places = [...english[fault.key as keyof typeof english].matchAll(/\{(\w)\}/g)].map(([, name]) => name!);
  // The other languages have the same places: scripts/check_languages.mjs.
  for (const name of places) expect(fault.values[name]).not.toBe("");
});

test("what a newer server says is shown as it is", () => {
  expect(faultIn("the moon is in the wrong house")).toBeNull();
});
