/** The vectors that the Python twin runs, too. */

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { outcomeOf, type Base, type Scenario } from "./vectors.ts";

const VECTORS = new URL("../../../../tests/vectors/", import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, VECTORS), "utf8"));
const BASE = read("replica_base.json") as Base;
const FILES = readdirSync(new URL("replica/", VECTORS)).filter((name) => name.endsWith(".json"));

test("there are vectors", () => {
  expect(FILES.length).toBeGreaterThan(2);
});

for (const file of FILES) {
  const { rule, about, scenarios } = read(`replica/${file}`) as {
    readonly rule: string;
    readonly about: string;
    readonly scenarios: readonly Scenario[];
  };
  describe(`[${rule}] ${about}`, () => {
    test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", (_, scenario) => {
      const outcome = outcomeOf(scenario, BASE);
      for (const [at, step] of scenario.steps.entries()) {
        const { send, happened } = step;
        const expected = { ...(send && { send }), ...(happened && { happened }) };
        expect(outcome.steps[at], `step ${at}: ${step.do}`).toEqual(expected);
      }
      expect(outcome.pending).toEqual(scenario.pending);
      expect(outcome.board).toEqual(scenario.board);
    });
  });
}
