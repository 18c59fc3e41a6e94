/** The floors of `src`: an import that goes up, or to a neighbour, is found. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

// Each starts a process of its own.
vi.setConfig({ testTimeout: 60_000 });

const ROOT = fileURLToPath(new URL("../", import.meta.url));
let tree = "";

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "floors-"));
  writeFileSync(join(tree, "tsconfig.json"), JSON.stringify({ compilerOptions: { allowJs: true }, include: ["src"] }));
});
afterEach(() => rmSync(tree, { recursive: true }));

/** What is said of a tree in which one file imports another. */
function said(from: string, to: string): { readonly isAllowed: boolean; readonly text: string } {
  for (const [path, text] of [[to, "export const one = 1;\n"], [from, `import { one } from "${up(from)}${to}";\none;\n`]] as const) {
    mkdirSync(dirname(join(tree, "src", path)), { recursive: true });
    writeFileSync(join(tree, "src", path), text);
  }
  const command = [join(ROOT, "node_modules/.bin/depcruise"), "src", "--config", join(ROOT, ".dependency-cruiser.cjs")];
  const done = spawnSync("node", command, { cwd: tree, encoding: "utf8" });
  return { isAllowed: done.status === 0, text: done.stdout + done.stderr };
}

function up(path: string): string {
  return "../".repeat(path.split("/").length - 1);
}

test.each([
  ["client/a.js", "board/b.js"],
  ["language/a.js", "ui/b.js"],
  ["board/a.js", "classroom/b.js"],
  ["board/a.js", "media/b.js"],
  ["history/a.js", "operator/b.js"],
  ["operator/a.js", "pages/b.js"],
])("%s may not import %s", (from, to) => {
  const { isAllowed, text } = said(from, to);
  expect(isAllowed, text).toBe(false);
  expect(text).toContain("imports-down");
});

test.each([
  ["board/a.js", "client/b.js"],
  ["pages/a.js", "media/b.js"],
  ["classroom/a.js", "board/b.js"],
])("%s may import %s", (from, to) => {
  const { isAllowed, text } = said(from, to);
  expect(isAllowed, text).toBe(true);
});
