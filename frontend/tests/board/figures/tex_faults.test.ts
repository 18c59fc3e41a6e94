import { expect, test } from "vitest";
import faults from "../../../../tests/gateway/formulas/faults.json";
import { faultWords } from "../../../src/board/figures/tex_faults.ts";

/** What the server says of TeX that it does not take; its own tests hold it to the same file. */
test.each(Object.entries(faults))("what is wrong with %j is said in Ukrainian", (_, message) => {
  expect(faultWords(message, "en")).toBe(message);
  const words = faultWords(message, "uk");
  expect(words).not.toBe(message);
  expect(words).toMatch(/[а-яіїєґ]/i);
  expect(words).not.toMatch(/\{[abc]\}/);
});

test("what a newer server says is shown as it is", () => {
  expect(faultWords("the moon is in the wrong house", "uk")).toBe("the moon is in the wrong house");
});
