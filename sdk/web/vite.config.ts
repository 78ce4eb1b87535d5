import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    sourcemap: true,
    lib: {
      entry: { index: "src/index.ts", nim: "src/nim/index.ts", core: "src/core/index.ts" },
      formats: ["es"],
    },
    rollupOptions: { external: [/^@bufbuild\/protobuf/] },
  },
});
