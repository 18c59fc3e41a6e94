import preact from "@preact/preset-vite";
import { defineConfig, type Plugin } from "vite";
import { withoutInnerHtml } from "./vite.inner_html.ts";
import { licences } from "./vite.licences.ts";

/** What the first load does without: each of these is fetched when it is first wanted. */
const LATER = new RegExp(
  [
    String.raw`board[\\/](hand|arranging|clipboard|importing)[\\/]`,
    String.raw`board[\\/]figures[\\/](?!figure\.ts)`,
    ...["BoardWords", "Cursors", "ExportDialog", "PageWords", "PaperView", "TextEditor", "Thumbnail", "Unsent"].map((name) => String.raw`${name}\.tsx$`),
    ...[
      "adding_images",
      "same",
      "taking_back",
      "arranging_back",
      "board_files",
      "bullets",
      "converting",
      "drawn_formula",
      "event_types",
      "fetching_faces",
      "free_place",
      "in_the_light",
      "lettering",
      "lists",
      "pack_api",
      "paper",
      "pasted_link",
      "printing",
      "recording_api",
      "save_file",
      "shelf_api",
      "stretching",
      "turning",
      "unsent",
      "worker",
    ].map((name) => String.raw`[\\/]${name}\.ts$`),
  ].join("|"),
);
const CORE = /node_modules[\\/](?!expr-eval-fork|mediabunny|uqr)|src[\\/](browser|client|lesson[\\/]lesson|board|language[\\/]language|ui[\\/](Later|color_of|controls|icons))/;

/** What `mediabunny` has for Node is nothing here: as a module of its own kind it needs no helper in the first load. */
function withoutNode(): Plugin {
  const nothing = "\0nothing";
  return {
    name: "without-node",
    enforce: "pre",
    resolveId: (source, importer) => (/[\\/]mediabunny[\\/]/.test(importer ?? "") && /^\.\/node(\.js)?$/.test(source) ? nothing : null),
    load: (id) => (id === nothing ? "export {};" : null),
  };
}

export default defineConfig({
  // Files are named by their place beside the document. The server gives one document for every
  // address of the page, however deep, and writes into it where it lies itself (`./` is replaced).
  base: "./",
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false }), withoutInnerHtml(), withoutNode(), licences()],
  build: {
    outDir: "../gateway/static",
    emptyOutDir: true,
    target: "es2022",
    // Schools keep their tablets: no colour may need a browser of the last two years.
    cssTarget: ["chrome105", "edge105", "firefox110", "safari15.4"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What everything needs is one file: many small ones are packed less tightly.
        codeSplitting: { groups: [{ name: "core", test: (id: string) => CORE.test(id) && !LATER.test(id) }] },
      },
    },
    reportCompressedSize: true,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8700", "/ws": { target: "ws://127.0.0.1:8700", ws: true } } },
});
