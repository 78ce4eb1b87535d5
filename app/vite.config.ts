import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { compressed } from "./compress.js";

export default defineConfig({
  plugins: [compressed()],
  resolve: { alias: { "parlor-web": fileURLToPath(new URL("../sdk/web/src/index.ts", import.meta.url)) } },
  build: {
    target: "es2022",
    // The server's policy lets the page load from the server alone: nothing is put into it as data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What others made changes less often than what we make.
    rollupOptions: { output: { manualChunks: (id) => (id.includes("node_modules") ? "others" : undefined) } },
  },
  server: {
    fs: { allow: [".."] },
    proxy: {
      "/link": { target: "ws://127.0.0.1:8787", ws: true },
      "/scene": "http://127.0.0.1:8787",
      "/files": "http://127.0.0.1:8787",
    },
  },
});
