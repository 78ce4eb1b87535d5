import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "parlor-web": fileURLToPath(new URL("../sdk/web/src/index.ts", import.meta.url)) } },
  test: { include: ["tests/*.test.ts"], environment: "node" },
});
