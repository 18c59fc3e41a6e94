import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";

const STATIC = "../gateway/static";
/**
 * What opens without a network: the document and all that it may ask for. Notices and the SDK do not, and what makes films
 * is large, and of no use without the recordings of a server.
 */
const KEPT = /^(index\.html|manifest\.webmanifest|icons?[./].*|assets\/(?!film-).*)$/;

const built = readdirSync(STATIC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(STATIC.length + 1).replaceAll("\\", "/"))
  .filter((path) => KEPT.test(path))
  .sort();
const version = createHash("sha256");
for (const path of built) version.update(path).update(readFileSync(join(STATIC, path)));

/** The service worker, which knows the files of the page: built behind it, and beside it. */
export default defineConfig({
  publicDir: false,
  define: {
    FILES: JSON.stringify(built.map((path) => (path === "index.html" ? "" : path))),
    VERSION: JSON.stringify(version.digest("hex").slice(0, 16)),
  },
  build: {
    outDir: STATIC,
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: "worker/service_worker.ts", formats: ["es"], fileName: () => "service_worker.js" },
  },
});
