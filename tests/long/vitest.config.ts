import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The long tier: the whole tables and suites of which `npm test` runs a seeded sample. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["tests/long/**/*.test.ts"],
    globalSetup: ["tests/setup.ts"],
    pool: "forks",
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
  },
});
