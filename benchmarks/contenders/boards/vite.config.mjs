/** One page for each board, as small as its makers' own build steps get it. */

import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  logLevel: "error",
  build: { target: "es2022", chunkSizeWarningLimit: 1e6, rollupOptions: { input: ["excalidraw.html", "tldraw.html"] } },
});
