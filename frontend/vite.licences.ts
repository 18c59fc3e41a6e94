import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

const ALLOWED = /^(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0)$/;
/** Under another licence, each with the reason why it does no harm. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  // Makes films: a file of its own, changed by nobody, whose source npm has.
  mediabunny: "MPL-2.0",
};
const FONTS = ["OFL.txt", "LICENSE"].map((file) => `../gateway/export/fonts/${file}`);
const PACKAGE = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;

/**
 * Writes `licences.txt` beside the page: the notice of each package that a file of it holds, and of the fonts, as their
 * licences ask. A package without one, or under one that is not ours to pass on, stops the build.
 */
export function licences(): Plugin {
  return {
    name: "licences",
    generateBundle(_, bundle) {
      const folders = new Set<string>();
      for (const output of Object.values(bundle)) {
        if (output.type !== "chunk") continue;
        for (const id of output.moduleIds) {
          const found = PACKAGE.exec(id.replace(/^\0/, ""));
          if (found !== null) folders.add(found[1]!);
        }
      }
      const notices = [...folders].map((folder) => {
        const { name, version, license = "" } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
        const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
        if (file === undefined) this.error(`${name} brings no licence`);
        if (!ALLOWED.test(license) && EXCEPTIONS[name] !== license) this.error(`${name} is under ${license || "no licence that it names"}`);
        return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
      });
      for (const file of FONTS) notices.push(`fonts\n\n${readFileSync(join(import.meta.dirname, file), "utf8").trim()}\n`);
      const head = "The page of lessonroom holds parts of these packages. Their notices:\n";
      const source = [head, ...notices.sort()].join(`\n${"-".repeat(72)}\n\n`);
      this.emitFile({ type: "asset", fileName: "licences.txt", source });
    },
  };
}
