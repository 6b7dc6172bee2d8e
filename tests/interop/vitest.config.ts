import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The tier that meets foreign programs: one file after another, because each brings up servers of its own. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: ["tests/interop/**/*.test.ts"],
    globalSetup: ["tests/setup.ts"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
