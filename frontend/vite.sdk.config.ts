import { defineConfig } from "vite";

/** The SDK alone, as one module: the server offers it at /sdk/lessonroom.js. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "../gateway/static/sdk",
    emptyOutDir: true,
    target: "es2022",
    lib: { entry: "src/client/index.ts", formats: ["es"], fileName: () => "lessonroom.js" },
  },
});
