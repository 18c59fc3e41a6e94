import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { withoutInnerHtml } from "./vite.inner_html.ts";

/** The player of lesson packs: one script and one sheet of styles, which the server writes into a document. */
export default defineConfig({
  publicDir: false,
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false }), withoutInnerHtml()],
  // A document from the disk can fetch nothing: what it needs, fonts too, is inside.
  base: "./",
  build: {
    outDir: "../gateway/static/player",
    emptyOutDir: true,
    target: "es2022",
    cssTarget: ["chrome105", "edge105", "firefox110", "safari15.4"],
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: {
      input: "src/player/main.tsx",
      output: { codeSplitting: false, format: "es", entryFileNames: "player.js", assetFileNames: "player[extname]" },
    },
  },
});
