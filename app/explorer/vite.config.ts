import { defineConfig } from "vitest/config";

// Relative addresses, so that the page works behind a prefix; nothing inlined, for the policy that
// the API sends allows no script or style in the page itself.
export default defineConfig({
  base: "./",
  build: {
    outDir: "../static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    chunkSizeWarningLimit: 700,
  },
  test: { include: ["test/**/*.test.ts"] },
});
